"""The reading rules as values: hazards, the contexts that change what they mean, the cues of a complaint's type."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.events import ComplaintType, Sensitivity, Urgency

Words = Annotated[tuple[str, ...], BeforeValidator(lambda value: value.split() if isinstance(value, str) else value)]
"""Written as one text, the words apart by blanks."""

Distance = Annotated[int, Field(ge=0, le=60)]
"""In characters of the folded text."""

Why = Literal["over", "negated", "asked", "feared", "topic", "supposed", "quoted", "past", "often", "risk", "figure", "thing", "suggested"]
"""What the words around a hazard make of it, the strongest first: it has ended, is denied, asked about, only guarded against, only a
subject (drill, insurance, knowledge), only imagined, somebody else's word, long ago, happening again and again, possible but not
there, a figure of speech, something that befell a thing or an animal; or the whole text only suggests or asks.
"""


class Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hazard(Rule):
    """What a hazard is known by and what follows from it.

    `words` are enough alone. Each pair (word list, word list, distance) asks for both in one sentence, at most so far apart.
    `risk`, `past` and `often` are the urgency that is left when it only may happen, happened long ago, or happens again and again;
    without `risk` or `past` it is then set aside, without `often` it stays as it is. `despite` names contexts that change nothing:
    a state goes on whatever its date, a threat is meant although it is quoted or tied to a condition.
    `takes`: its words are used up, and hazards without `takes` do not see them.
    `beside` names a word list: one of its words has to stand near by as well, in whatever sentence.
    `life`: its words speak of a danger to life as often as of something else; `urgency` is the least they make, and whether it is U1 is
    weighed with all that was heard.
    """

    id: str
    urgency: Urgency | None = None
    sensitivity: Sensitivity | None = None
    words: Words = ()
    pairs: tuple[tuple[str, str, Distance], ...] = ()
    risk: Urgency | None = None
    past: Urgency | None = None
    often: Urgency | None = None
    despite: frozenset[Why] = frozenset()
    takes: bool = False
    beside: str = ""
    life: bool = False


class Context(Rule):
    """Words on one `side` of a hazard, at most `reach` away in the same clause or sentence, that make it what `why` says.

    `unless` names word lists that lift it when they stand between. `only` names the hazards it speaks of; none: all of them.
    """

    why: Why
    side: Literal["before", "after"]
    reach: Distance
    scope: Literal["clause", "sentence"] = "clause"
    words: Words
    unless: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()


class Cue(Rule):
    """Words that speak for a type of complaint, with their weight."""

    type: ComplaintType
    weight: Annotated[float, Field(gt=0)]
    words: Words


class RuleBook(Rule):
    """The rules as written down. `lookalikes` hold a hazard's word and mean something else; `lists` are words that rules name."""

    version: str
    touching: str
    """Single characters that deny a hazard right behind them."""
    denials: Words
    """Words that deny a cue right behind them."""
    lists: dict[str, Words]
    lookalikes: Words
    hazards: tuple[Hazard, ...]
    contexts: tuple[Context, ...]
    cues: tuple[Cue, ...]
