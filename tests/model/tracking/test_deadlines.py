"""A deadline through pauses, extensions and reminders, as an official reads it."""

import pytest

from services.tracking.model import deadlines
from services.tracking.model.deadlines import Remaining
from shared.refusals import NotAllowed
from tests.model.tracking.deadline_words import CALENDAR, CAP, begin, extend, local, pause, reminders, resume, shown


def test_a_new_deadline_keeps_what_it_was_made_with() -> None:
    made = begin(local("2025-06-10 10:00"), 7, "working_days")
    assert shown(made.due_at) == "2025-06-19 17:30"
    assert made.promised_at == made.due_at
    assert (made.calendar, made.policy, made.provisional) == (CALENDAR.version, "test-1", False)
    assert deadlines.is_open(made)


def test_a_deadline_into_a_year_without_notice_says_so() -> None:
    assert begin(local("2026-12-25 10:00"), 5, "working_days").provisional
    assert not begin(local("2026-12-31 23:00"), 2, "hours").provisional


def test_it_is_overdue_from_the_due_moment_on_until_it_ends() -> None:
    made = begin(local("2025-06-10 10:00"), 2, "hours")
    assert not deadlines.is_overdue(made, local("2025-06-10 11:59"))
    assert deadlines.is_overdue(made, local("2025-06-10 12:00"))
    late = deadlines.meet(made, local("2025-06-10 12:01"))
    assert not deadlines.is_overdue(late, local("2025-06-10 13:00"))
    assert not deadlines.met_in_time(late)
    assert deadlines.met_in_time(deadlines.meet(made, local("2025-06-10 11:59")))
    assert not deadlines.met_in_time(made)
    assert not deadlines.is_overdue(deadlines.drop(made, local("2025-06-10 11:00")), local("2025-06-10 13:00"))


def test_a_pause_moves_a_working_deadline_by_office_time_only() -> None:
    made = begin(local("2025-06-10 10:00"), 3, "working_days")
    assert shown(made.due_at) == "2025-06-13 17:30"
    again = resume(pause(made, local("2025-06-11 16:30")), local("2025-06-12 09:30"))  # an hour, a night, an hour
    assert shown(again.due_at) == "2025-06-16 10:30"
    assert shown(again.promised_at) == "2025-06-13 17:30"
    overnight = resume(pause(made, local("2025-06-11 17:30")), local("2025-06-12 08:30"))
    assert overnight.due_at == made.due_at


def test_a_pause_moves_a_natural_deadline_by_the_clock() -> None:
    made = begin(local("2025-06-14 10:00"), 24, "hours")  # a Saturday
    again = resume(pause(made, local("2025-06-14 12:00")), local("2025-06-14 13:30"))
    assert shown(again.due_at) == "2025-06-15 11:30"


def test_a_pause_counts_up_to_its_cap() -> None:
    made = begin(local("2025-06-10 10:00"), 7, "working_days")
    paused = pause(made, local("2025-06-11 08:30"))
    ends = deadlines.pause_ends(paused, CALENDAR, CAP)
    assert ends is not None
    assert shown(ends) == "2025-06-18 17:30"
    forgotten = resume(paused, local("2025-07-31 10:00"))
    assert forgotten.due_at == resume(paused, ends).due_at
    assert forgotten.pauses[0].until == ends
    assert deadlines.pause_ends(forgotten, CALENDAR, CAP) is None


def test_while_paused_nothing_is_overdue_and_nobody_is_reminded() -> None:
    made = begin(local("2025-06-10 10:00"), 1, "working_days")
    paused = pause(made, local("2025-06-11 17:00"))
    assert deadlines.is_paused(paused)
    assert not deadlines.is_overdue(paused, local("2025-06-12 10:00"))
    assert deadlines.next_mark(paused, CALENDAR) is None
    with pytest.raises(NotAllowed, match=r"mark\.not_next"):
        deadlines.mark(paused, "50", local("2025-06-12 10:00"))
    met = deadlines.meet(paused, local("2025-06-12 10:00"))
    assert deadlines.met_in_time(met)
    assert not deadlines.is_paused(met)
    assert deadlines.pause_ends(met, CALENDAR, CAP) is None


