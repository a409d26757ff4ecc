"""The life of a case: every pair of the table and every pair that is not in it."""

import itertools
from datetime import timedelta

import pytest

from services.tracking.model.decisions import DECIDE, perform
from services.tracking.model.evolving import STEP_OF
from services.tracking.model.life import ENDED, OPEN, STATES, STEPS, TABLE, WHO, Who, allowed, next_state
from services.tracking.model.steps import INPUTS
from shared.events import Actor
from shared.refusals import NotAllowed, NotYours
from tests.builders import MONDAY, case_in, given, person, take, the_rules

FOLLOWS = ("redo", "supervise", "resume")
"""Steps that nobody takes: they follow from a rating, from a supplement or from the sweep."""

MORE: dict[tuple[str, str], dict[str, str]] = {("waiting", "dispatch"): {}, ("supervised", "close"): {"outcome": "cannot_now"}}
BEFORE = {
    ("awaiting_callback", "close"): ("try_callback",) * 3, ("in_hand", "reply"): ("contact",), ("in_hand", "ask"): ("contact",),
    ("in_hand", "grant_extension"): ("request_extension",), ("in_hand", "refuse_extension"): ("request_extension",),
}  # fmt: skip

PAIRS = [pair for pair in itertools.product(STATES, STEPS) if pair[1] not in FOLLOWS]


@pytest.mark.parametrize(("state", "step"), [pair for pair in PAIRS if pair in TABLE])
def test_every_step_of_the_table_leads_where_it_says(state, step):
    case = case_in(state)
    assert case.state == state
    for days, before in enumerate(BEFORE.get((state, step), ())):
        case, _ = take(case, before, MONDAY + timedelta(days=days))
    after, events = take(case, step, MONDAY, **MORE.get((state, step), {}))
    assert TABLE[state, step] in [event.standing.state for event in events]
    assert after.state == events[-1].standing.state


@pytest.mark.parametrize(("state", "step"), [pair for pair in PAIRS if pair not in TABLE])
def test_every_other_step_is_refused_and_changes_nothing(state, step):
    case = case_in(state)
    who, by = person(step, case)
    with pytest.raises(NotAllowed) as refusal:
        perform(case, step, given(step), MONDAY, who, by, the_rules())
    assert refusal.value.why == "step.not_in_state"
    assert case == case_in(state)


@pytest.mark.parametrize(("state", "step"), [pair for pair in PAIRS if pair in TABLE])
def test_nobody_without_the_role_may_take_a_step(state, step):
    case = case_in(state)
    stranger = Who(frozenset({"auditor"}), case.department, "stranger")
    with pytest.raises(NotYours):
        perform(case, step, given(step), MONDAY, stranger, Actor(kind="officer", id="stranger"), the_rules())
    assert step not in allowed(state, case.department, stranger)


@pytest.mark.parametrize("step", ["accept", "hand_back"])
def test_only_the_lead_department_takes_its_steps(step):
    case = case_in("dispatched")
    other = Who(frozenset({"liaison", "handler"}), "power", "li")
    with pytest.raises(NotYours) as refusal:
        perform(case, step, given(step), MONDAY, other, Actor(kind="officer", id="li"), the_rules())
    assert refusal.value.why == "step.not_your_department"
    assert allowed("dispatched", case.department, other) == ()


def test_redo_and_supervision_follow_from_a_verdict():
    case, events = take(case_in("awaiting_callback"), "rate", MONDAY, solved="no", satisfied=2)
    assert [event.type for event in events] == ["case.rated", "case.redone"]
    assert case.state == TABLE["awaiting_callback", "redo"]
    assert case_in("supervised").state == TABLE["awaiting_callback", "supervise"]


def test_the_table_is_whole():
    assert set(STEPS) == {step for _, step in TABLE} == set(WHO)
    assert set(STATES) == {*OPEN, *ENDED, "archived"}
    assert set(STEP_OF.values()) == set(STEPS)
    assert set(DECIDE) == set(STEPS) - set(FOLLOWS)
    assert set(INPUTS) == {step for step in STEPS if WHO[step] != {"machine"}}
    reachable = {"registered"}
    for _ in STATES:
        reachable |= {to for (state, _), to in TABLE.items() if state in reachable}
    assert reachable == set(STATES)


def test_an_ended_case_only_moves_to_the_archive():
    for state, step in itertools.product((*ENDED, "archived"), STEPS):
        if (state, step) in TABLE:
            assert (step, next_state(state, step)) in (("archive", "archived"), ("relate", state))
