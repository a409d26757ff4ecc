"""The reply gate (答复把关): what stands against sending a reply, with the words, before it goes to the complainant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from services.tracking.model.reply_gate.clauses import READ, Clause, clauses_of
from services.tracking.model.reply_gate.knowledge import ClauseKind, ReplyKnowledge
from services.tracking.model.reply_gate.leaks import LeakKind, leaks_of
from services.tracking.model.reply_gate.matching import COMPLAINT_READ, DEMAND_READ, MOST_DEMANDS, unanswered
from services.tracking.model.reply_gate.scoring import Told, measure, score
from shared.events.gate import FindingKind, ReplyFinding, Verdict
from shared.language.characters import folded
from shared.language.normalise import Text, join

LEAKS: frozenset[FindingKind] = frozenset(get_args(LeakKind))
TEMPLATES: frozenset[ClauseKind] = frozenset(get_args(ClauseKind)) - {"courtesy"}
MOST_OF_A_KIND = 5
MOST_FINDINGS = 60
LONGEST_WORDS = 200


@dataclass(frozen=True)
class ReplyCheck:
    """What the gate says: `score` from 0 (answers) to 1 (answers nothing); leaks stop a reply whatever its score."""

    verdict: Verdict
    score: float
    findings: tuple[ReplyFinding, ...]


def check_reply(title: str, text: str, demands: Sequence[str], reply: str, known: ReplyKnowledge) -> ReplyCheck:
    """Looks at a reply to a complaint whose demands, in its own words, are `demands` (none: the whole of it is one).

    Places of findings count characters of `reply`. The rubric is docs/replies.md. Takes any strings whatever.
    """
    read, said = folded(reply), folded(join(title, text)).folded
    asked = [folded(demand[:DEMAND_READ]).folded for demand in demands[:MOST_DEMANDS]]
    clauses = clauses_of(read.folded, known)
    told = measure(clauses, folded(title[:COMPLAINT_READ]).folded, said[:COMPLAINT_READ], known)
    figure = score(told, known)
    missed = [demands[number] for number in unanswered(asked, read.folded, clauses, known)]
    findings = (
        *_leaks(read, said, known),
        *_empty(read, clauses, figure, told.elsewhere, known),
        *(ReplyFinding(kind="unanswered_demand", words=_short(demand)) for demand in missed[:MOST_OF_A_KIND]),
        *_promises(read, known),
        *_no_next_step(read, told, known),
    )
    half_missed = len(missed) * 2 >= len(demands) > 0
    return ReplyCheck(_verdict(figure, findings, half_missed, known), figure, findings[:MOST_FINDINGS])


def check_leaks(title: str, text: str, words: str, known: ReplyKnowledge) -> ReplyCheck:
    """Looks at words that go to a complainant and are no department's reply: whether they give them away, and at nothing else."""
    found = tuple(_leaks(folded(words), folded(join(title, text)).folded, known))
    return ReplyCheck("stop" if found else "send", 0.0, found[:MOST_FINDINGS])


def _verdict(figure: float, findings: Sequence[ReplyFinding], half_missed: bool, known: ReplyKnowledge) -> Verdict:
    """A single demand without a word on it is told and no more: what is a demand is a guess."""
    kinds = {finding.kind for finding in findings}
    if figure >= known.limits.stop or kinds & LEAKS:
        return "stop"
    return "look" if figure >= known.limits.look or half_missed or "promise" in kinds else "send"


def _finding(kind: FindingKind, read: Text, start: int, end: int) -> ReplyFinding:
    words, start, end = read.written(start, end)
    return ReplyFinding(kind=kind, words=_short(words), start=start, end=end)


def _short(words: str) -> str:
    return words.encode("utf-8", "replace").decode()[:LONGEST_WORDS]


def _leaks(read: Text, said: str, known: ReplyKnowledge) -> Iterator[ReplyFinding]:
    for leak in leaks_of(read.folded, said, known):
        yield _finding(leak.kind, read, leak.start, leak.end)


def _empty(read: Text, clauses: Sequence[Clause], figure: float, elsewhere: bool, known: ReplyKnowledge) -> Iterator[ReplyFinding]:
    """What makes the reply one that answers nothing: the clauses that pass on or put off; or all that speaks of another matter."""
    if figure < known.limits.look:
        return
    if elsewhere:
        told = [clause for clause in clauses if clause.rest]
        yield _finding("something_else", read, told[0].start, told[-1].end)
        return
    putting_off = [clause for clause in clauses if clause.kind in TEMPLATES] or [clause for clause in clauses if clause.rest]
    for clause in putting_off[:MOST_OF_A_KIND]:
        yield _finding("template", read, clause.start, clause.end)
    if not putting_off:
        yield ReplyFinding(kind="template")


def _promises(read: Text, known: ReplyKnowledge) -> Iterator[ReplyFinding]:
    for found, _ in zip(known.promises.finditer(read.folded), range(MOST_OF_A_KIND), strict=False):
        yield _finding("promise", read, *found.span())


def _no_next_step(read: Text, told: Told, known: ReplyKnowledge) -> Iterator[ReplyFinding]:
    """What says that it is done, or what may or must be, needs no next step."""
    if not told.marks & {"done", "must"} and not known.next.search(read.folded[-READ:]):
        yield ReplyFinding(kind="no_next_step")
