"""Who may see how much of a complaint: officers here, the complainant outside the progress page."""

from collections.abc import Set

from services.intake.model.complaint import Complaint
from services.intake.model.progress import question
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


def is_guarded(complaint: Complaint) -> bool:
    """Whether what the matter is about leaves the house for number and code only: not in a notice, not by a link, not by telephone."""
    return complaint.confidential or complaint.progress.sensitivity != "S0"


def read_aloud(complaint: Complaint) -> Complaint:
    """As much of the complaint as a voice menu may say to who typed its code as digits, which are easier to guess than the code: where it
    stands, whose turn it is, by when, and that something is asked for. Nobody's words; of a guarded matter no department.
    """
    progress = complaint.progress
    known = {} if not is_guarded(complaint) else {"department": None}
    asked = question(progress)
    history = (asked.model_copy(update={"words": "", **known}),) if asked else ()
    heard = progress.model_copy(update={"draft": "", "reply": "", "history": history, "may": (), **known})
    return complaint.model_copy(update={"title": "", "text": "", "progress": heard})


def may_reach(complaint: Complaint, roles: Set[str], department: str | None, *, centre: bool) -> bool:
    """Who may read the contact: of a confidential complaint only a supervisor and the lead department's handler."""
    if not may_see(complaint, roles, department, centre=centre):
        return False
    handles = department == complaint.progress.department and "handler" in roles
    return not complaint.confidential or "supervisor" in roles or handles
