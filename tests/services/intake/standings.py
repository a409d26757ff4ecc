"""Where tracking says that a case stands, for tests: the events with their standings in the order of a life."""

from datetime import timedelta
from typing import Any

from shared.events.tracking import (
    CaseAccepted,
    CaseDispatched,
    CaseOpened,
    CaseReplied,
    ReviewPassed,
    Standing,
)
from tests.builders import MONDAY

DUE = MONDAY + timedelta(days=3)


def standing(state: str, turn: str, *may: str, **facts: Any) -> Standing:
    return Standing.model_validate({"state": state, "turn": turn, "may": may, "promised_at": DUE, "due_at": DUE, **facts})


OPENED = CaseOpened(standing=standing("registered", "centre", "supplement", "urge", "withdraw", clock="dispatch", promised_at=None))
DISPATCHED = CaseDispatched(
    department="water", turn_number=1, urgency="U4", sensitivity="S0", complaint_type="complaint",
    standing=standing("dispatched", "department", "supplement", "urge", "withdraw", department="water", clock="accept"),
)  # fmt: skip
ACCEPTED = CaseAccepted(standing=standing("in_hand", "department", "supplement", "urge", "withdraw", department="water", clock="reply"))
REPLIED = CaseReplied(
    public="水管已经修好，现在有水了。", internal="承包商延误", outcome="solved",
    standing=standing("replied", "centre", "supplement", "urge", department="water", clock="review"),
)  # fmt: skip
PASSED = ReviewPassed(standing=standing("awaiting_callback", "complainant", "rate", "supplement", department="water", clock="callback"))
LIFE = (OPENED, DISPATCHED, ACCEPTED, REPLIED, PASSED)
