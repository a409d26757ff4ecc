"""The alarm for a critical matter: at once, at 10, 20 and 30 minutes, until somebody takes it."""

from datetime import timedelta

import pytest

from services.tracking.model.alarming import due_alarms, is_untaken, next_alarm
from services.tracking.model.clocks import next_mark_at
from services.tracking.model.decisions import apply, perform
from services.tracking.model.life import Who
from services.tracking.model.sweeping import due_marks
from shared.events import Actor
from tests.builders import MACHINE, MONDAY, given, judged, reading, registered, take, the_rules

SUPERVISOR = Who(frozenset({"supervisor"}), login="zhou")


def critical(urgency="U1"):
    return judged(registered(), read=reading(urgency=urgency))


def minutes(number):
    return MONDAY + timedelta(minutes=number)


def swept(case, at):
    """The case after the sweep came by, and the numbers of the alarms it gave."""
    after, events = apply(case, due_marks(case, at, the_rules()), at, MACHINE, the_rules())
    return after, [event.number for event in events if event.type == "case.alarmed"]


def test_an_alarm_that_is_written_after_a_later_step_does_not_turn_the_case_back():
    """The sweep looks at the clock once for all cases; meanwhile a case may have gone on."""
    case = judged(registered(), minutes(1), read=reading(urgency="U1"))
    after, told = swept(case, MONDAY)
    assert (told, after.timeline[-1].at, after.changed_at) == ([0], MONDAY, case.changed_at)


def test_the_duty_desk_is_told_at_once_and_again_while_nobody_takes_it():
    case = critical()
    assert case.next_mark_at == MONDAY
    told = []
    for number in range(0, 60, 5):
        case, given_now = swept(case, minutes(number))
        told += [(number, one) for one in given_now]
    assert told == [(0, 0), (10, 1), (20, 2), (30, 3)]
    assert next_alarm(case) is None
    assert [entry.type for entry in case.timeline].count("case.alarmed") == 4


def test_the_sweep_comes_back_for_the_next_step():
    case, _ = swept(critical(), MONDAY)
    assert next_mark_at(case, the_rules()) <= minutes(10)


def test_whoever_accepts_it_ends_the_alarm():
    case, _ = swept(critical(), MONDAY)
    taken, _ = take(case, "accept", minutes(5))
    assert not is_untaken(taken)
    assert swept(taken, minutes(25))[1] == []


def test_an_overrule_ends_it_and_one_to_critical_begins_it():
    officer = Actor(kind="officer", id="zhou")
    case, _ = swept(critical(), MONDAY)
    calm, _ = perform(case, "overrule", given("overrule", urgency="U3", sensitivity="S0"), minutes(5), SUPERVISOR, officer, the_rules())
    assert due_alarms(calm, minutes(25)) == []
    again, _ = perform(calm, "overrule", given("overrule", urgency="U1", sensitivity="S0"), minutes(40), SUPERVISOR, officer, the_rules())
    assert again.next_mark_at <= minutes(40)
    assert swept(again, minutes(40))[1] == [0]


@pytest.mark.parametrize("urgency", ["U2", "U3", "U4"])
def test_what_is_not_critical_gives_no_alarm(urgency):
    assert next_alarm(critical(urgency)) is None


def test_after_a_long_standstill_the_desk_is_told_once():
    case, told = swept(critical(), minutes(300))
    assert told == [0]
    assert swept(case, minutes(310))[1] == [1]
