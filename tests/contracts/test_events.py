"""The published language: a sample of every version that was ever written parses for ever."""

import json
from pathlib import Path
from uuid import uuid5

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from shared.events import Unreadable, derived_id, event_types, history, read, type_of
from shared.events.base import Event

SAMPLES = sorted(Path(__file__).with_name("samples").glob("*.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_parses_and_keeps_every_field(path):
    raw = path.read_bytes()
    record = read(raw)
    assert f"{record.event.type}.v" in path.stem
    written, again = json.loads(raw)["event"], json.loads(record.model_dump_json())["event"]
    if written["v"] == record.event.v:
        assert again == written


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_type_is_told_without_reading(path):
    record = read(path.read_bytes())
    assert type_of(record.model_dump_json().encode()) == record.event.type


def test_text_cannot_pass_for_a_type():
    sample = read((Path(__file__).with_name("samples") / "complaint.supplemented.v1.json").read_bytes())
    told = sample.model_copy(update={"event": sample.event.model_copy(update={"text": '"event":{"type":"case.closed"'})})
    assert type_of(told.model_dump_json().encode()) == "complaint.supplemented"
    assert type_of(b"{}") is None


def test_every_event_and_version_has_a_sample():
    names = {path.stem for path in SAMPLES}
    assert {f"{name}.v{kind.model_fields['v'].default}" for name, kind in event_types().items()} <= names


@pytest.mark.parametrize("kind", event_types().values(), ids=lambda kind: kind.__name__)
def test_every_event_is_in_the_past_tense_and_named_noun_verb(kind: type[Event]):
    noun, _, verb = kind.model_fields["type"].default.partition(".")
    assert noun.replace("_", "").isalpha()
    assert verb.endswith(("ed", "back", "read", "one", "withdrawn")), "noun.verb, in the past tense"


@for_all(st.uuids(), st.text(max_size=40))
def test_a_derived_id_is_a_version_5_uuid(cause, name):
    assert derived_id(str(cause), name) == str(uuid5(cause, name))


def test_old_versions_are_led_up_step_by_step():
    upgrades = {("x.y", 1): lambda event: event | {"b": event["a"]}, ("x.y", 2): lambda event: event | {"c": event["b"] * 2}}
    assert history.as_of_today("x.y", 1, {"a": 1, "v": 1}, upgrades) == {"a": 1, "b": 1, "c": 2, "v": 3}
    assert history.as_of_today("x.y", 3, {"v": 3}, upgrades) == {"v": 3}


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"{", b'{"event": 3}', b'{"event": {"type": "case.opened", "v": "x"}}', b"\xff\xfe"])
def test_what_is_no_record_is_unreadable(raw):
    with pytest.raises(Unreadable):
        read(raw)
