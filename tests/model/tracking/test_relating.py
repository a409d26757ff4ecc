"""Cases that may be the same matter: suspected, confirmed, undone, and undone again; nothing is lost, nothing grows."""

from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from services.tracking.model import relating
from services.tracking.model.evolving import evolve
from services.tracking.model.relating import MOST_RELATED, relation
from shared.events.intake import ComplaintMatch, ComplaintMatched
from shared.events.tracking import CaseRelated
from shared.refusals import NotAllowed
from tests.builders import MACHINE, MONDAY, case_in, given, reading, take, the_rules

OTHER = "2603020000025"


def match(*cases: str, repeats: int = 1, people: int = 1) -> ComplaintMatched:
    matches = tuple(ComplaintMatch(case=case, score=0.5) for case in cases or (OTHER,))
    return ComplaintMatched(matches=matches, repeats=repeats, people=people)


def suspected(state="in_hand", event=None):
    return evolve(case_in(state), event or match(), MONDAY, MACHINE)


def test_a_match_is_a_suspicion_and_changes_nothing_else():
    before, case = case_in("in_hand"), suspected()
    assert [(one.case, one.same, one.score) for one in case.related] == [(OTHER, None, 0.5)]
    assert case.model_copy(update={"related": (), "changed_at": before.changed_at}) == before


def test_an_officer_confirms_undoes_and_confirms_again_with_every_step_in_the_history():
    case = suspected()
    for same in (True, False, True):
        case, _ = take(case, "relate", MONDAY, same=same)
        assert relation(case, OTHER).same is same
    assert [one.facts["same"] for one in case.timeline if one.type == "case.related"] == [True, False, True]
    assert relation(case, OTHER).score == 0.5
    assert relation(case, OTHER).by.id == "relate-officer"


def test_what_is_not_suspected_and_what_is_said_already_are_refused():
    case, _ = take(suspected(), "relate", MONDAY)
    with pytest.raises(NotAllowed) as refusal:
        take(case, "relate", MONDAY)
    assert refusal.value.why == "relate.nothing_new"
    with pytest.raises(NotAllowed) as refusal:
        take(case, "relate", MONDAY, other="1")
    assert refusal.value.why == "relate.unknown"


def test_a_match_never_overrules_an_officer():
    case, _ = take(suspected(), "relate", MONDAY, same=False)
    assert evolve(case, match(), MONDAY, MACHINE).related == case.related


def test_a_case_is_not_related_to_itself():
    case = case_in("in_hand")
    assert evolve(case, match(case.number), MONDAY, MACHINE).related == ()


@pytest.mark.parametrize(("event", "urgency"), [
    (match(repeats=2, people=4), "U4"), (match(repeats=3), "U3"), (match(people=5), "U3"),
])  # fmt: skip
def test_what_is_brought_again_and_again_is_raised(event, urgency):
    before = case_in("in_hand")
    case = evolve(before, event, MONDAY, MACHINE)
    assert case.urgency == urgency
    raised = relating.raised(before, case, MONDAY, the_rules())
    assert [(one.urgency, one.repeated) for one in raised] == ([("U3", True)] if urgency == "U3" else [])


def test_what_is_more_urgent_already_stays_so():
    before = evolve(case_in("in_hand"), reading(urgency="U2"), MONDAY, MACHINE)
    case = evolve(before, match(repeats=9), MONDAY, MACHINE)
    assert case.urgency == "U2"
    assert relating.raised(before, case, MONDAY, the_rules()) == []


def test_the_other_case_is_told_once_and_tells_nobody():
    event = CaseRelated(other="1", same=True)
    case = case_in("closed")
    kept = relating.told(case, event, OTHER)
    assert (kept.other, kept.told) == (OTHER, True)
    case = evolve(case, kept, MONDAY, MACHINE)
    assert relating.told(case, event, OTHER) is None
    assert relating.told(case, CaseRelated(other="1", same=False), OTHER) is not None


@for_all(some.lists(some.tuples(some.integers(1, 40), some.sampled_from([None, True, False])), max_size=80))
def test_relations_are_bounded_and_each_case_stands_once(happened):
    case = case_in("in_hand")
    for number, (other, same) in enumerate(happened):
        at = MONDAY + timedelta(minutes=number)
        event = match(str(other)) if same is None else CaseRelated(other=str(other), same=same)
        case = evolve(case, event, at, MACHINE)
    assert len(case.related) <= MOST_RELATED
    assert len({one.case for one in case.related}) == len(case.related)


def test_its_input_is_a_number_and_yes_or_no():
    assert given("relate", same="yes").same is True
    with pytest.raises(ValueError, match="other"):
        given("relate", other="<script>")
