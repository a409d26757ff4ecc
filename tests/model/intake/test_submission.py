"""What a complaint may look like: bounds, cleaning, and what goes together."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.model.submission import Contact, Rating, Submission, clean, clean_line, headline


def first_type(**given):
    with pytest.raises(ValidationError) as fault:
        Submission.model_validate(given)
    return fault.value.errors()[0]["type"]


def test_a_text_is_enough():
    submission = Submission.model_validate({"text": "  停水了\r\n没有人来  "})
    assert submission.text == "停水了\n没有人来"
    assert not submission.anonymous
    assert submission.contact is None


@pytest.mark.parametrize("text", ["", "   \n ", "\x00\x01", "\u202e"])
def test_an_empty_text_says_nothing(text):
    assert first_type(text=text) == "string_too_short"


@pytest.mark.parametrize(("length", "fits"), [(1, True), (20_000, True), (20_001, False)])
def test_a_text_has_bounds_after_trimming(length, fits):
    given = {"text": " " * 50 + "水" * length + "\n" * 50}
    if fits:
        assert len(Submission.model_validate(given).text) == length
    else:
        assert first_type(**given) == "string_too_long"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "missing"),
        ({"text": 5}, "string_type"),
        ({"text": "水", "title": "题" * 201}, "string_too_long"),
        ({"text": "水", "type": "joke"}, "literal_error"),
        ({"text": "水", "place": {"address": "a" * 301}}, "string_too_long"),
        ({"text": "水", "place": {"lon": 112.9}}, "fault.place_needs_both"),
        ({"text": "水", "place": {"lon": 181, "lat": 0}}, "less_than_equal"),
        ({"text": "水", "place": {"lon": float("nan"), "lat": 0}}, "less_than_equal"),
        ({"text": "水", "contact": {"email": "not an address"}}, "value_error"),
        ({"text": "水", "photos": ["../../etc/passwd"]}, "string_pattern_mismatch"),
        ({"text": "水", "photos": [f"{place:032x}" for place in range(7)]}, "too_long"),
        ({"text": "水", "txet": "water"}, "extra_forbidden"),
        ({"text": "水", "anonymous": True, "contact": {"phone": "13800138000"}}, "fault.anonymous_with_contact"),
        ({"text": "水\ud800"}, "string_unicode"),
    ],
)
def test_what_is_wrong_is_refused_by_name(given, kind):
    assert first_type(**given) == kind


def test_anonymous_with_an_empty_contact_is_anonymous():
    assert Submission.model_validate({"text": "水", "anonymous": True, "contact": {"phone": " ", "email": ""}}).anonymous


def test_a_photo_named_twice_counts_once():
    assert Submission.model_validate({"text": "水", "photos": ["a" * 32, "a" * 32]}).photos == ("a" * 32,)


@given(st.text(max_size=300))
def test_cleaning_leaves_nothing_unseen_and_is_done_once(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not [sign for sign in cleaned if unicodedata.category(sign) == "Cc" and sign not in "\n\t"]
    assert not set("\n\t") & set(clean_line(text))


def test_cleaning_keeps_what_people_type():
    text = "家人👨‍👩‍👧被困\n\t第二行：①漏水 ②停電 “引号” العربية"
    assert clean(text) == text


def test_a_contact_is_empty_when_nothing_is_said():
    assert Contact.model_validate({"name": " ", "phone": "", "email": " "}).empty
    assert not Contact.model_validate({"email": "wang@example.com"}).empty


@pytest.mark.parametrize("stars", [0, 6, "5x", None])
def test_stars_are_one_to_five(stars):
    with pytest.raises(ValidationError):
        Rating.model_validate({"solved": "yes", "satisfied": stars, "process": 3})


def test_a_form_gives_stars_as_text():
    assert Rating.model_validate({"solved": "no", "satisfied": "1", "process": "5"}).process == 5


def test_a_headline_is_the_title_or_the_beginning():
    assert headline("停水", "很长的正文") == "停水"
    assert headline("", "第一行\n第二行") == "第一行"
    assert len(headline("", "水" * 100)) == 40
