"""When notices go out: SMS not at night, and one a day that asks something of a person; through real stores and real servers."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from services.intake.actions.notifying import Sender
from services.intake.documents.notice import CONTACT_PLAN
from shared.events.tracking import CaseRedone
from tests.adapters.post_office import HANG_UP
from tests.adapters.web_office import open_web_office
from tests.services.intake.sending import Notices, open_notices, words
from tests.services.intake.standings import LIFE

NIGHT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
"""Monday 22:00 in Shanghai."""
MORNING = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
"""Tuesday 08:00 there."""
PHONE = "+8613800138000"


@pytest.fixture
async def notices(open_intake):
    async with open_notices(open_intake) as opened:
        yield opened


@pytest.fixture
async def ringing(open_intake, tmp_path):
    """Intake with an SMS gateway, and what the gateway was asked."""
    async with open_web_office() as gateway:
        file = tmp_path / "sms.toml"
        file.write_text(f'url = "{gateway.url}"\n[body]\nto = "{{to}}"\ntext = "{{text}}"\nid = "{{id}}"\n')
        async with open_notices(open_intake, sms_gateway=file, notify_url=SecretStr("")) as opened:
            yield opened, gateway


async def called(notices: Notices) -> str:
    return await notices.matter(contact={"phone": "13800138000"})


async def test_an_sms_of_the_night_waits_for_the_morning(ringing):
    notices, gateway = ringing
    number = await called(notices)
    notices.house.clock.moment = NIGHT
    name, receipt = await notices.queue(number, channel="sms"), await notices.queue(number, channel="sms", kind="receipt")
    await notices.send("sms")
    assert [json.loads(asked.body)["id"] for asked in gateway.asked] == [receipt]
    notice = await notices.notice(name)
    assert (notice.state, notice.next_at, notice.attempts, notice.tries[-1].why) == ("queued", MORNING, 0, "quiet_hours")
    notices.house.clock.moment = MORNING
    await notices.send("sms")
    assert json.loads(gateway.asked[-1].body) == {"to": PHONE, "text": f"notice {name}", "id": name}
    assert (await notices.notice(name)).state == "sent"


async def test_a_mail_keeps_no_quiet_hours(notices):
    number = await notices.matter()
    notices.house.clock.moment = NIGHT
    name = await notices.queue(number)
    await notices.send()
    assert notices.arrived() == Counter({name: 1})


async def test_a_city_may_have_no_quiet_hours(open_intake, tmp_path):
    async with open_web_office() as gateway:
        (tmp_path / "sms.toml").write_text(f'url = "{gateway.url}"\n[body]\nto = "{{local}}"\ntext = "{{text}}"\n')
        async with open_notices(
            open_intake, own={"quiet_from": "08:00", "quiet_to": "08:00"}, sms_gateway=tmp_path / "sms.toml"
        ) as notices:
            number = await called(notices)
            notices.house.clock.moment = NIGHT
            await notices.queue(number, channel="sms")
            await notices.send("sms")
            assert [json.loads(asked.body)["to"] for asked in gateway.asked] == ["13800138000"]


async def test_a_person_is_asked_for_one_thing_a_day_over_all_their_matters(notices):
    names = [await notices.queue(await notices.matter(), kind=kind) for kind in ("asked", "answered", "answered")]
    told = await notices.queue(await notices.matter(), kind="overdue")
    other = await notices.queue(await notices.matter("li@home.example"), kind="answered")
    await notices.send()
    assert notices.arrived() == Counter([names[0], told, other])
    waiting = await notices.notice(names[1])
    assert (waiting.state, waiting.next_at, waiting.tries[-1].why) == ("queued", MORNING, "contact_plan")
    notices.house.clock.moment = MORNING - timedelta(minutes=1)
    await notices.send()
    assert notices.arrived().total() == 3
    for day, name in enumerate(names[1:]):
        notices.house.clock.moment = MORNING + timedelta(days=day)
        await notices.send()
        assert notices.arrived()[name] == 1
    assert notices.arrived() == Counter([*names, told, other])


async def test_a_question_goes_before_the_verdicts_that_waited_longer(notices):
    names = [await notices.queue(await notices.matter(), kind="answered") for _ in range(3)]
    question = await notices.queue(await notices.matter(), kind="asked")
    await notices.send()
    notices.house.clock.moment = MORNING
    await notices.send()
    assert notices.arrived() == Counter([names[0], question])


async def test_what_is_not_so_any_more_is_not_said_the_day_after(notices):
    await notices.queue(await notices.matter(), kind="answered")
    number = await notices.matter()
    await notices.house.tracking_says(number, *LIFE)
    name = await notices.queue(number, kind="answered")
    await notices.send()
    notices.house.clock.forward(hours=1)
    await notices.house.tracking_says(number, CaseRedone(number=1))
    notices.house.clock.moment = MORNING
    await notices.send()
    notice = await notices.notice(name)
    assert (notice.state, notice.tries[-1].why, notices.arrived()[name]) == ("given_up", "overtaken", 0)


async def test_a_notice_keeps_its_day_through_every_retry(notices):
    number = await notices.matter()
    first = await notices.queue(number, kind="answered")
    notices.office.faults["RCPT"] = ["451 greylisted"] * 2
    await notices.send()
    second = await notices.queue(number, kind="asked")
    for minutes in (1, 5, 15):
        notices.house.clock.forward(minutes=minutes)
        await notices.send()
    assert notices.arrived() == Counter([first])
    assert (await notices.notice(second)).tries[-1].why == "contact_plan"


async def test_a_day_is_claimed_once_by_two_senders(notices):
    names = [await notices.queue(await notices.matter(), kind="answered") for _ in range(6)]
    others = [Sender(notices.house.door, "email", words) for _ in range(3)]
    await asyncio.gather(*[other.step() for other in others])
    assert notices.arrived().total() == 1
    states = Counter([(await notices.notice(name)).state for name in names])
    assert states == {"sent": 1, "queued": 5}


async def test_a_day_that_was_claimed_before_a_crash_is_still_that_notices_day(notices):
    name = await notices.queue(await notices.matter(), kind="answered")
    notices.office.faults["MAIL"] = [HANG_UP]
    await notices.send()
    assert await notices.house.world.store.count(CONTACT_PLAN.name, {}) == {None: 1}
    notices.house.clock.forward(minutes=1)
    await notices.send()
    assert notices.arrived() == Counter([name])


async def test_the_plan_names_nobody(notices):
    await notices.queue(await notices.matter(), kind="answered")
    await notices.send()
    (stored,) = (await notices.house.world.store.get(CONTACT_PLAN.name, [await _key(notices)])).values()
    assert "wang" not in stored.key + stored.body


async def _key(notices: Notices) -> str:
    (number,) = {record.case for record in await notices.house.logged()}
    return f"{(await notices.house.complaint(number)).person}:2026-03-02"


async def test_somebody_whom_nobody_knows_again_is_told_at_once(notices):
    number = (await notices.house.submit(contact={"name": "王"}, notify="none"))["number"]
    names = [await notices.queue(number, kind="answered") for _ in range(2)]
    await notices.send()
    assert {(await notices.notice(name)).tries[-1].why for name in names} == {"no_contact"}
