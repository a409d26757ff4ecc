"""Crashes at every moment of sending: no mail goes out twice, and each notice has arrived, or is said not to have, or to be unknown."""

import asyncio
import random
from collections import Counter
from dataclasses import replace

import pytest

from services.intake.actions.notifying import Sender
from services.intake.model import sending
from tests.adapters.post_office import HANG_UP
from tests.scenarios.crashing import Crash, Crashing
from tests.services.intake.sending import Notices, open_notices, words

ROUNDS = 30
FAULTS = {
    "MAIL": ["421 closing", HANG_UP],
    "RCPT": ["451 greylisted", HANG_UP, "550 no such user"],
    "DATA": ["452 full", HANG_UP, "554 no"],
    "BODY": ["451 later", HANG_UP, "554 spam"],
    "RSET": ["421 too many", HANG_UP],
}


@pytest.fixture
async def notices(open_intake):
    async with open_notices(open_intake) as opened:
        yield opened


class Once:
    """A store whose `nth` commit crashes, before it is made or after."""

    def __init__(self, inner, nth: int, when: str) -> None:
        self._inner, self._left, self._when = inner, nth, when

    def __getattr__(self, name):
        return getattr(self._inner, name)

    async def commit(self, changes):
        self._left -= 1
        if self._left == 0 and self._when == "before":
            raise Crash
        refused = await self._inner.commit(changes)
        if self._left == 0:
            raise Crash
        return refused


def sender(notices: Notices, store) -> Sender:
    door = notices.house.door
    return Sender(replace(door, world=replace(door.world, store=store)), "email", words)


@pytest.mark.parametrize(
    ("nth", "when", "state"),
    [
        (1, "before", "sent"),
        (1, "after", "sent"),
        (2, "before", "sent"),
        (2, "after", "unconfirmed"),
        (3, "before", "unconfirmed"),
        (3, "after", "sent"),
    ],
    ids=["before reserving", "reserved", "before the claim", "claimed", "before it is noted", "noted"],
)
async def test_a_crash_at_each_commit(notices, nth, when, state):
    name = await notices.queue(await notices.matter())
    with pytest.raises(Crash):
        await sender(notices, Once(notices.house.world.store, nth, when)).step()
    for _ in range(3):
        notices.house.clock.moment += sending.LEASE
        await notices.send()
    assert (await notices.notice(name)).state == state
    handed_over = notices.arrived()[name]
    assert handed_over == (1 if state == "sent" or (nth, when) == (3, "before") else 0)
    assert [told.result for told in await notices.settled()] == [state]
    if state == "unconfirmed":
        assert (await notices.notice(name)).tries[-1].why == "interrupted"


@pytest.mark.storm
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_storm_of_crashes_and_of_a_server_in_all_moods(notices, seed):
    seeded = random.Random(seed)  # noqa: S311 - a storm that can be repeated
    crashes: list[str] = []
    store = Crashing(notices.house.world.store, 0.08, seeded, crashes)
    numbers = [await notices.matter(f"person-{number}@home.example") for number in range(25)]
    names = [await notices.queue(number, kind=kind) for number in numbers for kind in ("dispatched", "answered", "closed")]
    for _ in range(ROUNDS):
        notices.office.faults = {step: [seeded.choice(faults) for _ in range(seeded.randrange(4))] for step, faults in FAULTS.items()}
        await asyncio.gather(*[_crash_or_end(sender(notices, store)) for _ in range(2)])
        notices.house.clock.forward(minutes=seeded.choice([1, 6, 20]))
    notices.office.faults.clear()
    await _settle(notices)
    await _compare(notices, names)
    assert len(crashes) > 10


async def _crash_or_end(one: Sender) -> None:
    try:
        while await one.step():
            continue
    except Crash:
        return


async def _settle(notices: Notices) -> None:
    """Fine weather until everything has come to its end."""
    for _ in range(20):
        notices.house.clock.forward(hours=4)
        await notices.send()


async def _compare(notices: Notices, names: list[str]) -> None:
    arrived, found = notices.arrived(), {name: await notices.notice(name) for name in names}
    assert set(arrived) <= set(names)
    assert not arrived or max(arrived.values()) == 1, "nothing goes out twice"
    assert {notice.state for notice in found.values()} <= {"sent", "given_up", "unconfirmed"}
    for name, notice in found.items():
        if notice.state == "sent":
            assert arrived[name] == 1
        if notice.state == "given_up":
            assert arrived[name] == 0
    told = Counter(one.notice for one in await notices.settled())
    assert told == Counter(names), "each end is told once"
