"""Joining: the same person is one follower, nobody is counted who is told anyway, and there is an end to it."""

from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.model.complaint import Complaint, Follower
from services.intake.model.joining import MOST_FOLLOWERS, Joining, join
from shared.refusals import NotAllowed
from tests.builders import MONDAY

MATTER = Complaint(number="2603020000011", channel="online", received_at=MONDAY, text="停水", person="own", request="")


def follower(person: str, contact: str = "sealed", name: str = "") -> Follower:
    return Follower(id=name or f"id-{person}", person=person, contact=contact, notify="sms", joined_at=MONDAY)


def joined(*people: str) -> Complaint:
    matter = MATTER
    for person in people:
        matter, _ = join(matter, follower(person), "")
    return matter


PEOPLE = st.sampled_from(["own", "a", "b", "c"])


@for_all(st.lists(PEOPLE, max_size=12))
def test_followers_are_those_who_joined_each_once_in_their_order(people):
    matter = joined(*people)
    assert [one.person for one in matter.followers] == list(dict.fromkeys(person for person in people if person != "own"))


@for_all(st.lists(PEOPLE, max_size=8), PEOPLE, st.sampled_from(["", "也停水"]))
def test_the_event_counts_those_who_follow(people, person, words):
    before = joined(*people)
    after, event = join(before, follower(person), words)
    assert (event is None) == (not words and (person == "own" or person in people))
    if event:
        assert (event.person, event.number, event.words) == (person, len(after.followers), words)


def test_who_joins_again_is_told_as_they_said_last_under_the_same_name():
    later = follower("a", "sealed anew", "another").model_copy(update={"joined_at": MONDAY + timedelta(hours=1)})
    after, event = join(joined("a"), later, "")
    assert event is None
    assert after.followers == (later.model_copy(update={"id": "id-a"}),)


@pytest.mark.parametrize("person", ["one more", "p7", "own"])
def test_at_the_bound_everybody_is_refused_alike(person):
    full = joined(*(f"p{number}" for number in range(MOST_FOLLOWERS)))
    with pytest.raises(NotAllowed, match=r"join\.full"):
        join(full, follower(person), "还没有修好")


@pytest.mark.parametrize("given", [{"words": "为" * 501}, {"email": "nowhere"}, {"notify": "none"}, {"notify": "webhook"}, {"name": "王"}])
def test_what_cannot_be_given_is_refused(given):
    with pytest.raises(ValidationError):
        Joining.model_validate({"phone": "13812345678"} | given)


def test_empty_fields_of_a_form_are_nothing():
    assert Joining.model_validate({"phone": " ", "email": " ", "notify": "", "words": " "}) == Joining()
