"""What the reply gate found, in words: beside the form before a reply goes, and beside the reply for whoever reviews it."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.tracking.model.answering import check_for
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.replies import LEAKS
from shared.events.gate import FindingKind, ReplyFinding, Verdict
from shared.web.speaking import Speaker

LONGEST_QUOTE = 120


@dataclass(frozen=True)
class Line:
    """What was found of one kind, and the words of each finding that has any."""

    label: str
    words: list[str]


@dataclass(frozen=True)
class GateView:
    """What the gate says of a reply. `overrule` is why it was sent all the same; '' where it has not been, or did not need to be."""

    verdict: Verdict
    lines: list[Line]
    leaks: bool
    overrule: str = ""


def of_typed(speaker: Speaker, case: Case, public: str, rules: Rules) -> GateView | None:
    """The gate's look at what was typed; None while there is nothing. It counts places as they are when the reply is sent: trimmed."""
    public = public.strip()
    if not public:
        return None
    check = check_for(case, public, rules)
    return GateView(check.verdict, _lines(speaker, check.findings, public), _leaks(check.findings))


def of_sent(speaker: Speaker, case: Case) -> GateView | None:
    """What the gate said of the last reply; None where it had nothing to say, or was not asked."""
    reply = case.replies[-1] if case.replies else None
    if reply is None or reply.gate is None or not reply.gate.findings:
        return None
    found = reply.gate.findings
    return GateView(reply.gate.verdict, _lines(speaker, found, reply.public), _leaks(found), reply.overrule)


def _lines(speaker: Speaker, findings: Iterable[ReplyFinding], public: str) -> list[Line]:
    kinds = dict[FindingKind, list[str]]()
    for finding in findings:
        words = public[finding.start : finding.end] if finding.end else finding.words
        kinds.setdefault(finding.kind, []).extend([_shortened(words)] if words else [])
    return [Line(speaker.say(f"desk.finding.{kind}"), words) for kind, words in kinds.items()]


def _leaks(findings: Iterable[ReplyFinding]) -> bool:
    return any(finding.kind in LEAKS for finding in findings)


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE] + "…"
