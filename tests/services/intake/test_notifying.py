"""Notices by mail, through a real store and a real mail server: each arrives once, or it is known what became of it."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake.actions import delivering
from services.intake.actions.joining import join_matter
from services.intake.actions.notifying import AT_ONCE, Sender
from services.intake.actions.preparing import prepare
from services.intake.model import sending, threads
from services.intake.model.joining import Joining
from shared.events import Actor
from shared.ports import Unavailable
from tests.adapters.post_office import HANG_UP
from tests.builders import MONDAY
from tests.services.intake.joined import public
from tests.services.intake.sending import MAIL, open_notices, words

CLERK = Actor(kind="officer", id="li")
LONG = timedelta(days=5)


@pytest.fixture
async def notices(open_intake):
    async with open_notices(open_intake) as opened:
        yield opened


async def test_a_queued_notice_arrives_and_says_where_answers_go(notices):
    number = await notices.matter()
    name = await notices.queue(number, department="water", due_at=MONDAY + timedelta(days=7))
    await notices.send()
    (mail,) = notices.office.mails
    assert notices.office.recipients == [MAIL]
    assert (mail["Subject"], mail.get_content().strip()) == (f"dispatched {number}", f"notice {name}")
    key = notices.house.door.reply_key
    assert threads.read_message_id(key, mail["Message-ID"]) == name
    assert threads.read_reply_addresses(key, [mail["Reply-To"].addresses[0].addr_spec]) == (number, threads.COMPLAINANT)
    notice = await notices.notice(name)
    assert (notice.state, notice.attempts, notice.next_at, notice.settled_at) == ("sent", 1, None, MONDAY)
    assert notice.message_id == mail["Message-ID"].strip()
    assert (notice.department, notice.due_at) == ("water", MONDAY + timedelta(days=7))


async def test_others_are_told_once_on_the_case(notices):
    number = await notices.matter()
    name = await notices.queue(number)
    await notices.send()
    await notices.send()
    (told,) = await notices.settled()
    assert (told.notice, told.result, told.attempts, told.why) == (name, "sent", 1, "")
    assert {record.case for record in await notices.house.logged()} == {number}


async def test_the_address_is_kept_nowhere_in_the_clear(notices):
    notices.office.faults["RCPT"] = [f"550 <{MAIL}> is unknown to wang@home.example"]
    name = await notices.queue(await notices.matter())
    await notices.send()
    notice = await notices.notice(name)
    assert notice.tries[-1].words == "550 <…> is unknown to …"
    assert "home.example" not in notice.model_dump_json()
    assert "home.example" not in "".join(record.model_dump_json() for record in await notices.house.logged())


async def test_an_event_that_comes_twice_is_one_notice(notices):
    number = await notices.matter()
    record = notices.record(number)
    await notices.deliver(record)
    await notices.send()
    await notices.deliver(record)
    await notices.send()
    assert notices.arrived() == Counter({record.id: 1})


async def test_who_joined_is_told_at_their_own_address_and_in_their_language(notices):
    house = notices.house
    number = await public(house, notify="none", contact={"email": MAIL})
    joining = Joining(email="chen@work.example", notify="email")
    complaint = await join_matter(house.door, number, joining, "en")
    name = await notices.queue(number, follower=complaint.followers[0].id)
    gone = await notices.queue(number, follower="01940000-0000-7000-8000-00000000000f")
    await notices.send()
    assert notices.office.recipients == ["chen@work.example"]
    assert (await notices.notice(name)).language == "en"
    (token,) = [mail["Reply-To"].addresses[0].addr_spec for mail in notices.office.mails]
    assert threads.read_reply_addresses(house.door.reply_key, [token]) == (number, complaint.followers[0].id)
    assert (await notices.notice(gone)).tries[-1].why == "no_contact"


async def test_greylisting_is_waited_out(notices):
    notices.office.faults["RCPT"] = ["451 4.7.1 greylisted"] * 2
    name = await notices.queue(await notices.matter())
    await notices.send()
    notice = await notices.notice(name)
    assert (notice.state, notice.attempts, notice.next_at) == ("queued", 1, MONDAY + timedelta(minutes=1))
    await notices.send()
    assert (await notices.notice(name)).attempts == 1, "not before its time"
    notices.house.clock.forward(minutes=1)
    await notices.send()
    assert (await notices.notice(name)).next_at == MONDAY + timedelta(minutes=6)
    notices.house.clock.forward(minutes=5)
    await notices.send()
    notice = await notices.notice(name)
    assert (notice.state, notice.attempts) == ("sent", 3)
    assert [(one.result, one.why) for one in notice.tries] == [("deferred", "later"), ("deferred", "later"), ("sent", "")]
    assert notices.arrived() == Counter({name: 1})


async def test_a_server_that_never_takes_it_ends_by_name(notices):
    notices.office.faults["BODY"] = ["452 full"] * 20
    name = await notices.queue(await notices.matter())
    while (notice := await notices.notice(name)).next_at:
        notices.house.clock.moment = notice.next_at
        await notices.send()
    assert notice.state == "given_up"
    assert notice.settled_at < MONDAY + sending.TRIED_FOR
    (told,) = await notices.settled()
    assert (told.result, told.why, told.attempts) == ("given_up", "tried_out", len(sending.BACK_OFF))
    assert notices.office.mails == []


@pytest.mark.parametrize("step", ["RCPT", "DATA", "BODY"])
async def test_a_refusal_is_final(notices, step):
    notices.office.faults[step] = ["554 5.7.1 no"]
    name = await notices.queue(await notices.matter())
    await notices.send()
    notices.house.clock.moment += LONG
    await notices.send()
    notice = await notices.notice(name)
    assert (notice.state, notice.attempts) == ("given_up", 1)
    assert [(one.result, one.why, one.words) for one in notice.tries] == [("given_up", "refused", "554 5.7.1 no")]
    assert notices.office.mails == []


async def test_a_lost_answer_is_never_followed_by_a_second_mail(notices):
    notices.office.faults["BODY"] = [HANG_UP]
    name = await notices.queue(await notices.matter())
    await notices.send()
    notices.house.clock.moment += LONG
    await notices.send()
    notice = await notices.notice(name)
    assert (notice.state, notice.tries[-1].why) == ("unconfirmed", "answer_lost")
    assert notices.arrived() == Counter({name: 1})
    assert [(told.result, told.why) for told in await notices.settled()] == [("unconfirmed", "answer_lost")]


async def test_a_mail_server_that_is_away_costs_no_tries(notices):
    names = [await notices.queue(await notices.matter()) for _ in range(40)]
    notices.office.faults["MAIL"] = [HANG_UP] * 100
    await notices.send()
    assert len(notices.office.connections) <= AT_ONCE < 40, "the others are not tried while it is away"
    for name in names:
        notice = await notices.notice(name)
        assert (notice.state, notice.attempts, notice.next_at) == ("queued", 0, MONDAY + timedelta(minutes=1))
    notices.office.faults.clear()
    notices.house.clock.forward(seconds=59)
    await notices.send()
    assert notices.office.mails == []
    notices.house.clock.forward(seconds=1)
    await notices.send()
    assert notices.arrived() == Counter(names)
    assert {(await notices.notice(name)).attempts for name in names} == {1}


async def test_what_is_taken_while_the_claim_is_written_goes_out_once(notices):
    """Two processes that both think they hold the notice: the one whose write comes second hands nothing over."""
    name = await notices.queue(await notices.matter())
    other = Sender(notices.house.door, "email", words)
    asked: list[str] = []

    def let_the_other_in(step: str) -> None:
        asked.append(step)

    notices.office.at_step = let_the_other_in
    await asyncio.gather(notices.sender().step(), other.step())
    assert notices.arrived() == Counter({name: 1})
    assert asked.count("MAIL") == 1, "the other has not even begun"


async def test_two_senders_share_the_work(notices):
    number = await notices.matter()
    names = [await notices.queue(number) for _ in range(60)]
    other = Sender(notices.house.door, "email", words)
    await asyncio.gather(notices.send(), _until_done(other))
    assert notices.arrived() == Counter(names)
    assert {(await notices.notice(name)).state for name in names} == {"sent"}


async def _until_done(sender: Sender) -> None:
    while await sender.step():
        continue


async def test_a_message_is_not_sent_when_its_claim_cannot_be_written(notices, away):
    name = await notices.queue(await notices.matter())
    store = notices.house.world.store
    (parcel,) = await prepare(notices.house.door, [name], MONDAY)
    with away(), pytest.raises(delivering.NotWritten):
        await delivering.send_one(notices.house.door, parcel, words, notices.house.world.outside.notifiers["email"])
    await store.ping()
    assert notices.office.bodies == 0
    notices.house.clock.moment += sending.RESERVED
    await notices.send()
    assert notices.arrived() == Counter({name: 1})


async def test_what_was_sent_is_written_down_even_when_the_store_is_away_for_a_moment(notices, away, monkeypatch):
    name = await notices.queue(await notices.matter())
    held, loop = away(), asyncio.get_running_loop()

    def close_store(step: str) -> None:
        if step == "BODY":
            held.__enter__()
            loop.call_later(0.2, held.__exit__, None, None, None)

    notices.office.at_step = close_store
    monkeypatch.setattr(delivering, "PAUSES", (0.02,) * 500)
    await notices.send()
    assert (await notices.notice(name)).state == "sent"
    assert notices.arrived() == Counter({name: 1})


async def test_a_store_that_is_away_stops_the_job_and_loses_nothing(notices, away):
    name = await notices.queue(await notices.matter())
    with away(), pytest.raises(Unavailable):
        await notices.send()
    await notices.send()
    assert notices.arrived() == Counter({name: 1})


async def test_words_that_cannot_be_made_hold_up_nobody_else(notices):
    def broken(door, complaint, notice):
        if notice.kind == "overdue":
            raise KeyError("a template of the city's")
        return words(door, complaint, notice)

    number = await notices.matter()
    bad, good = await notices.queue(number, kind="overdue"), await notices.queue(number)
    sender = Sender(notices.house.door, "email", broken)
    await _until_done(sender)
    assert notices.arrived() == Counter({good: 1})
    notice = await notices.notice(bad)
    assert (notice.state, notice.tries[-1].why) == ("queued", "fault")


async def test_asked_to_end_it_finishes_what_is_under_way(notices):
    number = await notices.matter()
    names = [await notices.queue(number) for _ in range(60)]
    begun = asyncio.Event()
    notices.office.at_step = lambda step: begun.set() if step == "BODY" else None
    job = asyncio.create_task(notices.sender().step())
    await begun.wait()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    states = Counter([(await notices.notice(name)).state for name in names])
    assert set(states) == {"sent", "queued"}, "nothing is left in doubt"
    assert notices.arrived().total() == states["sent"] < 60
    notices.house.clock.moment += sending.RESERVED
    await _until_done(Sender(notices.house.door, "email", words))
    assert notices.arrived() == Counter(names)


async def test_a_matter_without_a_contact(notices):
    number = (await notices.house.submit(anonymous=True))["number"]
    name = await notices.queue(number)
    await notices.send()
    notice = await notices.notice(name)
    assert (notice.state, notice.attempts, notice.tries[-1].why) == ("given_up", 0, "no_contact")
    assert [told.attempts for told in await notices.settled()] == [0]


async def test_a_contact_that_cannot_be_opened_waits_for_the_right_key(notices):
    name = await notices.queue(await notices.matter())
    door = notices.house.door
    wrong = replace(door, contacts=type(door.contacts)(b"x" * 32))
    await Sender(wrong, "email", words).step()
    notice = await notices.notice(name)
    assert (notice.state, notice.tries[-1].why) == ("queued", "contact_sealed")
    notices.house.clock.forward(minutes=1)
    await notices.send()
    assert notices.arrived() == Counter({name: 1})


async def test_a_channel_that_is_not_set_up_waits_and_ends_by_name(notices):
    name = await notices.queue(await notices.matter(), channel="sms")
    while (notice := await notices.notice(name)).next_at:
        assert notice.attempts == 0
        notices.house.clock.moment = max(notice.next_at, notices.house.clock.moment + timedelta(hours=6))
        await notices.send("sms")
    assert [one.why for one in notice.tries] == ["no_channel", "tried_out"]
