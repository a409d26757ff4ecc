"""Handing in by the API: what is answered, what is kept, and never twice for one key."""

import asyncio

import pytest

from services.intake.documents import COUNTER, Counter
from services.intake.model.numbers import parse
from services.intake.model.submission import Submission
from shared.ports import Change
from tests.builders import MONDAY

from .conftest import TEXT

KEY = {"Idempotency-Key": "8f14e45f-ceea-467f-a0e6-b5a2c1f1d0aa"}
FULL = {
    "title": "停水", "place": {"district": "wanglan", "address": "柳堤路 12 号院", "lon": 112.98, "lat": 28.2}, "type": "complaint",
    "contact": {"name": "王小明", "phone": "138 0013 8000", "email": "Wang@Example.com"}, "publish": True, "confidential": True,
}  # fmt: skip


async def test_a_receipt_and_one_document_and_one_event(intake):
    receipt = await intake.submit(**FULL)
    assert set(receipt) == {"number", "query_code", "received_at", "progress_url"}
    assert receipt["number"] == parse(receipt["number"])
    assert receipt["progress_url"] == "http://127.0.0.1:8012/progress"
    complaint = await intake.complaint(receipt["number"])
    (record,) = await intake.outgoing()
    assert record.case == receipt["number"]
    assert record.by.kind == "complainant"
    event = record.event
    for name in ("title", "text", "place", "complaint_type", "person", "anonymous", "publish", "confidential", "received_at"):
        assert getattr(event, name) == getattr(complaint, name), name
    assert complaint.place.district == "wanglan"
    assert complaint.received_at == MONDAY


async def test_the_trace_of_the_request_is_on_the_event(intake):
    headers = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    await intake.client.post("/api/v1/complaints", json={"text": TEXT}, headers=headers)
    (record,) = await intake.outgoing()
    assert record.trace == "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_the_same_key_and_body_is_the_same_complaint(intake):
    first = await intake.client.post("/api/v1/complaints", json={"text": TEXT, **FULL}, headers=KEY)
    intake.clock.forward(hours=30)
    second = await intake.client.post("/api/v1/complaints", json={"text": f" {TEXT} ", **FULL}, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(await intake.outgoing()) == 1


async def test_the_same_key_with_another_body_is_refused(intake):
    await intake.client.post("/api/v1/complaints", json={"text": TEXT}, headers=KEY)
    answer = await intake.client.post("/api/v1/complaints", json={"text": "另一件事"}, headers=KEY)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "idempotency_key_reused"
    assert len(await intake.outgoing()) == 1


async def test_a_race_of_retries_is_one_complaint(intake):
    answers = await asyncio.gather(*(intake.client.post("/api/v1/complaints", json={"text": TEXT}, headers=KEY) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert len(await intake.outgoing()) == 1


async def test_without_a_key_the_same_text_may_be_two_complaints(intake):
    assert (await intake.submit())["number"] != (await intake.submit())["number"]


async def test_keys_are_kept_as_hashes(intake):
    answer = await intake.client.post("/api/v1/complaints", json={"text": TEXT}, headers=KEY)
    assert KEY["Idempotency-Key"] not in (await intake.complaint(answer.json()["number"])).model_dump_json()


async def test_the_same_person_is_known_by_phone_however_written(intake):
    async def person(**contact):
        return (await intake.complaint((await intake.submit(contact=contact))["number"])).person

    people = [await person(phone=phone) for phone in ("13800138000", "+86 138-0013-8000", "１３８００１３８０００")]
    other, again = await person(email="Wang@Example.com"), await person(email="wang@example.com")
    nameless = await person(name="王小明")
    assert len(set(people)) == 1
    assert other == again != people[0]
    assert nameless is None
    assert len(people[0]) == 24


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": TEXT, "contact": {"phone": "12345"}}, "phone"),
        ({"text": TEXT, "contact": {"phone": "not a phone"}}, "phone"),
        ({"text": TEXT, "place": {"district": "atlantis"}}, "district"),
        ({"text": TEXT, "photos": ["0" * 32]}, "photos"),
        ({"text": ""}, "body.text"),
        ({"text": "水" * 20_001}, "body.text"),
        ({"text": TEXT, "contact": {"email": "x"}}, "body.contact.email"),
        ({"text": TEXT, "anonymous": True, "contact": {"name": "王"}}, "body"),
        ({"title": "没有正文"}, "body.text"),
        ([], "body"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_by_field_and_nothing_is_kept(intake, body, field):
    answer = await intake.client.post("/api/v1/complaints", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in answer.json()["fields"]] == [field]
    assert await intake.outgoing() == []


async def test_surrogates_and_broken_json_are_refused(intake):
    for content in (b'{"text": "\\ud800"}', b'{"text": "', b"\xff\xfe", b""):
        answer = await intake.client.post("/api/v1/complaints", content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 422, content


@pytest.mark.parametrize(("key", "status"), [("", 422), ("k", 201), ("k" * 200, 201), ("k" * 201, 422)])
async def test_a_key_has_a_length(intake, key, status):
    answer = await intake.client.post("/api/v1/complaints", json={"text": TEXT}, headers={"Idempotency-Key": key})
    assert answer.status_code == status
    assert status == 201 or answer.json()["code"] == "idempotency_key_length"


async def test_a_form_of_another_site_is_no_submission(intake):
    answer = await intake.client.post("/api/v1/complaints", content=b'{"text": "x"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 422
    assert await intake.outgoing() == []


async def test_the_contract_is_described_with_examples(intake):
    described = (await intake.client.get("/openapi.json")).json()
    submit = described["paths"]["/api/v1/complaints"]["post"]
    assert set(submit["responses"]) >= {"200", "201"}
    assert submit["parameters"][0]["name"] == "Idempotency-Key"
    for example in submit["requestBody"]["content"]["application/json"]["examples"].values():
        Submission.model_validate(example["value"])
    for name in ("Asked", "RateBody", "UrgeBody", "WithdrawBody", "SupplementBody"):
        assert described["components"]["schemas"][name]["examples"]


async def test_faults_are_said_in_the_reader_s_language(intake):
    bad = {"text": TEXT, "contact": {"phone": "1"}}
    said = [
        (await intake.client.post("/api/v1/complaints", json=bad, headers={"accept-language": language})).json()["fields"][0]["message"]
        for language in ("zh-CN", "en")
    ]
    assert "电话" in said[0]
    assert "phone" in said[1]


async def test_submissions_are_limited_by_address(open_intake):
    house = await open_intake({"submissions": "2/hour"}, rate_limits="on")
    answers = [await house.client.post("/api/v1/complaints", json={"text": TEXT}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_a_number_that_is_taken_is_drawn_again(intake, open_intake):
    """A counter that went back, as after a restored file, doubles nothing."""
    first = await intake.submit()
    version = (await intake.world.store.get(COUNTER.name, ["2026-03-02"]))["2026-03-02"].version
    await intake.world.store.commit([Change(COUNTER.name, "2026-03-02", version, COUNTER.body(Counter(day="2026-03-02")))])
    other = await open_intake()
    second = await other.submit()
    assert first["number"] != second["number"]


async def test_a_store_that_is_away_is_said_and_nothing_is_promised(intake, away):
    await intake.submit()
    with away():
        answer = await intake.client.post("/api/v1/complaints", json={"text": TEXT}, headers=KEY)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "number" not in answer.json()
    assert (await intake.client.post("/api/v1/complaints", json={"text": TEXT}, headers=KEY)).status_code == 201
