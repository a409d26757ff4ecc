"""Short words for deadline tests: moments by the city's clocks, and the rules in force."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.tracking import rules
from services.tracking.model import deadlines
from services.tracking.model.deadlines import Share
from shared.events import Budget, Deadline
from shared.events.deadlines import Unit

RULES = rules.load()
CALENDAR = RULES.calendar
SHANGHAI = ZoneInfo("Asia/Shanghai")
CAP = RULES.policy.longest_pause


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def shown(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def begin(at: datetime, amount: int, unit: Unit) -> Deadline:
    return deadlines.start("reply", at, Budget(amount=amount, unit=unit), CALENDAR, "test-1")


def pause(deadline: Deadline, at: datetime) -> Deadline:
    return deadlines.pause(deadline, at, "waiting for the complainant's papers", "approver-1")


def resume(deadline: Deadline, at: datetime) -> Deadline:
    return deadlines.resume(deadline, at, CALENDAR, CAP)


def extend(deadline: Deadline, at: datetime, amount: int, unit: Unit = "working_days") -> Deadline:
    budget = Budget(amount=amount, unit=unit)
    policy = RULES.policy
    return deadlines.extend(deadline, at, budget, "tests", CALENDAR, most=policy.max_extensions, longest=policy.longest_extension)


def reminders(deadline: Deadline) -> list[tuple[Share, datetime]]:
    """Every reminder that is left, each given at its own moment."""
    given = []
    while (due := deadlines.next_mark(deadline, CALENDAR)) is not None:
        given.append(due)
        deadline = deadlines.mark(deadline, *due)
    return given
