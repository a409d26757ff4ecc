"""What the API of cases gives and takes, with examples: the public contract."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.tracking.model.case import Case
from services.tracking.model.decisions import offered
from services.tracking.model.life import Step, Who
from services.tracking.model.parts import Asked, Entry, ExtensionRequest, Notice, Rating, Relation, Reply
from services.tracking.model.standing import turn
from services.tracking.model.steps import INPUTS
from services.tracking.model.visibility import seen_timeline
from shared.events import ComplaintType, Deadline, Sensitivity, Urgency
from shared.events.base import Channel
from shared.events.intake import Place
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import Outcome, State, Turn

NUMBER = "2611220001237"

GIVEN: dict[str, dict[str, Any]] = {
    "dispatch": {"department": "water", "basis": "城市供水条例：供水设施由水务部门主管"},
    "answer": {"public": "水费可以在手机上缴，也可以到政务服务中心缴。"},
    "decline": {"reason": "court_or_review", "channel_told": "请向有管辖权的人民法院提起诉讼。"},
    "transfer": {"service": "119", "taken_by": "消防指挥中心 07 号席", "handed_over_at": "2026-11-22T09:12:00+08:00"},
    "accept": {},
    "hand_back": {"reason": "not_our_duty", "basis": "小区内部管网由物业维护", "suggested": "housing"},
    "grant_hand_back": {"words": "同意，改派住建局"},
    "refuse_hand_back": {"words": "职责清单第三条写明由你单位负责"},
    "contact": {"reached": True, "words": "已电话联系，约定今天下午上门"},
    "ask": {"words": "请告诉我们漏水的楼层和房号。"},
    "request_extension": {"reason": "weather", "days": 3, "plan": "雨停后两天内完工", "told": True},
    "grant_extension": {"words": "同意"},
    "refuse_extension": {"words": "可以先接临时水管"},
    "reply": {"public": "破损的水管已经换好，今天 18 时恢复供水。", "internal": "更换 DN100 阀门一个", "outcome": "solved"},
    "pass_review": {"words": ""},
    "fail_review": {"words": "没有回答什么时候恢复供水"},
    "try_callback": {"result": "no_answer", "words": "响铃一分钟"},
    "rate": {"solved": "yes", "satisfied": 5, "process": 4, "words": "来得很快。"},
    "order": {"words": "两个工作日内解决并报告", "department": "water"},
    "close": {"outcome": "explained", "words": "三次回访未接通"},
    "withdraw": {"words": "已经自行解决"},
    "supplement": {"text": "今天早上又停了一次。"},
    "urge": {"words": "老人家里急用水"},
    "overrule": {"urgency": "U2", "sensitivity": "S0", "words": "电话核实：停水影响透析病人"},
    "relate": {"other": "2603020000025", "same": True, "words": "同一栋楼，同一次停水"},
    "note": {"text": "现场已看，是主管道漏水"},
}
"""An example of each step's body."""

STEP_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"anyOf": [{**shape.model_json_schema(), "title": step} for step, shape in INPUTS.items()]},
                "examples": {step: {"summary": step, "value": example} for step, example in GIVEN.items()},
            }
        },
    }
}
"""The body of a step as OpenAPI describes it: one shape for each step."""


class CaseLine(BaseModel):
    """A case in a list."""

    model_config = ConfigDict(title="CaseLine")

    number: str = Field(examples=[NUMBER])
    state: State
    title: str
    type: ComplaintType
    urgency: Urgency
    sensitivity: Sensitivity
    department: str | None
    category: str | None
    received_at: datetime
    promised_at: datetime | None
    due_at: datetime | None
    overdue: bool
    closed_at: datetime | None
    version: int = Field(description="to be named in If-Match when a step is taken")


class CaseList(BaseModel):
    """A page; `next` goes into `after` for the page behind it, and is null on the last one."""

    model_config = ConfigDict(title="CaseList")

    items: list[CaseLine]
    next: str | None


class CaseBody(CaseLine):
    """A case in full: what was said, the judgements with their reasons, every clock, what happened, and the steps this officer may take."""

    model_config = ConfigDict(title="Case")

    channel: Channel
    text: str
    place: Place
    photos: list[str]
    files: list[str]
    written_on: date | None = Field(description="the date on a letter")
    anonymous: bool
    confidential: bool
    publish: bool
    turn: Turn
    reading: ComplaintRead | None
    readings: tuple[ComplaintRead, ...] = Field(description="of what was added later and raised the case")
    proposal: DepartmentProposed | None
    stated_category: str | None = Field(description="what the complainant chose; nothing follows from it")
    joined: int = Field(description="how many others have the same matter and are told of it")
    related: tuple[Relation, ...] = Field(description="cases that may be the same matter; `same` is what an officer said of it")
    asked: Asked | None = Field(description="what the complainant was asked for, while it is waited for")
    extension: ExtensionRequest | None = Field(description="more time that was asked for and not ruled on")
    notices: tuple[Notice, ...] = Field(description="messages to the complainant: when and how, never where to nor what")
    deadlines: tuple[Deadline, ...]
    replies: tuple[Reply, ...]
    ratings: tuple[Rating, ...]
    outcome: Outcome | None
    timeline: tuple[Entry, ...]
    allowed_steps: list[Step] = Field(examples=[["accept", "hand_back", "note"]])


def line_of(case: Case, version: int) -> CaseLine:
    return CaseLine(**_line(case, version))


def body_of(case: Case, version: int, who: Who) -> CaseBody:
    return CaseBody(
        **_line(case, version),
        channel=case.channel,
        text=case.text,
        place=case.place,
        photos=[photo.id for photo in case.photos],
        files=[one.id for one in case.files],
        written_on=case.written_on,
        anonymous=case.anonymous,
        confidential=case.confidential,
        publish=case.publish,
        turn=turn(case),
        reading=case.reading,
        readings=case.readings,
        proposal=case.proposal,
        stated_category=case.stated_category,
        joined=case.joined,
        related=case.related,
        asked=case.asked,
        extension=case.extension,
        notices=case.notices,
        deadlines=case.deadlines,
        replies=case.replies,
        ratings=case.ratings,
        outcome=case.outcome,
        timeline=seen_timeline(case, who),
        allowed_steps=offered(case, who),
    )


def _line(case: Case, version: int) -> dict[str, Any]:
    return {
        "number": case.number, "state": case.state, "title": case.title, "type": case.complaint_type, "urgency": case.urgency,
        "sensitivity": case.sensitivity, "department": case.department, "category": case.category, "received_at": case.received_at,
        "promised_at": case.promised_at, "due_at": case.due_at, "overdue": case.overdue, "closed_at": case.closed_at, "version": version,
    }  # fmt: skip
