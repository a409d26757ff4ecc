"""Taking mail out of the mailbox: in order, told when it cannot, resting where a person must act."""

import pytest

from services.intake.actions.collecting import REST, Collector
from services.intake.actions.originals import read_original
from services.intake.sealing import Broken
from shared.ports import Unavailable, Unusable

from .post import letter, open_post


@pytest.fixture
async def post(open_intake, tmp_path):
    return await open_post(open_intake, tmp_path)


class Refusing:
    """A mailbox that cannot be used, until `fault` is None; counts how often it was asked."""

    def __init__(self, fault):
        self.fault, self.asked = fault, 0

    async def arrived(self, limit, largest):
        self.asked += 1
        if self.fault:
            raise self.fault
        return []


async def test_mails_are_kept_sealed_in_the_order_they_came(post):
    mails = [letter(f"第 {number} 件") for number in range(5)]
    post.deliver(*mails)
    collector = post.house.service.state["collector"]
    assert await collector.collect() == 5
    assert await collector.collect() == 0
    records = await post.kept()
    assert [await read_original(post.house.door, record.id) for record in records] == mails
    assert (collector.fault, collector.since) == ("", None)


async def test_an_original_that_is_not_there_or_is_another_one_is_said(post):
    await post.receive(letter(), letter("另一件"))
    first, second = await post.records()
    files = post.house.world.files
    await files.put(f"mail-{first.id}.sealed", await files.get(f"mail-{second.id}.sealed"))
    await files.remove(f"mail-{second.id}.sealed")
    for record in (first, second):
        with pytest.raises(Broken):
            await read_original(post.house.door, record.id)


async def test_where_a_person_must_act_it_rests_and_says_so(post):
    clock, refusing = post.house.clock, Refusing(Unusable("the server refuses the password"))
    collector = Collector(post.house.door, refusing)
    began = clock.now()
    for _ in range(3):
        assert await collector.collect() == 0
        clock.forward(seconds=15)
    assert refusing.asked == 1
    assert (collector.fault, collector.since) == ("the server refuses the password", began)
    clock.moment = began + REST
    refusing.fault = None
    await collector.collect()
    assert (refusing.asked, collector.fault, collector.since) == (2, "", None)


async def test_an_outage_is_told_and_tried_again_at_once(post):
    refusing = Refusing(Unavailable("the server does not answer"))
    collector = Collector(post.house.door, refusing)
    began = post.house.clock.now()
    for _ in range(3):
        with pytest.raises(Unavailable):
            await collector.collect()
        post.house.clock.forward(seconds=15)
    assert refusing.asked == 3
    assert (collector.fault, collector.since) == ("the server does not answer", began)


async def test_without_a_mailbox_there_is_no_job(intake):
    assert {job.name for job in intake.service.jobs} & {"collect-mail", "sort-mail"} == set()
    assert intake.service.state["collector"] is None
