"""The comparison of the storm can fail: each thing that must not happen, made by hand, is seen."""

from dataclasses import replace

import pytest

from services.intake.documents import COMPLAINT
from services.tracking.documents import CASE
from services.tracking.rules import load
from shared.events import read
from tests.scenarios.city import TEXTS, open_city
from tests.scenarios.storm.comparison import Kept, compare

KEYS = ("a", "b", "c")


@pytest.fixture
async def acknowledged_and_kept(tmp_path):
    """Three complaints on their way through a real house: what their senders were told, and what is there."""
    async with open_city(tmp_path) as city:
        acknowledged = [(key, (await city.submit(text, key)).number) for key, text in zip(KEYS, TEXTS, strict=False)]
        await city.settle()
        records = [read(one.raw) for one in await city.records()]
        yield acknowledged, Kept(await city.everything("intake", COMPLAINT), await city.everything("tracking", CASE), records, [], {})


def sorts(acknowledged, kept):
    return set(compare(acknowledged, kept, load()).faults)


def test_all_is_well(acknowledged_and_kept):
    assert sorts(*acknowledged_and_kept) == set()


def test_records_that_came_twice_are_no_fault(acknowledged_and_kept):
    acknowledged, kept = acknowledged_and_kept
    assert sorts(acknowledged, replace(kept, records=[*kept.records, *kept.records])) == set()


def test_a_lost_complaint_is_seen(acknowledged_and_kept):
    acknowledged, kept = acknowledged_and_kept
    assert "missing" in sorts(acknowledged, replace(kept, complaints=kept.complaints[1:], cases=kept.cases[1:]))
    assert "missing" in sorts(acknowledged, replace(kept, cases=kept.cases[1:]))
    assert "missing" in sorts(acknowledged, replace(kept, complaints=kept.complaints[1:]))


def test_a_doubled_complaint_is_seen(acknowledged_and_kept):
    acknowledged, kept = acknowledged_and_kept
    twice = kept.complaints[0].model_copy(update={"number": "2611220000092"})
    unasked = twice.model_copy(update={"idempotency": "never"})
    assert "doubled" in sorts(acknowledged, replace(kept, complaints=[*kept.complaints, twice]))
    assert "doubled" in sorts(acknowledged, replace(kept, complaints=[*kept.complaints, unasked]))
    assert "doubled" in sorts([*acknowledged, ("d", acknowledged[0][1])], kept)


def test_an_effect_before_its_cause_is_seen(acknowledged_and_kept):
    acknowledged, kept = acknowledged_and_kept
    assert "order" in sorts(acknowledged, replace(kept, records=[*kept.records[1:], kept.records[0]]))


def test_an_event_that_is_missing_or_came_under_two_ids_is_seen(acknowledged_and_kept):
    acknowledged, kept = acknowledged_and_kept
    again = kept.records[0].model_copy(update={"id": "another"})
    assert "events" in sorts(acknowledged, replace(kept, records=kept.records[:-1]))
    assert "events" in sorts(acknowledged, replace(kept, records=[*kept.records, again]))


def test_a_case_that_is_not_what_its_events_say_is_seen(acknowledged_and_kept):
    acknowledged, kept = acknowledged_and_kept
    other = kept.cases[0].model_copy(update={"category": "nonsense", "state": "accepted"})
    assert sorts(acknowledged, replace(kept, cases=[other, *kept.cases[1:]])) == {"replay", "not assigned", "not shown"}


def test_what_nobody_was_told_of_is_seen(acknowledged_and_kept):
    acknowledged, kept = acknowledged_and_kept
    other = kept.records[0].model_copy(update={"id": "another", "case": "2611220000092"})
    assert sorts(acknowledged, replace(kept, strangers={"complaint": 1, "case": 0})) == {"doubled"}
    assert sorts(acknowledged, replace(kept, records=[*kept.records, other])) == {"doubled"}


def test_what_is_parked_is_seen(acknowledged_and_kept):
    acknowledged, kept = acknowledged_and_kept
    assert sorts(acknowledged, replace(kept, parked=["tracking 1: surprise"])) == {"parked"}