def test_reminders_of_working_days_are_shares_of_office_time() -> None:
    # From Monday 08:30 to Thursday 17:30: four office days of seven hours.
    made = begin(local("2025-06-09 08:30"), 3, "working_days")
    assert [(share, shown(at)) for share, at in reminders(made)] == [
        ("50", "2025-06-10 17:30"),
        ("80", "2025-06-12 09:54"),
        ("100", "2025-06-12 17:30"),
        ("after", "2025-06-13 08:30"),
    ]


def test_reminders_of_an_urgent_case_come_on_a_holiday_too() -> None:
    made = begin(local("2025-10-01 02:00"), 2, "hours")
    assert [(share, shown(at)) for share, at in reminders(made)] == [
        ("50", "2025-10-01 03:00"),
        ("80", "2025-10-01 03:36"),
        ("100", "2025-10-01 04:00"),
        ("after", "2025-10-09 08:30"),
    ]


def test_a_reminder_is_given_once_and_in_order() -> None:
    made = begin(local("2025-06-10 10:00"), 2, "hours")
    now = local("2025-06-10 11:00")
    with pytest.raises(NotAllowed, match=r"mark\.not_next"):
        deadlines.mark(made, "80", now)
    once = deadlines.mark(made, "50", now)
    with pytest.raises(NotAllowed, match=r"mark\.not_next"):
        deadlines.mark(once, "50", now)
    assert deadlines.next_share(once) == "80"


def test_an_extension_moves_the_reminders_that_are_left() -> None:
    made = deadlines.mark(begin(local("2025-06-09 08:30"), 3, "working_days"), "50", local("2025-06-10 17:30"))
    longer = extend(made, local("2025-06-12 09:00"), 1)
    # Five office days now: 80 percent are four, the end of Thursday.
    assert deadlines.next_mark(longer, CALENDAR) == ("80", local("2025-06-12 17:30"))


def test_a_pause_before_it_moves_a_reminder_by_as_much() -> None:
    made = begin(local("2025-06-10 10:00"), 10, "hours")
    again = resume(pause(made, local("2025-06-10 11:00")), local("2025-06-10 14:00"))
    assert deadlines.next_mark(again, CALENDAR) == ("50", local("2025-06-10 18:00"))


def test_extensions_add_whole_working_days_twice_and_before_expiry() -> None:
    made = begin(local("2025-06-10 10:00"), 1, "working_days")
    once = extend(made, local("2025-06-11 17:29"), 10)
    assert shown(once.due_at) == "2025-06-25 17:30"
    twice = extend(once, local("2025-06-25 09:00"), 1)
    assert shown(twice.due_at) == "2025-06-26 17:30"
    assert twice.promised_at == made.promised_at
    with pytest.raises(NotAllowed, match=r"extension\.used_up"):
        extend(twice, local("2025-06-26 09:00"), 1)


def test_an_extension_too_late_or_too_long_is_refused() -> None:
    made = begin(local("2025-06-10 10:00"), 1, "working_days")
    with pytest.raises(NotAllowed, match=r"extension\.too_late"):
        extend(made, local("2025-06-11 17:30"), 1)
    with pytest.raises(NotAllowed, match=r"extension\.too_long"):
        extend(made, local("2025-06-11 09:00"), 11)
    with pytest.raises(NotAllowed, match=r"extension\.too_long"):
        extend(made, local("2025-06-11 09:00"), 800, "hours")
    assert extend(made, local("2025-06-11 09:00"), 70, "working_hours").due_at == extend(made, local("2025-06-11 09:00"), 10).due_at


def test_an_extension_into_a_year_without_notice_is_provisional() -> None:
    made = begin(local("2026-12-22 10:00"), 1, "working_days")
    assert not made.provisional
    assert extend(made, local("2026-12-22 11:00"), 9).provisional


