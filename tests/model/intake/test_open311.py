"""GeoReport's view: what is open, what everybody may read, and which stretch of time a list covers."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.intake.model.complaint import Complaint, Progress
from services.intake.model.open311 import LONGEST_DESCRIPTION, SPAN, period, seen, status_of
from shared.events.intake import Place
from shared.events.tracking import State
from tests.builders import MONDAY

OPEN = {"registered", "waiting", "dispatched", "in_hand", "handed_back", "replied", "awaiting_callback", "supervised"}
MATTER = Complaint(
    number="2603020000011", channel="online", received_at=MONDAY, title="停水", text="我叫王小明，电话 13812345678", request="",
    place=Place(address="柳堤路 12 号", lon=112.98765, lat=28.23456), progress=Progress(reply="王小明先生，已经修好"),
)  # fmt: skip


@pytest.mark.parametrize("state", get_args(State))
def test_a_matter_is_open_until_it_is_over(state):
    assert (status_of(MATTER.model_copy(update={"progress": Progress(state=state)})) == "open") == (state in OPEN)


def test_the_app_that_filed_it_sees_it_whole():
    own = seen(MATTER, own=True)
    assert (own.description, own.address, own.lon, own.lat) == ("停水\n我叫王小明，电话 13812345678", "柳堤路 12 号", 112.98765, 28.23456)


@pytest.mark.parametrize("guard", ["confidential", "S1", "S2", "S3"])
def test_of_a_guarded_matter_the_app_has_only_what_it_brought(guard):
    sensitivity = "S0" if guard == "confidential" else guard
    progress = Progress(reply="已经立案", department="discipline", category="conduct.report", sensitivity=sensitivity)
    own = seen(MATTER.model_copy(update={"progress": progress, "confidential": guard == "confidential"}), own=True)
    assert (own.reply, own.department, own.topic) == ("", None, None)
    assert "王小明" in own.description


def test_everybody_sees_it_scrubbed_and_only_about_where():
    told = seen(MATTER, own=False)
    assert (told.description, told.address, told.reply) == ("停水\n我叫***，电话 ***", "柳堤路 ***号", "***先生，已经修好")
    assert (told.lon, told.lat) == (112.988, 28.235)
    long = MATTER.model_copy(update={"text": "为" * 20_000, "place": Place()})
    assert len(seen(long, own=False).description) == LONGEST_DESCRIPTION
    assert seen(long, own=False).lat is None


@pytest.mark.parametrize("before", range(3_980, 4_320))
def test_a_phone_number_at_the_end_of_what_is_shown_is_masked(before):
    told = seen(MATTER.model_copy(update={"title": "", "text": "停" * before + " 138 1234 5678 " + "水" * 900}), own=False)
    assert "138" not in told.description
    assert set(told.description) <= set("停水* ")


MOMENTS = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@for_all(MOMENTS, MOMENTS)
def test_a_period_is_never_longer_than_ninety_days(start, end):
    if start and end and not timedelta() <= end - start <= SPAN:
        with pytest.raises(ValueError, match="90 days"):
            period(start, end, MONDAY)
        return
    low, high = period(start, end, MONDAY)
    assert timedelta() <= high - low <= SPAN + timedelta(microseconds=1)
    assert start is None or low == start
    assert (high - timedelta(microseconds=1) <= (end or high)) if end else True


def test_without_dates_the_last_ninety_days_up_to_this_moment():
    low, high = period(None, None, MONDAY)
    assert (MONDAY - low, low <= MONDAY < high) == (SPAN, True)
