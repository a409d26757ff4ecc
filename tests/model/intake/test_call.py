"""Calls: whatever the order of what a call centre says, the same call; nothing said is taken back; endings and tries have their limits."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.model.call import Call, Ending, Heard, Recording, Utterance, end, not_reached, write_down
from services.intake.model.heard import LONGEST_TRANSCRIPT, MOST_UTTERANCES, SAID_ONCE, GivenCall, take_in
from shared.refusals import NotAllowed
from tests.builders import MONDAY

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW = Call(key="c-1", known_at=MONDAY)
RANG, ANSWERED, HUNG_UP = (MONDAY + timedelta(seconds=seconds) for seconds in (0, 12, 190))
SOUND = Recording(reference="2026/03/02/c-1.wav", sha256="0" * 64)

MOMENTS = st.tuples(*[st.integers(0, 3_600)] * 3).map(lambda gaps: [MONDAY + timedelta(seconds=sum(gaps[: n + 1])) for n in range(3)])
TRANSCRIPTS = st.lists(
    st.builds(
        Utterance,
        speaker=st.sampled_from(["caller", "agent"]),
        start=st.integers(0, 900).map(lambda tenths: tenths / 10),
        text=st.text(min_size=1, max_size=20),
    ),
    max_size=8,
    unique_by=lambda one: (one.start, one.speaker),
)


@st.composite
def deliveries(draw) -> tuple[list[Heard], list[Heard]]:
    """The facts of one call dealt out into parts, and the same parts in another order with some of them again."""
    rang, answered, hung_up = draw(MOMENTS)
    transcript = draw(TRANSCRIPTS)
    facts: list[dict[str, Any]] = [
        {"rang_at": rang}, {"queue": "A"}, {"login": "li"}, {"extension": "8001"}, {"recording": SOUND},
        {"caller": "sealed", "person": "p"}, *([{"answered_at": answered}] if draw(st.booleans()) else []), {"hung_up_at": hung_up},
        *({"transcript": (one,)} for one in transcript),
    ]  # fmt: skip
    parts = [Heard(**fact) for fact in facts]
    again = parts + draw(st.lists(st.sampled_from(parts), max_size=6))
    return parts, draw(st.permutations(again))


def heard(*parts: Heard, call: Call = NEW) -> Call:
    for part in parts:
        call = take_in(call, part)
    return call


@given(deliveries())
def test_any_order_and_any_repetition_give_the_same_call(dealt):
    parts, shuffled = dealt
    whole = heard(*parts)
    assert heard(*shuffled) == whole
    assert heard(*shuffled, call=whole) == whole
    assert whole.state == ("talking" if whole.answered_at else "to_call_back")


@given(deliveries())
def test_what_was_said_stays(dealt):
    call = NEW
    for part in dealt[1]:
        later = take_in(call, part)
        assert all(getattr(call, name) in (None, getattr(later, name)) for name in SAID_ONCE)
        assert set(call.transcript) <= set(later.transcript)
        call = later


@pytest.mark.parametrize(
    ("known", "said", "field"),
    [
        ({"rang_at": RANG}, {"rang_at": RANG + timedelta(seconds=1)}, "rang_at"),
        ({"queue": "A"}, {"queue": "B"}, "queue"),
        ({"caller": "x", "person": "p"}, {"caller": "y", "person": "q"}, "caller"),
        ({"recording": SOUND}, {"recording": SOUND.model_copy(update={"sha256": "1" * 64})}, "recording"),
        (
            {"transcript": (Utterance(speaker="caller", start=1, text="停水"),)},
            {"transcript": (Utterance(speaker="caller", start=1, text="停电"),)},
            "transcript",
        ),
    ],
)
def test_a_contradiction_is_refused_and_names_its_field(known, said, field):
    with pytest.raises(NotAllowed) as refusal:
        heard(Heard(**known), Heard(**said))
    assert (refusal.value.why, refusal.value.facts) == ("call.contradicts", {"field": field})


@pytest.mark.parametrize("said", [{"answered_at": RANG - timedelta(seconds=1)}, {"hung_up_at": RANG - timedelta(seconds=1)}])
def test_times_come_in_their_order(said):
    with pytest.raises(NotAllowed, match=r"call\.times_out_of_order"):
        heard(Heard(rang_at=RANG), Heard(**said))


@pytest.mark.parametrize("transcript", [[(n, "对") for n in range(MOST_UTTERANCES + 1)], [(0, "对" * LONGEST_TRANSCRIPT), (1, "对")]])
def test_a_transcript_has_an_end(transcript):
    said = tuple(Utterance(speaker="caller", start=start, text=text) for start, text in transcript)
    with pytest.raises(NotAllowed, match=r"call\.transcript_too_long"):
        heard(Heard(transcript=said))


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"rang_at": RANG}, "ringing"),
        ({"rang_at": RANG, "answered_at": ANSWERED}, "talking"),
        ({"answered_at": ANSWERED, "hung_up_at": HUNG_UP}, "talking"),
        ({"rang_at": RANG, "hung_up_at": HUNG_UP}, "missed"),
        ({"rang_at": RANG, "hung_up_at": HUNG_UP, "caller": "sealed", "person": "p"}, "to_call_back"),
    ],
)
def test_where_a_call_stands_follows_from_what_is_known(facts, state):
    assert heard(Heard(**facts)).state == state


def ended(**changes: Any) -> Call:
    return end(NEW, Ending(kind="case", by="li", at=MONDAY, number="2603020000017"), **changes)


def test_a_call_ends_once():
    call = ended(summary="停水")
    assert (call.state, call.number, call.summary) == ("ended", "2603020000017", "停水")
    with pytest.raises(NotAllowed, match=r"call\.ended"):
        end(call, Ending(kind="silent", by="li", at=MONDAY))


def test_recording_and_transcript_may_come_after_the_end():
    said = (Utterance(speaker="caller", start=0, text="喂"),)
    call = heard(Heard(recording=SOUND, transcript=said, hung_up_at=HUNG_UP), call=ended())
    assert (call.state, call.recording, call.transcript) == ("ended", SOUND, said)


def test_a_caller_without_a_name_is_forgotten_for_good():
    known = heard(Heard(caller="sealed", person="p"))
    call = end(known, Ending(kind="case", by="li", at=MONDAY, number="2603020000017"), nameless=True)
    assert (call.caller, call.person) == (None, None)
    assert heard(Heard(caller="sealed", person="p"), call=call) == call


def test_the_record_is_what_was_saved_first():
    call = write_down(write_down(NEW, "原话", "li"), "改过的话", "wang")
    assert (call.record, call.recorded_by) == ("原话", "li")
    with pytest.raises(NotAllowed, match=r"call\.ended"):
        write_down(ended(), "原话", "li")


MISSED = heard(Heard(rang_at=RANG, hung_up_at=HUNG_UP, caller="sealed", person="p"))


def test_three_tries_in_three_hours_end_a_missed_call():
    call = MISSED
    for hour in (1, 2, 5):
        assert call.state == "to_call_back"
        call = not_reached(call, "li", MONDAY + timedelta(hours=hour), SHANGHAI)
    assert (call.state, call.ending and call.ending.kind, len(call.tries)) == ("ended", "not_reached", 3)


def test_a_second_try_in_the_same_hour_does_not_count():
    call = not_reached(MISSED, "li", MONDAY + timedelta(minutes=2), SHANGHAI)
    with pytest.raises(NotAllowed, match=r"call\.tried_this_hour"):
        not_reached(call, "wang", MONDAY + timedelta(minutes=58), SHANGHAI)
    assert len(not_reached(call, "wang", MONDAY + timedelta(minutes=61), SHANGHAI).tries) == 2


def test_nobody_is_called_back_who_was_answered():
    with pytest.raises(NotAllowed, match=r"call\.not_to_call_back"):
        not_reached(heard(Heard(answered_at=ANSWERED)), "li", MONDAY, SHANGHAI)


def body(**facts: Any) -> GivenCall:
    return GivenCall.model_validate({"call_id": "c-1", **facts})


@pytest.mark.parametrize(
    "facts",
    [
        {"call_id": "own-1"}, {"call_id": ""}, {"call_id": "a/b"}, {"call_id": "x" * 101}, {"call_id": "\n"}, {"agent_login": "Li"},
        {"rang_at": "0001-01-01T00:00:00+14:00"}, {"rang_at": "9999-12-31T23:59:59-14:00"}, {"rang_at": "2026-03-02T09:00:00"},
        {"rang_at": "yesterday"}, {"recording": {"reference": "a", "sha256": "A" * 64}}, {"recording": {"reference": "a"}},
        {"transcript": [{"speaker": "robot", "start": 0, "text": "a"}]},
        {"transcript": [{"speaker": "agent", "start": -1, "text": "a"}]},
        {"transcript": [{"speaker": "agent", "start": "nan", "text": "a"}]},
        {"transcript": [{"speaker": "agent", "start": 0, "text": " "}]},
        {"unknown": 1},
    ],
)  # fmt: skip
def test_what_cannot_be_a_call_is_refused(facts):
    with pytest.raises(ValidationError):
        body(**facts)


def test_blank_means_unknown_and_moments_are_the_same_in_every_zone():
    call = body(caller=" ", queue="", rang_at="2026-03-02T09:00:00+08:00")
    assert (call.caller, call.queue, call.rang_at) == (None, None, datetime(2026, 3, 2, 1, tzinfo=UTC))
