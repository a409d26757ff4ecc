"""The API of cases: lists, one case, steps with If-Match; what may not be seen is not found; faults are problem+json."""

from datetime import timedelta

import pytest

from services.tracking.model.steps import INPUTS
from services.tracking.pages.shapes import GIVEN
from shared.events import read
from shared.events.base import Evidence
from tests.builders import MONDAY, case_in, judged, proposal, reading, registered

PROBLEM = "application/problem+json"


def several(amount: int, **changes):
    for number in range(amount):
        yield judged(registered().model_copy(update={"number": f"2603020{number:05}1", **changes}))


async def test_a_list_is_paged_by_keyset_and_complete(house):
    cases = list(several(7))
    await house.keep(*cases)
    client = house.client("water1", token=True)
    seen, after, pages = [], None, 0
    while pages == 0 or after:
        answer = await client.get("/api/v1/cases", params={"limit": 3, **({"after": after} if after else {})})
        body = answer.json()
        seen += [item["number"] for item in body["items"]]
        after, pages = body["next"], pages + 1
    assert seen == sorted(case.number for case in cases)
    assert pages == 3


async def test_a_list_is_narrowed_by_state_department_and_due(house):
    water, housing = case_in("in_hand"), judged(registered().model_copy(update={"number": "2603020000025"}), proposed=proposal("housing"))
    urgent = judged(registered().model_copy(update={"number": "2603020000033"}), read=reading(urgency="U1"))
    closed = case_in("closed").model_copy(update={"number": "2603020000041"})
    await house.keep(water, housing, urgent, closed)
    client = house.client("supervisor1", token=True)

    async def numbers(**query):
        answer = await client.get("/api/v1/cases", params=query)
        assert answer.status_code == 200, answer.text
        return [item["number"] for item in answer.json()["items"]]

    assert await numbers() == [urgent.number, water.number, housing.number]
    assert await numbers(state="in_hand") == [water.number]
    assert await numbers(state="closed") == [closed.number]
    assert await numbers(department="housing") == [housing.number]
    assert await numbers(due_before=(MONDAY + timedelta(hours=1)).isoformat()) == [urgent.number]
    assert await numbers(department="water", state="dispatched") == [urgent.number]


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 201}, {"state": "moon"}, {"due_before": "tomorrow"}, {"due_before": "2026-03-02T10:00:00"}]
)
async def test_a_bad_question_is_422(house, query):
    answer = await house.client("supervisor1", token=True).get("/api/v1/cases", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)


