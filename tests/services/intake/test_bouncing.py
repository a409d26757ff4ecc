"""What comes after a notice went out: that it bounced, that it arrived, and that an officer has it sent again."""

import asyncio
from collections import Counter

import pytest

from services.intake.actions.bouncing import note_bounce, note_delivered
from services.intake.actions.joining import join_matter
from services.intake.actions.resending import resend
from services.intake.model.joining import Joining
from shared.events import Actor
from shared.refusals import NotAllowed
from tests.adapters.post_office import HANG_UP
from tests.services.intake.joined import public
from tests.services.intake.sending import MAIL, open_notices

CLERK = Actor(kind="officer", id="li")


@pytest.fixture
async def notices(open_intake):
    async with open_notices(open_intake) as opened:
        yield opened


class TestBounces:
    async def test_a_bounce_marks_the_notice_and_closes_the_address(self, notices):
        number = await notices.matter()
        first, second = await notices.queue(number), await notices.queue(await notices.matter())
        await notices.send()
        for _ in range(2):
            bounced = await note_bounce(notices.house.door, first, permanent=True, why=f"550 no such user {MAIL}")
            assert bounced.state == "bounced"
        assert bounced.tries[-1].words == "550 no such user …"
        late = await notices.queue(number)
        await notices.send()
        assert (await notices.notice(late)).tries[-1].why == "address_bounced"
        assert (await notices.notice(second)).state == "sent"
        results = [(told.notice, told.result, told.why) for told in await notices.settled()]
        assert results[2:] == [(first, "bounced", ""), (late, "given_up", "address_bounced")]

    async def test_a_contact_that_is_given_later_is_tried(self, notices):
        first = await notices.queue(await notices.matter())
        await notices.send()
        await note_bounce(notices.house.door, first, permanent=True, why="550")
        notices.house.clock.forward(hours=1)
        again = await notices.queue(await notices.matter())
        other = await notices.queue(await notices.matter("li@home.example"))
        await notices.send()
        assert notices.arrived() == Counter([first, again, other])

    async def test_who_joins_again_is_tried_again(self, notices):
        house = notices.house
        number = await public(house)
        for hour in range(2):
            house.clock.forward(hours=hour)
            matter = await join_matter(house.door, number, Joining(email="li@home.example"), "zh-CN")
            (follower,) = matter.followers
            name = await notices.queue(number, follower=follower.id)
            await notices.send()
            assert (await notices.notice(name)).state == "sent"
            await note_bounce(house.door, name, permanent=True, why="550")

    async def test_a_delay_changes_nothing(self, notices):
        name = await notices.queue(await notices.matter())
        await notices.send()
        assert (await note_bounce(notices.house.door, name, permanent=False, why="delayed")).state == "sent"

    async def test_what_arrived_is_delivered_once(self, notices):
        name = await notices.queue(await notices.matter())
        await notices.send()
        for _ in range(2):
            assert (await note_delivered(notices.house.door, name)).state == "delivered"
        assert [told.result for told in await notices.settled()] == ["sent", "delivered"]

    async def test_a_bounce_of_nothing(self, notices):
        assert await note_bounce(notices.house.door, "01940000-0000-7000-8000-000000000009", permanent=True, why="550") is None
        assert await note_delivered(notices.house.door, "01940000-0000-7000-8000-000000000009") is None

    async def test_a_bounce_that_is_quicker_than_our_own_note(self, notices):
        name = await notices.queue(await notices.matter())

        async def bounce() -> None:
            await note_bounce(notices.house.door, name, permanent=True, why="550")

        tasks = []
        notices.office.at_step = lambda step: tasks.append(asyncio.create_task(bounce())) if step == "BODY" else None
        await notices.send()
        await asyncio.gather(*tasks)
        assert (await notices.notice(name)).state == "bounced"


class TestResending:
    async def test_a_notice_that_failed_is_sent_again_under_a_new_name(self, notices):
        notices.office.faults["RCPT"] = ["550 no"]
        number = await notices.matter()
        name = await notices.queue(number, department="water", why="x")
        await notices.send()
        again = await resend(notices.house.door, await notices.notice(name), CLERK)
        assert (again.resent_from, again.state, again.department, again.why) == (name, "queued", "water", "x")
        await notices.send()
        assert notices.arrived() == Counter([again.id])
        assert (await notices.notice(name)).state == "given_up"

    async def test_it_is_queued_once_however_often_it_is_asked_for(self, notices):
        notices.office.faults["BODY"] = [HANG_UP]
        number = await notices.matter()
        name = await notices.queue(number)
        await notices.send()
        old = await notices.notice(name)
        first, second = await asyncio.gather(*[resend(notices.house.door, old, CLERK) for _ in range(2)])
        assert first == second
        await notices.settled()
        await notices.house.consume(number)
        await notices.send()
        assert (await resend(notices.house.door, old, CLERK)).state == "sent"
        assert notices.arrived() == Counter([name, first.id])

    async def test_while_it_is_open_there_is_nothing_to_send_again(self, notices):
        name = await notices.queue(await notices.matter())
        with pytest.raises(NotAllowed):
            await resend(notices.house.door, await notices.notice(name), CLERK)

    async def test_by_hand_an_address_that_bounced_is_tried_again(self, notices):
        name = await notices.queue(await notices.matter())
        await notices.send()
        bounced = await note_bounce(notices.house.door, name, permanent=True, why="552 full")
        again = await resend(notices.house.door, bounced, CLERK)
        await notices.send()
        assert notices.arrived() == Counter([name, again.id])
