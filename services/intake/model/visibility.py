"""Which officers may see a complaint here: its photos like the case itself, the way to reach the complainant more narrowly."""

from collections.abc import Set

from services.intake.model.complaint import Complaint
from shared.roles import HANDLES_RESTRICTED, SEES_RESTRICTED


def may_see(complaint: Complaint, roles: Set[str], department: str | None, *, centre: bool) -> bool:
    """The rule of tracking's cases, told by what its events say here. `centre`: the officer has a role that sees all departments.

    Confidential complaints and sensitive matters (S2, S3) are for those who need them; of S3 a department's approver alone.
    """
    sensitivity = complaint.progress.sensitivity
    restricted = complaint.confidential or sensitivity in ("S2", "S3")
    if centre and (not restricted or roles & SEES_RESTRICTED):
        return True
    if department is None or department != complaint.progress.department:
        return False
    if sensitivity == "S3":
        return "approver" in roles
    return not restricted or bool(roles & HANDLES_RESTRICTED)


def may_reach(complaint: Complaint, roles: Set[str], department: str | None, *, centre: bool) -> bool:
    """Who may read the contact: of a confidential complaint only a supervisor and the lead department's handler."""
    if not may_see(complaint, roles, department, centre=centre):
        return False
    handles = department == complaint.progress.department and "handler" in roles
    return not complaint.confidential or "supervisor" in roles or handles
