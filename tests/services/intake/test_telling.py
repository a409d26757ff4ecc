"""Who is told: what people choose in the form and by the API, the receipt, and the notices of what happens, each queued once."""

import re

import pytest

from services.intake.actions.composing import Sent
from services.intake.actions.submitting import submit
from services.intake.contacts import read_contact, receives_sms, way_of
from services.intake.documents import COMPLAINT
from services.intake.faults import Refused
from services.intake.model.complaint import Follower
from services.intake.model.submission import Contact, Submission
from shared.events import Actor
from shared.events.intake import NoticeQueued
from shared.events.tracking import CaseAnswered, CaseAsked, DeadlineMissed
from shared.runtime.work import Action
from tests.builders import MONDAY

from .conftest import TEXT
from .joined import told
from .standings import LIFE

MOBILE, LANDLINE, MAIL = {"phone": "13800138000"}, {"phone": "0731-88888888"}, {"email": "wang@example.com"}
BOTH = frozenset({"sms", "email", "webhook"})


@pytest.fixture
async def house(open_intake, tmp_path):
    return await open_intake(**told(tmp_path))


@pytest.mark.parametrize(
    ("contact", "wish", "available", "way"),
    [
        (MOBILE | MAIL, None, BOTH, "sms"),
        (LANDLINE | MAIL, None, BOTH, "email"),
        (MOBILE | MAIL, None, {"email", "webhook"}, "email"),
        (MOBILE, None, {"email"}, "none"),
        (LANDLINE, None, BOTH, "none"),
        (MOBILE | MAIL, None, frozenset(), "none"),
        (MOBILE | MAIL, "email", BOTH, "email"),
        (MOBILE | MAIL, "none", BOTH, "none"),
        ({}, "none", frozenset(), "none"),
        ({}, None, BOTH, "none"),
        ({"phone": "+12025550123"}, None, BOTH, "sms"),
    ],
)
def test_how_somebody_is_told(contact, wish, available, way):
    assert way_of(read_contact(Contact(**contact)), wish, available) == way


@pytest.mark.parametrize(
    ("contact", "wish", "available", "fault"),
    [
        ({}, "sms", BOTH, "phone: fault.notify_needs_mobile"),
        (LANDLINE | MAIL, "sms", BOTH, "phone: fault.notify_needs_mobile"),
        (MOBILE, "email", BOTH, "email: fault.notify_needs_email"),
        (MOBILE, "sms", {"email"}, "notify: fault.notify_not_here"),
        (MAIL, "email", frozenset(), "notify: fault.notify_not_here"),
    ],
)
def test_a_wish_that_cannot_be_followed(contact, wish, available, fault):
    with pytest.raises(Refused, match=fault):
        way_of(read_contact(Contact(**contact)), wish, available)


def test_a_number_as_a_telephone_showed_it_may_be_none_that_sms_reach():
    assert way_of(Contact(phone="10086#12"), None, BOTH) == "none"
    assert not receives_sms("")


async def notices(house) -> list[NoticeQueued]:
    await house.outgoing()
    return [record.event for record in await house.logged() if isinstance(record.event, NoticeQueued)]


async def test_the_form_offers_what_the_city_has_set_up(house, intake):
    page = (await house.client.get("/")).text
    assert re.findall(r'name="notify" value="(\w+)"', page) == ["sms", "email", "none"]
    assert 'name="notify"' not in (await intake.client.get("/")).text
    assert "进度页上随时都能看到全部内容" in page


@pytest.mark.parametrize(
    ("data", "notify"),
    [
        ({"phone": "13800138000"}, "sms"),
        ({"phone": "13800138000", "email": "wang@example.com", "notify": "email"}, "email"),
        ({"phone": "13800138000", "notify": "none"}, "none"),
        ({"anonymous": "yes"}, "none"),
    ],
)
async def test_a_choice_in_the_form(house, data, notify):
    answer = await house.form("/", "/complaints", {"text": TEXT, **data})
    assert answer.status_code == 303
    (record,) = await house.outgoing()
    assert (await house.complaint(record.case)).notify == notify
    assert [(notice.kind, notice.channel) for notice in await notices(house)] == ([] if notify == "none" else [("receipt", notify)])


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"notify": "sms", "email": "wang@example.com"}, "phone", "请填写手机号"),
        ({"notify": "email", "phone": "13800138000"}, "email", "请填写邮箱"),
        ({"notify": "sms", "anonymous": "yes"}, "phone", "请填写手机号"),
        ({"notify": "pigeon"}, "notify", "请从列出的选项中选"),
    ],
)
async def test_a_choice_that_cannot_be_followed_is_told_at_its_field_and_nothing_is_lost(house, data, field, words):
    answer = await house.form("/", "/complaints", {"text": TEXT, "address": "柳堤路", **data})
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error">[^<]*{words}', answer.text)
    assert TEXT in answer.text
    assert 'value="柳堤路"' in answer.text
    if data["notify"] != "pigeon":
        assert re.search(rf'name="notify" value="{data["notify"]}"[^>]*checked', answer.text)
    assert await house.outgoing() == []


