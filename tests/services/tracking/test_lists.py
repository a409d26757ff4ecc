"""Lists: what they show is never more than an officer may see, and their cursors hold against nonsense."""

import base64
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tracking.actions.lists import DUE, BadCursor, narrow, queues_of, read_cursor, scope, write_cursor
from services.tracking.documents import CASE
from services.tracking.model.life import Who
from services.tracking.model.visibility import may_see
from shared.ports import Equal, OneOf, Where
from shared.roles import ROLES
from tests.builders import case_in, judged, proposal, reading, registered

CASES = [
    judged(registered(confidential=secret), read=reading(sensitivity=level), proposed=proposal(department, sure=True))
    for level, department, secret in product(("S0", "S1", "S2", "S3"), ("water", "housing"), (False, True))
] + [case_in("waiting"), case_in("in_hand"), case_in("registered")]


def matches(where: Where, case) -> bool:
    values = CASE.values(case)
    return all(values[name] in (test.values if isinstance(test, OneOf) else (test.value,)) for name, test in _equal_or_one_of(where))


def _equal_or_one_of(where: Where) -> list[tuple[str, Equal | OneOf]]:
    return [(name, test) for name, test in where.items() if isinstance(test, Equal | OneOf)]


@given(roles=st.frozensets(st.sampled_from(ROLES), min_size=1, max_size=3), department=st.sampled_from([None, "water", "housing"]))
def test_a_list_never_shows_more_than_may_be_seen(roles, department):
    who = Who(roles, department)
    shown = scope(who)
    for case in CASES:
        if shown is not None and matches(shown, case):
            assert may_see(case, who)


@pytest.mark.parametrize("role", ROLES)
def test_a_list_shows_all_that_one_role_may_see(role):
    who = Who(frozenset({role}), "water")
    shown = scope(who)
    for case in CASES:
        assert (shown is not None and matches(shown, case)) == may_see(case, who)


def test_an_officer_without_a_department_sees_nothing_of_departments():
    assert scope(Who(frozenset({"handler"}))) is None
    assert narrow({"state": Equal("dispatched")}, Who(frozenset({"handler"}))) is None


def test_another_department_cannot_be_asked_for():
    water = Who(frozenset({"handler"}), "water")
    assert narrow({"department": Equal("housing")}, water) is None
    assert narrow({"department": Equal("water")}, water) is not None


def test_queues_follow_roles():
    def names(role: str, department: str | None = None) -> list[str]:
        return [queue.name for queue in queues_of(Who(frozenset({role}), department))]

    assert names("handler", "water") == ["sent_back", "accept", "contact", "reply", "waiting"]
    assert names("dispatcher") == ["dispatch", "unread", "hand_backs", "extensions"]
    assert names("clerk") == []


def test_a_cursor_says_where_a_case_stands():
    case = case_in("in_hand")
    cursor = read_cursor(write_cursor(case, DUE))
    assert (cursor.value, cursor.key) == (CASE.values(case)["due_at"], case.number)


@pytest.mark.parametrize("place", ['["\\ud800", "1"]', "[1, 2]", '["1"]', f'[{10**30}, "1"]', "{}", "null", '"ab"', "[[], []]"])
def test_a_cursor_of_other_things_is_refused(place):
    with pytest.raises(BadCursor):
        read_cursor(base64.urlsafe_b64encode(place.encode()).decode())


@given(st.text(max_size=60))
def test_a_cursor_that_is_not_ours_is_refused(text):
    try:
        cursor = read_cursor(text)
    except BadCursor:
        return
    assert isinstance(cursor.key, str)
