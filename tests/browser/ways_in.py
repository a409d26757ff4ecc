"""The ways in: neighbours with the same burst pipe, who tell of it by form, by mail, by telephone and through the API."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.browser.letters import mail
from tests.browser.town import Town
from tests.browser.walker import Walker
from tests.services.intake.pictures import picture

BOX = "12345@lanchuan.example.org"
RECORD = "喂，嗯，那个，幸福路3号院，自来水管爆了，就是，水管爆裂，停水一天了，楼下全是水。"
SUMMARY = "幸福路3号院自来水管爆裂，停水一天，楼下积水。"
HEARD = "喂，嗯，水管爆了，停水了。"
RECORDING = {"reference": "2026/11/22/c-1.wav", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}


@dataclass(frozen=True)
class Person:
    name: str
    phone: str
    email: str
    text: str = ""

    @property
    def sender(self) -> str:
        return f"{self.name} <{self.email}>"


WANG = Person("王小明", "13800138000", "wang@example.com", "幸福路3号院的自来水管昨晚爆裂，整栋楼停水，自来水公司还没有来修。")
ZHANG = Person("张建国", "13911112222", "zhang@example.org", "幸福路3号院门口自来水管爆了，塱边几户停水一天了，请自来水公司尽快来修。")
LI = Person("李秀英", "13822223333", "li@example.org")
ZHAO = Person("赵大海", "13733334444", "zhao@example.org", "幸福路3号院自来水管爆裂停水，请自来水公司来修，修好不用告诉我。")
GUESSER = Person("陆仁甲", "13644445555", "lu@example.net", "我也是这家的，请把工单撤了。")
PEOPLE = (WANG, ZHANG, LI, ZHAO, GUESSER)


@dataclass(frozen=True)
class Receipt:
    number: str
    code: str


def file_by_form(citizen: Walker, folder: Path) -> Receipt:
    """Wang, on a phone, with a photo; to be told by mail."""
    (folder / "pipe.jpg").write_bytes(picture(size=(900, 600)))
    citizen.go("/")
    page = citizen.page
    fields = {"text": WANG.text, "address": "幸福路3号院", "phone": WANG.phone, "name": WANG.name, "email": WANG.email}
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.check("[name=notify][value=email]")
    page.set_input_files("[name=photos]", folder / "pipe.jpg")
    citizen.look("ways-form")
    citizen.press("提交")
    number, code = page.locator("#receipt dd").all_inner_texts()
    return Receipt(number.replace("-", ""), code)


def receipt_in(message: dict[str, Any]) -> Receipt:
    """Number and code as a receipt has them, by mail or by SMS."""
    number = re.search(r"编号：?(\d{6}-\d+-\d)", message["text"])
    code = re.search(r"查询码：?(\w{4}-\w{4})", message["text"])
    assert number
    assert code
    return Receipt(number[1].replace("-", ""), code[1])


def file_by_mail(town: Town) -> Receipt:
    """Zhang, with a photo, signs that the label of the mail does not know, and a signature that says too much."""
    text = f"{ZHANG.text}\n\n-- \n{ZHANG.name}\n手机 {ZHANG.phone}"
    town.deliver(mail(ZHANG.sender, BOX, "水管爆了", text, photo=picture()))
    return receipt_in(town.message(ZHANG.email, "已经收到"))


def file_without_notices(town: Town) -> Receipt:
    """Zhao, through the API, who leaves a phone and wants no notices."""
    contact = {"name": ZHAO.name, "phone": ZHAO.phone}
    body = {"text": ZHAO.text, "title": "幸福路水管", "contact": contact, "notify": "none"}
    answered = httpx.post(f"{town.system.address}/api/v1/complaints", json=body, headers={"Idempotency-Key": "zhao"}).json()
    return Receipt(answered["number"], answered["query_code"])


def centre_of(town: Town) -> Callable[..., Any]:
    """The call centre's system, which says something of a call and hears what is known of it; moments are in seconds ago."""
    token = town.system.huiying("token", "agent")

    def say(key: str, **facts: Any) -> Any:
        moments = {name: (datetime.now(UTC) - timedelta(seconds=ago)).isoformat() for name, ago in facts.items() if name.endswith("_at")}
        body = {"call_id": key, **facts, **moments}
        answered = httpx.post(f"{town.system.address}/api/v1/calls", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answered.status_code in (200, 201), answered.text
        return answered.json()

    return say


def file_by_call(town: Town, agent: Walker, earlier: Receipt) -> Receipt:
    """Li, on the telephone: the agent types while listening, by keyboard alone, and sees what is known already."""
    says = centre_of(town)
    said = [{"speaker": "caller", "start": 2, "text": HEARD}]
    says("c-1", caller=LI.phone, queue="供水", agent_login="agent", rang_at=20, answered_at=10, transcript=said)
    page = agent.page
    agent.go("/hotline")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hotline/calls/c-1")
    agent.type_where_the_caret_is("record", RECORD)
    proposal = page.locator("section[aria-labelledby=proposal]")
    proposal.get_by_text("市自来水公司").first.wait_for()
    proposal.locator("q", has_text="水管爆裂").first.wait_for(state="attached")
    page.locator("section[aria-labelledby=alike-head]").locator(f"a[href$='/{earlier.number}']").wait_for()
    agent.look("ways-call")
    for typed in (SUMMARY, "希望今天修好。", "水管爆裂", "幸福路3号院", None, LI.name):
        page.keyboard.press("Tab")
        if typed:
            page.keyboard.press("Control+A")
            page.keyboard.type(typed)
    for key in ("Control+Enter", "1", "Enter"):
        page.keyboard.press(key)
    page.locator("#receipt").wait_for()
    agent.look("ways-call-receipt")
    number, code = page.locator("#receipt dd").all_inner_texts()
    receipt = Receipt(number.replace("-", ""), code)
    assert says("c-1", hung_up_at=1, recording=RECORDING)["number"] == receipt.number
    sms = town.message(f"+86{LI.phone}", "查询码")
    assert receipt_in(sms) == receipt
    assert len(sms["text"]) <= 70
    return receipt