async def test_a_cursor_that_is_not_ours_is_400(house):
    answer = await house.client("supervisor1", token=True).get("/api/v1/cases", params={"after": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_a_department_gets_its_own_cases_only(house):
    await house.keep(case_in("in_hand"))
    client = house.client("housing1", token=True)
    assert (await client.get("/api/v1/cases")).json() == {"items": [], "next": None}
    assert (await client.get("/api/v1/cases", params={"department": "water"})).json()["items"] == []


async def test_one_case_in_full_with_its_etag(house):
    why = Evidence(about="urgency", value="U3", words="停水", start=2, end=4, rule="water.cut")
    case = judged(registered(person="hash-1"), read=reading(urgency="U3", evidence=(why,)))
    await house.keep(case)
    answer = await house.client("water1", token=True).get(f"/api/v1/cases/{case.number}")
    body = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert (body["state"], body["urgency"], body["department"], body["turn"]) == ("dispatched", "U3", "water", "department")
    assert body["reading"]["evidence"][0]["words"] == "停水"
    assert [deadline["clock"] for deadline in body["deadlines"]] == ["dispatch", "accept", "first_contact", "reply"]
    assert body["allowed_steps"] == ["accept", "hand_back", "note"]
    assert "hash-1" not in answer.text


async def test_who_asks_must_say_who_they_are(house):
    answer = await house.client().get("/api/v1/cases/2603020000017")
    assert (answer.status_code, answer.headers["content-type"], answer.headers["www-authenticate"]) == (401, PROBLEM, "Bearer")


async def test_what_may_not_be_seen_is_not_found(house):
    case = case_in("in_hand")
    await house.keep(case)
    other = house.client("housing1", token=True)
    for path in (f"/api/v1/cases/{case.number}", "/api/v1/cases/2603029999990"):
        assert (await other.get(path)).status_code == 404
    answer = await other.post(f"/api/v1/cases/{case.number}/steps/note", json={"text": "x"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 404


async def test_a_step_is_taken_and_names_the_officer(house):
    case = case_in("dispatched")
    await house.keep(case)
    client = house.client("water1", token=True)
    answer = await client.post(f"/api/v1/cases/{case.number}/steps/accept", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"], answer.json()["state"]) == (200, '"2"', "in_hand")
    answer = await client.post(f"/api/v1/cases/{case.number}/steps/contact", json=GIVEN["contact"], headers={"If-Match": 'W/"2"'})
    assert answer.json()["timeline"][-1]["by"] == {"kind": "officer", "id": "water1", "department": "water"}
    assert (await house.case(case.number)).contacted_at is not None


async def test_the_event_carries_the_trace_of_the_request(house):
    case = case_in("dispatched")
    await house.keep(case)
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"If-Match": '"1"', "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    await house.client("water1", token=True).post(f"/api/v1/cases/{case.number}/steps/accept", headers=headers)
    (unsent,) = await house.world.store.unsent(10)
    sent = read(unsent.record.raw)
    assert (sent.trace, sent.event.type) == (trace, "case.accepted")


@pytest.mark.parametrize("match", [None, "", "*", "1", '"one"'])
async def test_a_step_needs_the_version_that_was_read(house, match):
    case = case_in("dispatched")
    await house.keep(case)
    headers = {} if match is None else {"If-Match": match}
    answer = await house.client("water1", token=True).post(f"/api/v1/cases/{case.number}/steps/accept", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (428, "needs_version")


async def test_a_lost_race_is_409_with_the_present_state(house):
    case = case_in("dispatched")
    await house.keep(case)
    client, path = house.client("water1", token=True), f"/api/v1/cases/{case.number}/steps"
    await client.post(f"{path}/accept", headers={"If-Match": '"1"'})
    answer = await client.post(f"{path}/note", json={"text": "晚了一步"}, headers={"If-Match": '"1"'})
    body = answer.json()
    assert (answer.status_code, body["code"], answer.headers["content-type"]) == (409, "conflict", PROBLEM)
    may = ["hand_back", "contact", "reply", "ask", "request_extension", "note"]
    assert body["present"] == {"state": "in_hand", "version": 2, "department": "water", "allowed_steps": may}


async def test_a_step_that_is_not_possible_is_409_with_the_reason(house):
    case = case_in("in_hand")
    await house.keep(case)
    client = house.client("water1", token=True)
    answer = await client.post(f"/api/v1/cases/{case.number}/steps/reply", json=GIVEN["reply"], headers={"If-Match": '"1"'})
    body = answer.json()
    assert (answer.status_code, body["code"], body["present"]["state"]) == (409, "reply.no_first_contact", "in_hand")
    assert body["detail"] == "请先记录先行联系，或写明没联系上的原因。"


async def test_a_step_of_another_role_is_403(house):
    case = case_in("in_hand")
    await house.keep(case)
    client = house.client("water2", token=True)
    answer = await client.post(f"/api/v1/cases/{case.number}/steps/contact", json=GIVEN["contact"], headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (403, "step.not_your_role")


@pytest.mark.parametrize(
    "body",
    [
        "", "{}", "[]", "{", '{"reached": true}', '{"reached": true, "words": ""}', '{"reached": 1, "words": "x", "more": 1}',
        '{"reached": true, "words": "' + "长" * 501 + '"}', "\ud800".encode("utf-8", "surrogatepass"),
        '{"reached": true, "words": "\\ud800"}',
    ],
)  # fmt: skip
async def test_a_bad_body_is_422_and_changes_nothing(house, body):
    case = case_in("in_hand")
    await house.keep(case)
    client = house.client("water1", token=True)
    answer = await client.post(f"/api/v1/cases/{case.number}/steps/contact", content=body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert await house.case(case.number) == case


async def test_a_department_that_is_not_there_is_refused(house):
    case = case_in("waiting")
    await house.keep(case)
    client = house.client("dispatcher1", token=True)
    answer = await client.post(
        f"/api/v1/cases/{case.number}/steps/dispatch", json={"department": "moon", "basis": "无"}, headers={"If-Match": '"1"'}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "dispatch.unknown_department")


async def test_steps_that_no_person_takes_are_not_there(house):
    case = case_in("dispatched")
    await house.keep(case)
    client = house.client("water1", token=True)
    for step in ("queue", "redo", "archive", "moon"):
        assert (await client.post(f"/api/v1/cases/{case.number}/steps/{step}", headers={"If-Match": '"1"'})).status_code == 404


async def test_a_session_reads_but_writes_only_with_the_pages_proof(house):
    case = case_in("dispatched")
    await house.keep(case)
    client = house.client("water1")
    assert (await client.get(f"/api/v1/cases/{case.number}")).status_code == 200
    answer = await client.post(f"/api/v1/cases/{case.number}/steps/accept", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (403, "forged")


@pytest.mark.parametrize("step", list(INPUTS))
def test_each_step_has_an_example_that_is_valid(step):
    assert INPUTS[step].model_validate(GIVEN[step]).model_dump(mode="json", exclude_unset=True) == GIVEN[step]


def test_the_description_has_every_step(house):
    document = house.app.openapi()
    take = document["paths"]["/api/v1/cases/{number}/steps/{step}"]["post"]
    body = take["requestBody"]["content"]["application/json"]
    assert {shape["title"] for shape in body["schema"]["anyOf"]} == set(INPUTS) == set(body["examples"])
    assert "If-Match" in {parameter["name"] for parameter in take["parameters"]}
