"""Numbers from blocks: never twice, whoever draws."""

import asyncio
from datetime import date

from services.intake.documents import COUNTER, KINDS, Counter
from services.intake.model.numbers import parse
from services.intake.numbering import Numbers
from shared.ports import Change
from tests.builders import MONDAY

DAY = date(2026, 3, 2)


async def draw(numbers, count, day=DAY):
    return [await numbers.draw(day, MONDAY) for _ in range(count)]


async def test_two_processes_never_give_the_same_number(open_store):
    """Each has its own connection to the file, as two processes have."""
    one, two = (Numbers(open_store("intake", KINDS), 7) for _ in range(2))
    drawn = await asyncio.gather(*(draw(numbers, 25) for numbers in (one, two, one, two)))
    numbers = [number for some in drawn for number in some]
    assert len(set(numbers)) == 100
    assert all(parse(number) == number for number in numbers)


async def test_a_block_is_claimed_once_for_all_who_wait(open_store):
    store = open_store("intake", KINDS)
    numbers = Numbers(store, 50)
    await asyncio.gather(*(draw(numbers, 1) for _ in range(50)))
    kept = await store.get(COUNTER.name, ["2026-03-02"])
    assert COUNTER.parse(kept["2026-03-02"]).given == 50


async def test_a_new_process_leaves_a_gap_and_never_a_double(open_store):
    store = open_store("intake", KINDS)
    assert (await draw(Numbers(store, 50), 1))[0][:12] == "260302000001"
    assert (await draw(Numbers(store, 50), 1))[0][:12] == "260302000051"


async def test_each_day_begins_at_one_even_within_a_block(open_store):
    numbers = Numbers(open_store("intake", KINDS), 50)
    first, _ = await draw(numbers, 2)
    (next_day,) = await draw(numbers, 1, date(2026, 3, 3))
    (back,) = await draw(numbers, 1)
    assert (first[:12], next_day[:12], back[:12]) == ("260302000001", "260303000001", "260302000051")


async def test_a_full_day_gets_longer_numbers(open_store):
    store = open_store("intake", KINDS)
    await draw(Numbers(store, 1), 1)
    kept = (await store.get(COUNTER.name, ["2026-03-02"]))["2026-03-02"]
    full = Counter(day="2026-03-02", given=999_999)
    await store.commit([Change(COUNTER.name, "2026-03-02", kept.version, COUNTER.body(full))])
    (number,) = await draw(Numbers(store, 10), 1)
    assert number[:-1] == "2603021000000"
    assert parse(number) == number
