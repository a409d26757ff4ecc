"""The duty desk is told of a critical matter: at once, at any hour, once for each alarm, and with nothing of what was written."""

import json

import pytest
from pydantic import SecretStr

from services.intake.actions.notifying import Sender
from services.intake.actions.resending import resend
from services.intake.documents.notice import NOTICE
from services.intake.wording import word
from shared.events import Actor
from shared.events.tracking import CaseAlarmed
from shared.ports import Equal, Order
from shared.runtime.relay import Relay
from shared.runtime.settings import SettingsError
from tests.adapters.post_office import open_office
from tests.adapters.web_office import open_web_office
from tests.services.intake.joined import told
from tests.services.intake.standings import ACCEPTED, OPENED
from tests.services.intake.test_contact_times import NIGHT

DESK = {"duty_email": "duty@city.example", "duty_phone": "139 0013 9000"}
MOBILE = "+8613900139000"
SECRET = "楼上有人要跳下来，电话 13812345678"
JUST_IN, WAITED = CaseAlarmed(number=0), CaseAlarmed(number=1, minutes=12)


@pytest.fixture
async def desk(open_intake, tmp_path):
    """Intake that can tell the duty desk both ways, its post office and its SMS gateway; it is night."""
    async with open_office() as office, open_web_office() as gateway:
        file = tmp_path / "sms.toml"
        file.write_text(f'url = "{gateway.url}"\n[body]\nto = "{{to}}"\ntext = "{{text}}"\n')
        mail = SecretStr(f"smtp://127.0.0.1:{office.port}?tls=never")
        house = await open_intake(DESK, notify_url=mail, mail_address="12345@city.example", sms_gateway=file)
        house.clock.moment = NIGHT
        yield house, office, gateway


async def alarmed(house, *events, **body):
    """The number of a matter of which tracking has said this, with the notices of it taken in."""
    number = (await house.submit(text=SECRET, notify="none", **body))["number"]
    await house.tracking_says(number, OPENED, *events)
    await taken_in(house, number)
    return number


async def taken_in(house, number):
    await Relay("intake", house.world.store, house.world.log).step()
    await house.consume(number)


async def send(house):
    for channel in ("email", "sms"):
        while await Sender(house.door, channel, word).step():
            continue


async def notices_of(house, number):
    return await NOTICE.find(house.world.store, {"number": Equal(number)}, order=Order("queued_at"), limit=50)


async def test_it_is_told_both_ways_and_at_night(desk):
    house, office, gateway = desk
    number = await alarmed(house, JUST_IN)
    await send(house)
    (mail,) = office.mails
    (asked,) = gateway.asked
    sms = json.loads(asked.body)
    assert (office.recipients, sms["to"]) == (["duty@city.example"], MOBILE)
    assert "刚收到，还没有人接" in mail["Subject"]
    link = f"{house.world.settings.address}/desk/cases/{number}"
    assert link in mail.get_content()
    assert link in sms["text"]
    for words in (mail.get_content(), sms["text"]):
        assert not any(secret in words for secret in ("跳下", "138", "/progress"))
    assert [one.state for one in await notices_of(house, number)] == ["sent", "sent"]


async def test_each_alarm_is_told_once_however_often_it_is_read(desk):
    house, office, gateway = desk
    number = await alarmed(house, JUST_IN, WAITED)
    alarms = [record for record in await house.logged() if isinstance(record.event, CaseAlarmed)]
    await house.world.log.append(alarms)
    await taken_in(house, number)
    await send(house)
    assert sorted(mail["Subject"].split("：")[1].split("（")[0] for mail in office.mails) == ["10 分钟没有人接", "刚收到，还没有人接"]
    assert len(gateway.asked) == 2


async def test_a_sensitive_matter_is_told_in_the_same_words(desk):
    house, office, _ = desk
    await alarmed(house, WAITED, confidential=True)
    await send(house)
    assert "10 分钟没有人接" in office.mails[0]["Subject"]


async def test_what_was_taken_meanwhile_wakes_nobody(desk):
    house, office, gateway = desk
    number = await alarmed(house, JUST_IN)
    house.clock.moment = NIGHT.replace(minute=1)
    await house.tracking_says(number, ACCEPTED)
    await send(house)
    assert not office.mails
    assert not gateway.asked
    assert {one.tries[-1].why for one in await notices_of(house, number)} == {"overtaken"}


async def test_a_bounce_does_not_silence_the_next_alarm(desk):
    house, office, _ = desk
    office.faults["RCPT"] = ["550 no such user"]
    number = await alarmed(house, JUST_IN)
    await send(house)
    failed = next(one for one in await notices_of(house, number) if one.channel == "email")
    assert failed.state == "given_up"
    house.sign_in("clerk")
    page = (await house.client.get("/notices")).text
    assert "特急提醒" in page
    assert "发给值守" in page
    await resend(house.door, failed, Actor(kind="officer", id="li"))
    house.clock.moment = NIGHT.replace(minute=20)
    await house.tracking_says(number, WAITED)
    await taken_in(house, number)
    await send(house)
    assert len(office.mails) == 2


async def test_without_a_desk_nobody_is_told(open_intake, tmp_path):
    house = await open_intake(**told(tmp_path))
    assert await notices_of(house, await alarmed(house, JUST_IN)) == []


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"duty_email": "duty"}, "HUIYING_INTAKE_DUTY_EMAIL: 'duty' is no e-mail address"),
        ({"duty_phone": "12"}, "HUIYING_INTAKE_DUTY_PHONE: '12' is no phone number"),
        ({"duty_email": "duty@city.example"}, "DUTY_EMAIL is set, but nothing goes out that way: it needs HUIYING_NOTIFY_URL"),
        ({"duty_phone": "13900139000"}, "DUTY_PHONE is set, but nothing goes out that way: it needs HUIYING_SMS_GATEWAY"),
    ],
)
async def test_a_desk_that_cannot_be_told_is_refused_at_start(open_intake, own, sentence):
    with pytest.raises(SettingsError, match=sentence):
        await open_intake(own)
