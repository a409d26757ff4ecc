"""What the API of calls takes and gives, with examples: the contract with a call centre's system."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.intake.actions.calling import Earlier
from services.intake.model.call import Call, CallState, EndingKind
from services.intake.model.complaint import Complaint
from services.intake.model.submission import headline
from services.intake.pages.shapes import NUMBER
from shared.events.tracking import State

CALL_ID = "20260302-090000-8f3a"

CALLS: dict[str, Any] = {
    "ringing": {
        "summary": "It rings",
        "value": {"call_id": CALL_ID, "caller": "13800138000", "queue": "供水", "rang_at": "2026-03-02T09:00:00+08:00"},
    },
    "answered": {
        "summary": "An agent answers",
        "value": {"call_id": CALL_ID, "agent_login": "li", "agent_number": "8001", "answered_at": "2026-03-02T09:00:12+08:00"},
    },
    "ended": {
        "summary": "It ends; the recording is named by its place and its hash",
        "value": {
            "call_id": CALL_ID,
            "hung_up_at": "2026-03-02T09:03:10+08:00",
            "recording": {"reference": "2026/03/02/8f3a.wav", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
        },
    },
    "transcript": {
        "summary": "What was said, by whom and when",
        "value": {
            "call_id": CALL_ID,
            "transcript": [
                {"speaker": "agent", "start": 0.0, "text": "您好，请问有什么可以帮您？"},
                {"speaker": "caller", "start": 2.4, "text": "嗯，我们小区停水了，停水了两天。"},
            ],
        },
    },
    "missed": {
        "summary": "Nobody answered: the caller is called back",
        "value": {
            "call_id": "20260302-090500-11c2",
            "caller": "13800138000",
            "queue": "供水",
            "rang_at": "2026-03-02T09:05:00+08:00",
            "hung_up_at": "2026-03-02T09:06:30+08:00",
        },
    },
}


class EarlierMatter(BaseModel):
    """A matter that the same caller brought before."""

    number: str = Field(examples=[NUMBER])
    state: State
    title: str
    received_at: datetime

    @classmethod
    def of(cls, complaint: Complaint) -> "EarlierMatter":
        title = headline(complaint.title, complaint.text)
        return cls(number=complaint.number, state=complaint.progress.state, title=title, received_at=complaint.received_at)


class CallBody(BaseModel):
    """A call for the screen of whoever answers it. It never has the caller's number, which the call centre knows itself."""

    model_config = ConfigDict(title="Call")

    call_id: str = Field(examples=[CALL_ID])
    state: CallState
    ending: EndingKind | None = Field(description="what became of it, once the agent has said so")
    number: str | None = Field(description="the matter that it opened or went to", examples=[NUMBER])
    queue: str | None
    agent_login: str | None
    rang_at: datetime | None
    answered_at: datetime | None
    hung_up_at: datetime | None
    desk_url: str = Field(description="the page to open for the agent", examples=[f"http://127.0.0.1:8012/hotline/calls/{CALL_ID}"])
    earlier: list[EarlierMatter] = Field(description="the same caller's matters that you may see, those still open first")
    earlier_hidden: int = Field(description="how many more there are that you may not see")

    @classmethod
    def of(cls, call: Call, earlier: Earlier, address: str) -> "CallBody":
        return cls(
            call_id=call.key, state=call.state, ending=call.ending.kind if call.ending else None, number=call.number, queue=call.queue,
            agent_login=call.login, rang_at=call.rang_at, answered_at=call.answered_at, hung_up_at=call.hung_up_at,
            desk_url=f"{address}/hotline/calls/{call.key}",
            earlier=[EarlierMatter.of(one) for one in earlier.complaints], earlier_hidden=earlier.hidden,
        )  # fmt: skip
