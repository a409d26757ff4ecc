"""The four stations: each state has its place, each reached one its day."""

from datetime import timedelta
from typing import get_args

import pytest

from services.intake.model.complaint import Complaint, HistoryLine, Progress
from services.intake.model.stations import stations
from shared.events.tracking import State
from tests.builders import MONDAY


def complaint(state, *keys, reply=""):
    lines = tuple(HistoryLine(at=MONDAY + timedelta(days=day), key=key) for day, key in enumerate(("received", *keys)))
    progress = Progress(state=state, history=lines, reply=reply)
    return Complaint(number="1", channel="online", received_at=MONDAY, text="水", request="", progress=progress)


@pytest.mark.parametrize(
    ("state", "keys", "states"),
    [
        ("registered", (), "done now next next"),
        ("waiting", (), "done now next next"),
        ("dispatched", ("dispatched",), "done done now next"),
        ("in_hand", ("dispatched", "accepted"), "done done now next"),
        ("handed_back", ("dispatched", "handed_back"), "done now next next"),
        ("replied", ("dispatched", "accepted"), "done done done now"),
        ("awaiting_callback", ("dispatched", "accepted", "replied"), "done done done now"),
        ("supervised", ("dispatched", "accepted", "replied", "supervised"), "done done now next"),
        ("closed", ("dispatched", "accepted", "replied", "closed"), "done done done done"),
        ("archived", ("dispatched", "accepted", "replied", "closed"), "done done done done"),
        ("answered", ("answered",), "done done"),
        ("declined", ("declined",), ""),
        ("withdrawn", ("withdrawn",), ""),
        ("transferred", ("transferred",), ""),
    ],
)
def test_the_place_of_each_state(state, keys, states):
    assert " ".join(one.state for one in stations(complaint(state, *keys))) == states


def test_no_state_is_forgotten():
    assert [state for state in get_args(State) if stations(complaint(state)) is not None] == list(get_args(State))


@pytest.mark.parametrize("keys", [("answered",), ("declined",), ("withdrawn",), ("transferred",)])
def test_being_put_away_changes_nothing(keys):
    before = stations(complaint(keys[0], *keys))
    assert stations(complaint("archived", *keys)) == before


def test_each_station_has_the_day_it_was_reached():
    found = {one.name: one.at for one in stations(complaint("awaiting_callback", "dispatched", "accepted", "replied", reply="好了"))}
    assert [(moment - MONDAY).days for moment in found.values() if moment] == [0, 1, 2, 3]


def test_an_answer_that_was_taken_back_has_no_day():
    found = {one.name: one.at for one in stations(complaint("dispatched", "dispatched", "accepted", "replied", "redone"))}
    assert found["answered"] is None
