"""Who may see a case. Urgency says how fast; sensitivity says who."""

from services.tracking.model.case import Case
from services.tracking.model.life import Who
from services.tracking.model.parts import Entry
from shared.roles import HANDLES_RESTRICTED, SEES_RESTRICTED

RESTRICTED = frozenset({"S2", "S3"})


OF_THE_CALLBACK = frozenset({"callback.tried"})
"""What happened during a callback: the department does not see how it is going."""


def seen_timeline(case: Case, who: Who) -> tuple[Entry, ...]:
    """The entries of the timeline that this officer may see."""
    return case.timeline if who.centre else tuple(entry for entry in case.timeline if entry.type not in OF_THE_CALLBACK)


def may_see(case: Case, who: Who) -> bool:
    """Centre roles see every case, restricted ones only with a role that needs them; a department sees the cases it leads.

    A report against a department's own officers (S3) is for its approver alone.
    """
    restricted = case.sensitivity in RESTRICTED
    if who.centre and (not restricted or who.roles & SEES_RESTRICTED):
        return True
    if who.department is None or who.department != case.department:
        return False
    if case.sensitivity == "S3":
        return "approver" in who.roles
    return not restricted or bool(who.roles & HANDLES_RESTRICTED)
