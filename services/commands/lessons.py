"""What a city's own cases teach, and whether a model that has learned it does better than the one in use on months held back."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from services.commands.learn import FEWEST, HeadName, Labelled, Learned, learn
from services.intake.columns import ColumnsFault
from services.tracking.documents import CASE
from services.tracking.model.case import Case
from services.tracking.model.lessons import Lesson, lesson_of
from shared.events.intake import Place
from shared.events.tracking import KnownBy
from shared.language.confidence import sure_from
from shared.language.features import features_of
from shared.language.heads import NEVER, Head, Model, heads_of
from shared.language.learning import macro_f1
from shared.language.near_duplicates import group_alike
from shared.ports import Cursor, Order, Store, stamp

PAGE = 500
HELD_BACK = 5
"""One in so many lessons at least is held back: the newest whole months."""
SOURCE = "case history"


@dataclass(frozen=True)
class Taught:
    """A message of the case history with what people have said of it; an empty label says nothing."""

    title: str
    text: str
    place: Place
    received_at: datetime
    category: str
    department: str
    urgency: str
    known_by: KnownBy
    overruled: bool


@dataclass(frozen=True)
class Said:
    """What a model answers to one message, and how sure it is; of urgency: urgent or not, and how likely."""

    label: str
    confidence: float


Answer = Callable[[Taught], Said]


@dataclass(frozen=True, eq=False)
class Compared:
    """The same messages, those `held` back, answered by a model that learned from the `taught` before them and by the one in use."""

    head: HeadName
    months: tuple[str, ...]
    taught: int
    model: Model
    held: Sequence[Taught]
    true: Sequence[str]
    new: Sequence[Said]
    old: Sequence[Said]
    thresholds: dict[float, float]
    """The least confidence of the new model by the share that has to be right, from messages that it learned from, folds held back."""

    def f1(self, said: Sequence[Said]) -> float:
        """Macro-F1 over the labels that were held back."""
        place = {name: number for number, name in enumerate(sorted({*self.true, *(one.label for one in said)}))}
        return macro_f1(np.array([place[one] for one in self.true]), np.array([place[one.label] for one in said]))

    def right(self, said: Sequence[Said]) -> NDArray[np.bool_]:
        return np.array([one.label == label for one, label in zip(said, self.true, strict=True)])

    @property
    def better(self) -> bool:
        return self.f1(self.new) > self.f1(self.old)


async def read_lessons(store: Store) -> list[Taught]:
    """Every case of tracking's store that teaches something, in order of receipt. Raises Unavailable."""
    found: list[Taught] = []
    after: Cursor | None = None
    while page := await CASE.find(store, {}, order=Order("received_at"), limit=PAGE, after=after):
        for case in page:
            if (lesson := lesson_of(case)) is not None and case.text.strip():
                found.append(_taught(case, lesson))
        after = Cursor(stamp(page[-1].received_at), page[-1].number)
    return found


def _taught(case: Case, lesson: Lesson) -> Taught:
    return Taught(
        case.title, case.text, case.place, case.received_at, lesson.category or "", lesson.department, lesson.urgency, lesson.known_by,
        lesson.overruled,
    )  # fmt: skip


def labelled(head: HeadName, lessons: Sequence[Taught]) -> Labelled:
    """The lessons as a head learns them."""
    return Labelled([one.title for one in lessons], [one.text for one in lessons], [label_of(head, one) for one in lessons])


def label_of(head: HeadName, lesson: Taught) -> str:
    return {"category": lesson.category, "department": lesson.department, "urgency": lesson.urgency, "mood": ""}[head]


def hold_back(head: HeadName, lessons: Sequence[Taught], zone: ZoneInfo) -> tuple[list[Taught], list[Taught], tuple[str, ...]]:
    """The lessons to learn from, those held back, and the months of these. The newest months are held back, at least one lesson in
    HELD_BACK; what is a near-duplicate of one held back is learned from by nobody.

    Raises ColumnsFault when there is too little to learn from or to hold back.
    """
    some = [one for one in lessons if label_of(head, one)]
    counts = Counter(_month(one, zone) for one in some)
    months: list[str] = []
    for month in sorted(counts, reverse=True):
        if sum(counts[one] for one in months) >= ceil(len(some) / HELD_BACK):
            break
        months.append(month)
    late = [_month(one, zone) in months for one in some]
    groups = group_alike([one.text for one in some])
    given_away = {group for group, is_late in zip(groups, late, strict=True) if is_late}
    learned = [one for one, group in zip(some, groups, strict=True) if group not in given_away]
    held = [one for one, is_late in zip(some, late, strict=True) if is_late]
    if len(learned) < FEWEST or len({label_of(head, one) for one in learned}) < 2 or not held:
        raise ColumnsFault(
            SOURCE, 1, f"{len(some)} cases say something of {head}, {len(learned)} of them before {', '.join(sorted(months)) or 'now'}; "
            f"it takes {FEWEST} of two kinds, and a month after them to be held back",
        )  # fmt: skip
    return learned, held, tuple(sorted(months))


def _month(lesson: Taught, zone: ZoneInfo) -> str:
    return f"{lesson.received_at.astimezone(zone):%Y-%m}"


def compare(head: HeadName, lessons: Sequence[Taught], in_use: Answer, zone: ZoneInfo, made: date) -> Compared:
    """Learns from the months before, and answers those held back with what was learned and with the model in use."""
    early, held, months = hold_back(head, lessons, zone)
    learned = learn(head, labelled(head, early), SOURCE, made)
    answer = answer_of(heads_of([learned.model])[head])
    kinds = [_shown(head, label_of(head, one)) for one in held]
    new, old = [answer(one) for one in held], [in_use(one) for one in held]
    return Compared(head, months, len(early), learned.model, held, kinds, new, old, thresholds_of(learned))


def thresholds_of(learned: Learned) -> dict[float, float]:
    """The least confidence of a choice from which on each share was right in folds held back; empty for other heads."""
    if learned.task.kind != "choice":
        return {}
    outcome, card = learned.outcome, learned.model.card.heads[0]
    confidences = outcome.chances(card)
    return {share: sure_from(confidences, outcome.right, share) for share in (0.95, 0.97, 0.99)}


def answer_of(head: Head) -> Answer:
    """What a head says of a message."""

    def answer(one: Taught) -> Said:
        own = head.own(head.model.margins(features_of(one.title, one.text)))
        if head.card.kind == "choice":
            choice = head.choose(own)
            return Said(choice.best, choice.confidence)
        likely = head.likely(float(own[0]))
        return Said("urgent" if likely >= 0.5 else "not urgent", max(likely, 1 - likely))

    return answer


def _shown(head: HeadName, label: str) -> str:
    return ("urgent" if label in ("U1", "U2") else "not urgent") if head == "urgency" else label


def coverages(compared: Compared) -> list[tuple[float, float, float, float]]:
    """By the share that has to be right: the new model's threshold, how much it answers alone, and how much of that rightly."""
    confidences, right = np.array([one.confidence for one in compared.new]), compared.right(compared.new)
    rows = []
    for share, least in compared.thresholds.items():
        sure = confidences >= least
        rows.append((share, least, float(sure.mean()), float(right[sure].mean()) if sure.any() and least < NEVER else 1.0))
    return rows


def confusions(true: Sequence[str], said: Sequence[Said], most: int = 10) -> list[tuple[str, str, int]]:
    """The pairs that are taken for one another most: what it was, what was said, how often."""
    pairs = Counter((label, one.label) for label, one in zip(true, said, strict=True) if label != one.label)
    return [(label, taken, count) for (label, taken), count in pairs.most_common(most)]
