"""Links in notices: sealed, so that no number stands in an address, and good for one thing only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.model.ratings import LinkState, answers, link_state
from services.intake.sealing import Broken
from shared.refusals import NotAllowed

PLACE = "rate"
"""What the seal is bound to: a link of another kind opens nothing here."""
LONGEST_TOKEN = 200


@dataclass(frozen=True)
class RateLink:
    """Where the complainant can say, without the query code, whether it was solved; `until` is when the link has expired."""

    url: str
    until: datetime


def rate_link(door: Door, complaint: Complaint) -> RateLink | None:
    """The link for the newest answer, or None when it cannot be rated (any more)."""
    given = answers(complaint.progress)
    if link_of(door, complaint, len(given)) != "open":
        return None
    token = door.links.close(f"{complaint.number}.{len(given)}", PLACE).rstrip("=")
    return RateLink(f"{door.world.settings.address}/rate/{token}", given[-1].at + rate_life(door))


def link_of(door: Door, complaint: Complaint, answer: int) -> LinkState:
    """What became of the link for that answer."""
    return link_state(complaint.progress, answer, door.clock.now(), rate_life(door))


def check_link(door: Door, complaint: Complaint, answer: int) -> None:
    """Raises NotAllowed when the link for that answer serves no more."""
    state = link_of(door, complaint, answer)
    if state != "open":
        raise NotAllowed(f"progress.link_{state}")


def read_rate_token(door: Door, token: str) -> tuple[str, int] | None:
    """The number, and which of its answers the link was made for; None for whatever is no link of ours."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        number, answer = door.links.open(token + "=" * (-len(token) % 4), PLACE).split(".")
    except Broken:
        return None
    return number, int(answer)


def rate_life(door: Door) -> timedelta:
    """How long a link may be used, from the answer on: so the same for every notice that carries it."""
    return timedelta(days=door.own.rate_days)
