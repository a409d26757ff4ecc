"""Which matter a caller means, and what shows that it is theirs."""

from dataclasses import dataclass

from services.intake.actions.looking import LONGEST_REASON, SHORTEST_REASON, Viewer, complaint_of
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.model.codes import matches
from services.intake.model.complaint import Complaint
from services.intake.model.numbers import parse


@dataclass(frozen=True)
class Named:
    """The number a caller gave, with its code, or with the reason why the agent believes that it is theirs. `persons` are keyed hashes
    of who the caller is known to be.
    """

    number: str
    code: str = ""
    reason: str = ""
    persons: frozenset[str | None] = frozenset()


async def named_matter(door: Door, named: Named, viewer: Viewer) -> Complaint:
    """The complaint. Raises Refused when there is none, number and code do not fit, or nothing shows that it is theirs."""
    number = parse(named.number)
    if number is None:
        raise Refused("number", "fault.number_slip")
    complaint = await complaint_of(door, number)
    if complaint is None:
        raise Refused("number", "fault.no_such_number")
    if named.code:
        if not matches(door.code_key, number, named.code):
            raise Refused("code", "fault.no_such_matter")
        return complaint
    if not viewer.sees(complaint):
        raise Refused("code", "fault.code_needed")
    if complaint.person not in named.persons and not SHORTEST_REASON <= len(named.reason) <= LONGEST_REASON:
        raise Refused("reason", "fault.reason_length")
    return complaint