def test_a_pause_into_a_year_without_notice_is_provisional() -> None:
    made = begin(local("2026-12-22 10:00"), 3, "working_days")
    assert not made.provisional
    assert not resume(pause(made, local("2026-12-23 09:00")), local("2026-12-23 10:00")).provisional
    assert resume(pause(made, local("2026-12-23 09:00")), local("2026-12-28 10:00")).provisional
    natural = begin(local("2026-12-24 10:00"), 24, "hours")
    assert not resume(pause(natural, local("2026-12-24 11:00")), local("2026-12-31 10:00")).provisional
    assert resume(pause(natural, local("2026-12-24 11:00")), local("2027-01-31 10:00")).provisional  # the cap is counted in working days


def test_a_pause_twice_or_after_expiry_is_refused() -> None:
    made = begin(local("2025-06-10 10:00"), 2, "hours")
    with pytest.raises(NotAllowed, match=r"pause\.not_running"):
        resume(made, local("2025-06-10 10:30"))
    with pytest.raises(NotAllowed, match=r"pause\.running"):
        pause(pause(made, local("2025-06-10 10:30")), local("2025-06-10 10:40"))
    with pytest.raises(NotAllowed, match=r"pause\.too_late"):
        pause(made, local("2025-06-10 12:00"))


def test_machines_whose_clocks_disagree_bring_no_deadline_nearer() -> None:
    made = begin(local("2025-06-10 10:00"), 2, "hours")
    early = pause(made, local("2025-06-10 09:59"))
    assert early.pauses[0].since == made.started_at
    back = resume(pause(made, local("2025-06-10 11:00")), local("2025-06-10 10:59"))
    assert back.due_at == made.due_at
    assert back.pauses[0].until == local("2025-06-10 11:00")


def test_what_has_ended_moves_no_more() -> None:
    now = local("2025-06-10 11:00")
    made = begin(local("2025-06-10 10:00"), 2, "hours")
    for ended in (deadlines.meet(made, now), deadlines.drop(made, now)):
        assert not deadlines.is_open(ended)
        assert deadlines.next_mark(ended, CALENDAR) is None
        assert deadlines.remaining(ended, now, CALENDAR) is None
        for change in (pause, resume, deadlines.meet, deadlines.drop):
            with pytest.raises(NotAllowed, match=r"deadline\.ended"):
                change(ended, now)
        with pytest.raises(NotAllowed, match=r"deadline\.ended"):
            extend(ended, now, 1)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-03-03 09:00", Remaining(2, "working_days", False)),
        ("2026-03-04 18:00", Remaining(1, "working_days", False)),
        ("2026-03-05 09:00", Remaining(6, "working_hours", False)),
        ("2026-03-05 12:30", Remaining(3, "working_hours", False)),
        ("2026-03-05 17:00", Remaining(0, "working_hours", False)),
        ("2026-03-05 17:30", Remaining(0, "working_hours", True)),
        ("2026-03-06 10:30", Remaining(1, "working_days", True)),
    ],
)
def test_what_is_left_of_working_days(now: str, left: Remaining) -> None:
    made = begin(local("2026-03-02 10:00"), 3, "working_days")
    assert deadlines.remaining(made, local(now), CALENDAR) == left


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-03-07 10:00", Remaining(24, "hours", False)),
        ("2026-03-08 08:59", Remaining(1, "hours", False)),
        ("2026-03-08 09:15", Remaining(45, "minutes", False)),
        ("2026-03-08 10:20", Remaining(20, "minutes", True)),
        ("2026-03-08 14:20", Remaining(4, "hours", True)),
    ],
)
def test_what_is_left_of_natural_hours(now: str, left: Remaining) -> None:
    made = begin(local("2026-03-07 10:00"), 24, "hours")
    assert deadlines.remaining(made, local(now), CALENDAR) == left


def test_what_is_left_stands_still_while_paused() -> None:
    made = begin(local("2026-03-02 16:30"), 4, "working_hours")
    paused = pause(made, local("2026-03-03 09:30"))
    assert deadlines.remaining(paused, local("2026-03-05 09:30"), CALENDAR) == Remaining(2, "working_hours", False)
