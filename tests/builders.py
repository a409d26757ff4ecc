"""What tests build with: rules in force, complaints, cases brought to any state by real steps, a clock that the test sets."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from services.tracking import rules as rules_room
from services.tracking.model import dispatching
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.decisions import apply, perform
from services.tracking.model.evolving import begin, evolve
from services.tracking.model.life import THE_COMPLAINANT, THE_MACHINE, WHO, Step, Who
from services.tracking.model.steps import INPUTS, Nothing
from shared.events import Actor, Event
from shared.events.intake import ComplaintMatch, ComplaintMatched, ComplaintSubmitted
from shared.events.routing import DepartmentProposed, Proposal
from shared.events.sentiment import ComplaintRead

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Shanghai: an ordinary working morning."""

WATER = "water"
MACHINE = Actor(kind="machine", id="tracking")


class SetClock:
    """A clock that stands where the test puts it."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def forward(self, **length: float) -> datetime:
        self.moment += timedelta(**length)
        return self.moment


@cache
def the_rules() -> Rules:
    """The policy and calendar that ship."""
    return rules_room.load()


def complaint(text: str = "家里停水两天了，没有人来修。", **changes: Any) -> ComplaintSubmitted:
    return ComplaintSubmitted(channel="online", text=text, received_at=MONDAY, **{"person": "someone", **changes})


def reading(**changes: Any) -> ComplaintRead:
    facts: dict[str, Any] = {
        "mood": -0.2,
        "urgency": "U4",
        "sensitivity": "S0",
        "complaint_type": "complaint",
        "rules": "test",
        "engine": "test",
    }
    return ComplaintRead(**(facts | changes))


def proposal(department: str | None = WATER, *, sure: bool = True) -> DepartmentProposed:
    best = Proposal(department=department, category="water.supply", confidence=0.95, basis="供水条例") if department else None
    return DepartmentProposed(best=best, sure=sure and best is not None, catalogue="test")


GIVEN: dict[Step, dict[str, Any]] = {
    "dispatch": {"department": WATER, "basis": "供水条例"},
    "answer": {"public": "今晚八点恢复供水。"},
    "decline": {"reason": "other_area", "channel_told": "请向邻市热线反映。"},
    "transfer": {"service": "119", "taken_by": "消防指挥中心 07 号席", "handed_over_at": MONDAY},
    "hand_back": {"reason": "not_our_duty", "basis": "属物业管理", "suggested": "housing"},
    "refuse_hand_back": {"words": "职责清单第 3 条"},
    "contact": {"reached": True, "words": "已电话说明"},
    "ask": {"words": "请告诉我们漏水的楼层。"},
    "request_extension": {"reason": "weather", "days": 3, "plan": "雨停后两天内完工", "told": True},
    "refuse_extension": {"words": "可以先接临时水管"},
    "try_callback": {"result": "no_answer"},
    "reply": {"public": "水管已修好。", "internal": "更换阀门", "outcome": "solved"},
    "fail_review": {"words": "没有回答第二个问题"},
    "rate": {"solved": "yes", "satisfied": 5, "process": 5},
    "order": {"words": "三日内解决", "department": WATER},
    "close": {"outcome": "explained", "words": "多次联系未果"},
    "supplement": {"text": "今天还是没有水。"},
    "overrule": {"urgency": "U2", "sensitivity": "S1", "words": "电话核实，老人在家吸氧"},
    "relate": {"other": "2603020000025", "same": True},
    "note": {"text": "现场已看"},
}


def given(step: Step, **changes: Any) -> Any:
    """A valid input for the step."""
    shape = INPUTS.get(step, Nothing)
    return shape.model_validate(GIVEN.get(step, {}) | changes)


def person(step: Step, case: Case) -> tuple[Who, Actor]:
    """Somebody who may take the step on this case."""
    if "machine" in WHO[step] and step in ("queue", "archive", "redo", "supervise", "resume"):
        return THE_MACHINE, MACHINE
    if step in ("rate", "withdraw", "supplement", "urge"):
        return THE_COMPLAINANT, Actor(kind="complainant")
    login = f"{step}-officer".replace("_", "-")
    return Who(WHO[step] - {"machine", "complainant"}, case.department, login), Actor(kind="officer", id=login, department=case.department)


def take(case: Case, step: Step, at: datetime, **changes: Any) -> tuple[Case, list[Event]]:
    """The case after somebody who may has taken the step; one that is to be related to another is found to be like it before."""
    if step == "relate" and not case.related:
        case = evolve(case, ComplaintMatched(matches=(ComplaintMatch(case="2603020000025", score=0.5),)), at, MACHINE)
    who, by = person(step, case)
    after, events = perform(case, step, given(step, **changes), at, who, by, the_rules())
    return after, list(events)


def registered(at: datetime = MONDAY, **changes: Any) -> Case:
    case = begin("2603020000017", complaint(**changes), at)
    return apply(case, dispatching.opened(case, at, the_rules()), at, MACHINE, the_rules())[0]


def judged(case: Case, at: datetime = MONDAY, *, read: ComplaintRead | None = None, proposed: DepartmentProposed | None = None) -> Case:
    """The case once it has been read and routed, dispatched or queued by the machine."""
    case = evolve(case, read or reading(), at, MACHINE)
    case = evolve(case, proposed or proposal(), at, MACHINE)
    return apply(case, dispatching.settled(case, at, the_rules()), at, MACHINE, the_rules())[0]


WAY: dict[str, tuple[Step, ...]] = {
    "registered": (), "dispatched": (), "in_hand": ("accept",), "handed_back": ("hand_back",),
    "replied": ("accept", "contact", "reply"), "awaiting_callback": ("accept", "contact", "reply"),
    "closed": ("accept", "contact", "reply", "rate"), "withdrawn": ("withdraw",), "waiting": (), "answered": ("answer",),
    "declined": ("decline",), "transferred": ("transfer",), "archived": ("withdraw", "archive"),
}  # fmt: skip
"""The shortest way of steps to each state, from dispatched or, for the states before, from waiting."""


def case_in(state: str, at: datetime = MONDAY) -> Case:
    """A case brought to the state by real steps."""
    case = registered(at)
    if state == "supervised":
        return _unsolved(judged(case, at), at, 3)
    if state == "registered":
        return case
    read = reading(urgency="U2") if state == "replied" else reading()
    case = judged(case, at, read=read, proposed=proposal(sure=state not in ("waiting", "answered", "declined", "transferred")))
    for step in WAY[state]:
        case, _ = take(case, step, at)
    return case


def _unsolved(case: Case, at: datetime, times: int) -> Case:
    for number in range(times):
        for step in ("accept", "contact", "reply"):
            case, _ = take(case, step, at)
        if number:
            case, _ = take(case, "pass_review", at)
        case, _ = take(case, "rate", at, solved="no", satisfied=1)
    return case
