"""Where a case stands: computed from the case, put on every event, so that readers need no rules of ours."""

from services.tracking.model.case import Case
from services.tracking.model.life import TABLE
from shared.events.tracking import CitizenStep, Standing, State, Turn

TURN: dict[State, Turn] = {
    "registered": "centre", "waiting": "centre", "dispatched": "department", "in_hand": "department", "handed_back": "centre",
    "replied": "centre", "awaiting_callback": "complainant", "supervised": "centre", "closed": "nobody", "archived": "nobody",
    "answered": "nobody", "declined": "nobody", "transferred": "nobody", "withdrawn": "nobody",
}  # fmt: skip

CITIZEN_STEPS: tuple[CitizenStep, ...] = ("rate", "supplement", "urge", "withdraw")


def turn(case: Case) -> Turn:
    """Whose turn it is: the complainant's while something that was asked for is waited for."""
    return "complainant" if case.asked else TURN[case.state]


def standing(case: Case) -> Standing:
    """The case's standing, with the clock that is due first; a clock that stands still is not due."""
    running = [] if case.asked else case.running
    first = running[0] if running else None
    return Standing(
        state=case.state,
        turn=turn(case),
        department=case.department,
        clock=first.clock if first else None,
        promised_at=case.promised_at,
        due_at=first.due_at if first else None,
        provisional=any(one.provisional for one in running),
        may=citizen_steps(case),
    )


def citizen_steps(case: Case) -> tuple[CitizenStep, ...]:
    """What the complainant may do now. A matter of public safety cannot be withdrawn; urging needs somebody whose turn it is."""
    steps = [step for step in CITIZEN_STEPS if (case.state, step) in TABLE]
    if case.urgency == "U1" and "withdraw" in steps:
        steps.remove("withdraw")
    if turn(case) == "complainant" and "urge" in steps:
        steps.remove("urge")
    return tuple(steps)
