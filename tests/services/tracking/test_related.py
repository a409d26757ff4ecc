"""Cases that may be the same matter, on the desk: shown with score and reason, confirmed, undone, told to the other case."""

import pytest

from services.tracking.documents import CASE
from services.tracking.model.evolving import evolve
from shared.events import Actor, Record, read
from shared.events.intake import ComplaintMatch, ComplaintMatched
from shared.runtime.consumer import handle
from shared.runtime.work import Batch
from tests.builders import MACHINE, MONDAY, case_in
from tests.services.tracking.desk_cases import judged_as

EARLIER = "2603010000013"


def two(title="三栋停水", **match):
    """A case with an earlier one that may be the same."""
    earlier = case_in("in_hand").model_copy(update={"number": EARLIER, "title": "整栋楼停水"})
    found = ComplaintMatched(matches=(ComplaintMatch(case=EARLIER, score=0.71, **match),))
    return evolve(judged_as(title=title), found, MONDAY, MACHINE), earlier


async def consume(house, clock, record):
    """Lets tracking take in a record; what it sends because of it."""
    batch = Batch(house.world.store)
    await handle(house.service, record, batch, clock, Actor(kind="machine", id="tracking"))
    assert not await house.world.store.commit(batch.changes())
    return [one for entry in batch.entries.values() for one in entry.events]


async def related_records(house):
    records = [read(one.record.raw) for one in await house.world.store.unsent(100)]
    return [record for record in records if record.event.type == "case.related"]


async def test_the_page_shows_the_other_case_with_score_and_reason(house):
    case, earlier = two(same_person=True, strong=True)
    await house.keep(case, earlier)
    page = (await house.browser("dispatcher1").get(f"/desk/cases/{case.number}")).text
    for words in ("可能重复", "整栋楼停水", "文字相似度 71%", "同一诉求人", "很可能", "是同一件事", "不是同一件事"):
        assert words in page


async def test_who_may_not_decide_sees_no_buttons_and_is_refused(house):
    case, earlier = two()
    await house.keep(case, earlier)
    page = await house.browser("reviewer1").get(f"/desk/cases/{case.number}")
    assert "可能重复" in page.text
    assert "/steps/relate" not in page.text


async def test_confirming_stands_on_both_cases_and_can_be_undone_from_either(house, clock):
    case, earlier = two()
    await house.keep(case, earlier)
    dispatcher = house.browser("dispatcher1")
    answer = await dispatcher.step(case.number, "relate", same="yes")
    assert answer.status_code == 303, answer.text
    assert (await house.case(case.number)).related[0].same is True
    (record,) = await related_records(house)
    (told,) = await consume(house, clock, record)
    other = await house.case(EARLIER)
    assert (told.case, told.event.told, other.related[0].case, other.related[0].same) == (EARLIER, True, case.number, True)
    assert other.timeline[-1].by.id == "dispatcher1"
    assert await consume(house, clock, record) == [], "what was read twice is told once"
    assert await consume(house, clock, told) == [], "it is not told back"
    page = await dispatcher.get(f"/desk/cases/{EARLIER}")
    assert "已确认同一件事" in page.text
    assert (await dispatcher.step(EARLIER, "relate", same="no")).status_code == 303
    back = next(one for one in await related_records(house) if one.case == EARLIER and not one.event.told)
    await consume(house, clock, back)
    assert (await house.case(case.number)).related[0].same is False


async def test_a_case_that_is_not_there_is_told_nothing(house, clock):
    case, _ = two()
    await house.keep(case)
    answer = await house.browser("dispatcher1").step(case.number, "relate", other=EARLIER, same="yes")
    assert answer.status_code == 303, answer.text
    (record,) = await related_records(house)
    assert await consume(house, clock, record) == []


@pytest.mark.parametrize("typed", [{"same": "perhaps"}, {"other": "x" * 50}, {"same": "yes", "other": "1"}])
async def test_a_bad_form_comes_back(house, typed):
    case, earlier = two()
    await house.keep(case, earlier)
    answer = await house.browser("dispatcher1").step(case.number, "relate", **typed)
    assert answer.status_code in (409, 422)


async def test_a_match_of_many_raises_the_case(house, clock):
    case = judged_as()
    await house.keep(case)
    event = ComplaintMatched(matches=(ComplaintMatch(case=EARLIER, score=0.9, strong=True),), repeats=3)
    out = await consume(
        house, clock, Record(id="01940000-0000-7000-8000-0000000000aa", case=case.number, at=MONDAY, by=MACHINE, event=event)
    )
    assert [one.event.type for one in out] == ["case.raised"]
    page = await house.browser("dispatcher1").get(f"/desk/cases/{case.number}")
    assert "因同一件事多次反映" in page.text
    assert (await house.world.store.count(CASE.name, {}))[None] >= 1
