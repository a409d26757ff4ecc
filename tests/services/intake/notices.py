"""Matters and notices for tests of what notices say: everything in them that must never be said is easy to find."""

from datetime import timedelta
from typing import Any

from services.intake.model.complaint import Complaint, HistoryLine, Progress
from services.intake.model.notice import Notice
from services.intake.model.submission import Contact
from tests.builders import MONDAY

NUMBER = "2603020000017"
ADDRESS = "https://12345.example.gov.cn"
ANSWER, ASKED, CHANNEL = "水管已经换好。\n昨晚恢复供水。", "请补充楼号和水表照片", "请向邻市的热线反映"
SECRETS = ("秘密的标题", "秘密的正文", "王小明", "13812345678", "wang@example.com", "柳堤路")
LONGEST = "urban_management"
"""The department of the sample city with the longest Chinese name."""


def matter(door: Any, *, guarded: str = "", **changes: Any) -> Complaint:
    """An answered matter with everything that may have been said of it. `guarded`: confidential, or a sensitivity."""
    history = (
        HistoryLine(at=MONDAY, key="received"),
        HistoryLine(at=MONDAY, key="asked", words=ASKED, due_at=MONDAY),
        HistoryLine(at=MONDAY, key="declined", why="other_area", words=CHANNEL),
        HistoryLine(at=MONDAY, key="replied", words=ANSWER),
    )
    progress = Progress(
        state="awaiting_callback", department=LONGEST, history=history, reply=ANSWER, may=("rate",),
        promised_at=MONDAY + timedelta(days=3), sensitivity=guarded if guarded.startswith("S") else "S0",
    )  # fmt: skip
    contact = door.contacts.close(NUMBER, Contact(name="王小明", phone="+8613812345678", email="wang@example.com"))
    facts: dict[str, Any] = {
        "number": NUMBER, "channel": "online", "received_at": MONDAY, "title": "秘密的标题", "text": "秘密的正文", "request": "",
        "contact": contact, "notify": "email", "confidential": guarded == "confidential", "progress": progress,
    }  # fmt: skip
    return Complaint.model_validate(facts | changes)


def notice(kind: str = "answered", channel: str = "email", **changes: Any) -> Notice:
    facts: dict[str, Any] = {
        "id": "n", "number": NUMBER, "kind": kind, "channel": channel, "department": LONGEST, "due_at": MONDAY + timedelta(days=5),
        "queued_at": MONDAY, "next_at": None, "ends_at": MONDAY,
    }  # fmt: skip
    return Notice.model_validate(facts | changes)