async def test_the_api_takes_the_choice_and_the_reader_s_language(house):
    body = {"text": TEXT, "contact": MOBILE | MAIL, "notify": "email"}
    answer = await house.client.post("/api/v1/complaints", json=body, headers={"accept-language": "en-GB, zh;q=0.5"})
    complaint = await house.complaint(answer.json()["number"])
    assert (complaint.notify, complaint.language) == ("email", "en")
    assert (await house.complaint((await house.submit(contact=MOBILE))["number"])).language == "zh-CN"
    refused = await house.client.post("/api/v1/complaints", json={"text": TEXT, "notify": "sms"})
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, "phone")


async def test_what_is_imported_from_another_platform_is_told_there(house):
    sent = Sent(Submission(text=TEXT, contact=Contact(**MOBILE)), channel="import")
    receipt = await submit(house.door, sent)
    assert (await house.complaint(receipt.number)).notify == "none"
    assert await notices(house) == []


async def test_the_same_submission_again_is_one_receipt(house):
    for _ in range(2):
        await house.client.post("/api/v1/complaints", json={"text": TEXT, "contact": MOBILE}, headers={"idempotency-key": "k"})
    assert [notice.kind for notice in await notices(house)] == ["receipt"]


async def follow(house, number: str, *followers: Follower) -> None:
    action = Action(house.world.store, house.clock.now(), Actor(kind="complainant"))
    complaint = await action.load(COMPLAINT, number)
    assert complaint
    action.apply(COMPLAINT, number, complaint.model_copy(update={"followers": followers}))
    await action.commit()


async def test_a_whole_life_queues_its_notices_also_for_who_joined(house):
    receipt = await house.submit(contact=MOBILE)
    await follow(house, receipt["number"], Follower(id="f1", contact="", notify="email", joined_at=MONDAY))
    missed = DeadlineMissed(clock="reply", at_share="100", to="approver", standing=LIFE[2].standing)
    asked = CaseAsked(words="哪栋楼", until=MONDAY, standing=LIFE[2].standing)
    await house.tracking_says(receipt["number"], *LIFE[:3], asked, missed, *LIFE[3:])
    queued = [(notice.kind, notice.channel, notice.follower, notice.why) for notice in await notices(house)]
    assert queued == [
        ("receipt", "sms", None, ""),
        ("dispatched", "sms", None, ""), ("dispatched", "email", "f1", ""),
        ("asked", "sms", None, ""),
        ("overdue", "sms", None, "in_hand"), ("overdue", "email", "f1", "in_hand"),
        ("answered", "sms", None, ""), ("answered", "email", "f1", ""),
    ]  # fmt: skip


async def test_an_event_that_comes_again_tells_nobody_again(house):
    receipt = await house.submit(contact=MAIL)
    await house.tracking_says(receipt["number"], *LIFE)
    before = await notices(house)
    await house.world.log.append([record for record in await house.logged() if record.event.type.startswith(("case.", "review."))])
    await house.consume(receipt["number"])
    assert await notices(house) == before
    assert [notice.kind for notice in before] == ["receipt", "dispatched", "answered"]


async def test_who_was_told_by_voice_is_told_in_writing_as_well(house):
    """The agent answered while the caller was on the line: the notice is what is left to look up."""
    receipt = await house.submit(contact=MOBILE)
    await house.tracking_says(receipt["number"], CaseAnswered(public="周一恢复"), by=Actor(kind="officer", id="li"))
    assert [notice.kind for notice in await notices(house)] == ["receipt", "answered"]


async def test_a_notice_carries_no_words_and_no_contact(house):
    receipt = await house.submit(title="小区停水", contact=MOBILE | {"name": "王小明"})
    await house.tracking_says(receipt["number"], *LIFE)
    said = "".join(notice.model_dump_json() for notice in await notices(house))
    for words in ("小区停水", "水管", "王小明", "13800138000", receipt["query_code"]):
        assert words not in said
