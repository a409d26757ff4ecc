"""What the reply gate found, in words: beside the form before a reply goes, and beside the reply for whoever reviews it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Step
from services.tracking.model.replies import LEAKS, ReplyCheck
from services.tracking.model.telling import TOLD, look_at
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


def of_typed(speaker: Speaker, case: Case, step: Step, values: Mapping[str, str], rules: Rules) -> GateView | None:
    """The gate's look at what was typed for a step; None while there is nothing, and where it has nothing to say of what is no reply.
    It counts places as they are when the words are sent: trimmed.
    """
    public = values.get(TOLD[step], "").strip() if step in TOLD else ""
    if not public:
        return None
    check = look_at(case, step, public, rules)
    if step != "reply" and not check.findings:
        return None
    return view_of(speaker, check, public)


def view_of(speaker: Speaker, check: ReplyCheck, public: str) -> GateView:
    """What the gate said of these words."""
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
