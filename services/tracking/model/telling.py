"""Words that go to the complainant and are no department's reply: they too may not give the complainant away."""

from collections.abc import Mapping

from services.tracking.model.answering import check_for
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Step
from services.tracking.model.replies import ReplyCheck, check_leaks
from shared.refusals import NotAllowed

TOLD: Mapping[Step, str] = {"reply": "public", "answer": "public", "decline": "channel_told", "ask": "words"}
"""The steps with words for the complainant, each with its field."""


def look_at(case: Case, step: Step, words: str, rules: Rules) -> ReplyCheck:
    """What the reply gate says of the words of a step of TOLD: of a reply everything, of others only what gives the complainant away."""
    return check_for(case, words, rules) if step == "reply" else check_leaks(case.title, case.text, words, rules.replies)


def keep_in(case: Case, words: str, overrule: str, rules: Rules) -> str:
    """Why words go although they give the complainant away; '' where they do not. Raises NotAllowed where nobody has said why."""
    check = check_leaks(case.title, case.text, words, rules.replies)
    if check.verdict == "stop" and not overrule:
        raise NotAllowed("reply.gives_away", findings=[one.model_dump() for one in check.findings])
    return overrule if check.verdict == "stop" else ""
