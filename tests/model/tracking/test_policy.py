"""The default policy says what the city's officials were told, and a wrong one is not read."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from services.tracking import rules
from services.tracking.model.policy import HOLDERS, Policy
from shared.events import Budget, ComplaintType, DeadlineClock, Sensitivity, Urgency
from shared.toml_file import read_toml

POLICY = rules.load().policy
WRITTEN = read_toml(rules.HERE / "policy.toml", rules.RulesFault).data
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
TYPES: tuple[ComplaintType, ...] = get_args(ComplaintType)


def words(budget: Budget) -> str:
    return f"{budget.amount} {budget.unit}"


@pytest.mark.parametrize(
    ("clock", "limits"),
    [
        ("dispatch", ["15 minutes", "30 minutes", "2 hours", "4 working_hours"]),
        ("accept", ["15 minutes", "30 minutes", "2 hours", "1 working_days"]),
        ("first_contact", ["30 minutes", "2 hours", "24 hours", "24 hours"]),
        ("ruling", ["1 working_days"] * 4),
        ("review", ["1 working_days"] * 4),
        ("callback", ["1 working_days"] * 4),
        ("supervision", ["2 working_days"] * 4),
    ],
)
def test_limits_by_urgency(clock: DeadlineClock, limits: list[str]) -> None:
    for complaint_type in TYPES:
        assert [words(POLICY.budget(clock, urgency, complaint_type)) for urgency in URGENCIES] == limits


def test_an_ordinary_reply_has_its_days_by_type_and_an_urgent_one_does_not() -> None:
    assert {kind: POLICY.budget("reply", "U4", kind).amount for kind in TYPES} == {
        "enquiry": 2, "help": 5, "complaint": 7, "report": 15, "suggestion": 10, "praise": 2,
    }  # fmt: skip
    for kind in TYPES:
        assert POLICY.budget("reply", "U4", kind).unit == "working_days"
        assert [words(POLICY.budget("reply", urgency, kind)) for urgency in URGENCIES[:3]] == ["2 hours", "24 hours", "3 working_days"]


def test_a_redo_is_quicker_for_an_enquiry() -> None:
    for urgency in URGENCIES:
        assert words(POLICY.budget("redo", urgency, "enquiry")) == "3 working_days"
        assert {words(POLICY.budget("redo", urgency, kind)) for kind in TYPES if kind != "enquiry"} == {"5 working_days"}


def test_every_clock_has_a_limit_and_a_holder() -> None:
    assert set(HOLDERS) == set(get_args(DeadlineClock))
    for clock in get_args(DeadlineClock):
        assert all(POLICY.budget(clock, urgency, kind).amount > 0 for urgency in URGENCIES for kind in TYPES)


def test_how_often_and_how_long_at_most() -> None:
    assert (POLICY.max_hand_backs, POLICY.max_redos, POLICY.callback_tries, POLICY.max_extensions) == (2, 2, 3, 2)
    assert (words(POLICY.return_window), words(POLICY.return_window_complex)) == ("1 working_days", "2 working_days")
    assert (words(POLICY.longest_pause), words(POLICY.longest_extension)) == ("5 working_days", "10 working_days")
    assert POLICY.archive_after_days == 30


def test_the_third_dispatch_is_a_designation() -> None:
    assert [POLICY.is_designation(number) for number in (1, 2, 3, 4)] == [False, False, True, True]


def test_the_ladder_is_climbed_by_whoever_has_the_case() -> None:
    def ladder(clock: DeadlineClock) -> list[str]:
        return [POLICY.rung(clock, share) for share in ("50", "80", "100", "after")]

    assert ladder("reply") == ["handler", "approver", "department_head", "supervisor"]
    assert ladder("accept") == ["liaison", "liaison", "department_head", "supervisor"]
    assert ladder("dispatch") == ["dispatcher", "dispatcher", "supervisor", "supervision"]
    assert ladder("ruling") == ladder("dispatch")


@pytest.mark.parametrize(
    ("urgency", "sensitivity", "redos", "needed"),
    [
        ("U1", "S0", 0, True),
        ("U2", "S0", 0, True),
        ("U3", "S0", 0, False),
        ("U4", "S0", 0, False),
        ("U4", "S1", 0, True),
        ("U4", "S3", 0, True),
        ("U4", "S0", 1, True),
    ],
)
def test_who_reviews(urgency: Urgency, sensitivity: Sensitivity, redos: int, needed: bool) -> None:
    assert POLICY.needs_review(urgency, sensitivity, redos) is needed


def test_one_length_stands_for_all_urgencies_and_types() -> None:
    raw = deepcopy(WRITTEN)
    raw["limits"]["reply"] = "6 working days"
    short = Policy.model_validate(raw)
    assert {short.budget("reply", urgency, kind) for urgency in URGENCIES for kind in TYPES} == {Budget(amount=6, unit="working_days")}


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        (lambda raw: raw["limits"].pop("reply"), ("limits", "reply"), "Field required"),
        (lambda raw: raw["limits"]["reply"].pop("U3"), ("limits", "reply", "U3"), "Field required"),
        (lambda raw: raw["limits"]["reply"]["U4"].pop("help"), ("limits", "reply", "U4", "help"), "Field required"),
        (lambda raw: raw["limits"]["redo"].pop("praise"), ("limits", "redo", "U1", "praise"), "Field required"),
        (lambda raw: raw["limits"].update(answer="1 hour"), ("limits", "answer"), "not permitted"),
        (lambda raw: raw["limits"]["reply"].update(U5="1 hour"), ("limits", "reply", "U5"), "not permitted"),
        (lambda raw: raw["limits"]["accept"].update(U1="2 weeks"), ("limits", "accept", "U1", "enquiry"), "'2 weeks' is not a length"),
        (lambda raw: raw["limits"]["accept"].update(U1="0 hours"), ("limits", "accept", "U1", "enquiry"), "is not a length"),
        (lambda raw: raw["limits"]["accept"].update(U1=15), ("limits", "accept", "U1", "enquiry"), "15 is not a length"),
        (lambda raw: raw.update(max_redos=0), ("max_redos",), "greater than 0"),
        (lambda raw: raw.update(max_redos="2"), ("max_redos",), "valid integer"),
        (lambda raw: raw.update(in_force_from="2026-13-01"), ("in_force_from",), "date"),
        (lambda raw: raw.update(version=" "), ("version",), "at least 1 character"),
        (lambda raw: raw["ladder"]["centre"].update(after="mayor"), ("ladder", "centre", "after"), "'dispatcher'"),
        (lambda raw: raw["ladder"]["centre"].pop("50"), ("ladder", "centre", "50"), "Field required"),
        (lambda raw: raw["review"].update(urgencies=["U7"]), ("review", "urgencies", 0), "'U1'"),
    ],
)
def test_a_wrong_policy_is_refused_where_it_is_wrong(change: Change, where: tuple[str | int, ...], why: str) -> None:
    raw = deepcopy(WRITTEN)
    change(raw)
    with pytest.raises(ValidationError) as refused:
        Policy.model_validate(raw)
    first = refused.value.errors()[0]
    assert first["loc"] == where
    assert why in first["msg"]
