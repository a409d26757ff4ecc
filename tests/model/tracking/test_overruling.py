"""A person puts urgency and sensitivity right: who may, what is never lowered by whom, what the clocks do, what is added later."""

from datetime import timedelta

import pytest

from services.tracking.model.decisions import offered, perform
from services.tracking.model.evolving import evolve
from services.tracking.model.life import Who
from shared.events import Actor
from shared.refusals import NotAllowed
from tests.builders import MACHINE, MONDAY, case_in, given, judged, reading, registered, the_rules

AGENT, DISPATCHER, SUPERVISOR = (Who(frozenset({role}), login=role) for role in ("agent", "dispatcher", "supervisor"))
LATER = MONDAY + timedelta(minutes=10)


def overrule(case, who, urgency, sensitivity="S0", at=LATER):
    asked = given("overrule", urgency=urgency, sensitivity=sensitivity, words="电话核实")
    return perform(case, "overrule", asked, at, who, Actor(kind="officer", id=who.login), the_rules())


def read_as(urgency, sensitivity="S0", **changes):
    return judged(registered(**changes), read=reading(urgency=urgency, sensitivity=sensitivity))


def test_the_case_stands_as_the_person_said_and_the_event_keeps_what_was_read():
    case, (event,) = overrule(read_as("U3"), DISPATCHER, "U2", "S1")
    assert (case.urgency, case.sensitivity, case.read_urgency) == ("U2", "S1", "U3")
    assert (event.type, event.read_urgency, event.urgency, event.words) == ("case.judged", "U3", "U2", "电话核实")
    assert case.timeline[-1].type == "case.judged"


def test_more_urgent_has_less_time_from_now_on_and_the_promise_stays():
    before = read_as("U4")
    case, (event,) = overrule(before, DISPATCHER, "U2")
    old, new = before.clock("reply"), case.clock("reply")
    assert new.due_at == LATER + timedelta(hours=24) < old.due_at
    assert new.promised_at == old.promised_at
    assert case.promised_at == before.promised_at
    assert {one.clock for one in event.deadlines} == {"accept", "first_contact", "reply"}


def test_less_urgent_has_more_time_and_the_promise_stays():
    before = read_as("U2")
    case, _ = overrule(before, DISPATCHER, "U4")
    old, new = before.clock("reply"), case.clock("reply")
    assert new.due_at > old.due_at
    assert (new.promised_at, new.started_at) == (old.promised_at, old.started_at)


def test_a_limit_that_has_passed_is_not_cured():
    before = read_as("U2")
    case, _ = overrule(before, DISPATCHER, "U4", at=MONDAY + timedelta(days=3))
    assert case.clock("reply").due_at == before.clock("reply").due_at


def test_what_the_rules_found_critical_is_lowered_by_a_supervisor_only():
    with pytest.raises(NotAllowed, match=r"overrule\.supervisor_only"):
        overrule(read_as("U1"), DISPATCHER, "U2")
    case, _ = overrule(read_as("U1"), SUPERVISOR, "U3")
    assert case.urgency == "U3"
    assert overrule(case, DISPATCHER, "U2")[0].urgency == "U2"
    with pytest.raises(NotAllowed, match=r"overrule\.supervisor_only"):
        overrule(case, DISPATCHER, "U4")


def test_who_may_see_it_is_widened_by_a_supervisor_only_and_never_against_a_promise_of_confidence():
    with pytest.raises(NotAllowed, match=r"overrule\.supervisor_opens"):
        overrule(read_as("U3", "S2"), DISPATCHER, "U3", "S0")
    assert overrule(read_as("U3", "S2"), SUPERVISOR, "U3", "S0")[0].sensitivity == "S0"
    with pytest.raises(NotAllowed, match=r"overrule\.confidential"):
        overrule(read_as("U3", confidential=True), SUPERVISOR, "U3", "S0")


def test_an_agent_overrules_while_the_case_is_registered():
    case, _ = overrule(case_in("registered"), AGENT, "U2")
    assert case.urgency == "U2"
    assert "overrule" in offered(case, AGENT)
    assert "overrule" not in offered(read_as("U4"), AGENT)
    with pytest.raises(NotAllowed, match=r"overrule\.not_now"):
        overrule(read_as("U4"), AGENT, "U2")


def test_what_stands_already_is_no_overrule():
    with pytest.raises(NotAllowed, match=r"overrule\.nothing_new"):
        overrule(read_as("U3"), DISPATCHER, "U3")


def test_what_is_read_later_may_raise_it_again_and_what_was_read_before_does_not():
    case, _ = overrule(read_as("U2"), DISPATCHER, "U4")
    assert evolve(case, reading(urgency="U1", of="supplement"), LATER, MACHINE).urgency == "U1"
    assert evolve(case, reading(urgency="U4", of="supplement"), LATER, MACHINE).urgency == "U4"
    early, _ = overrule(case_in("registered"), AGENT, "U3")
    assert evolve(early, reading(urgency="U1"), LATER, MACHINE).urgency == "U1"
