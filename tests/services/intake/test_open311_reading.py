"""Open311 GeoReport v2, as an app of another city would follow requests by it: its own, and those that are public."""

import json
from datetime import timedelta

import pytest

from .georeport import FULL, an_app, errors, get, post, read
from .joined import CLOSED, LIGHTS, SENSITIVE, public
from .standings import ACCEPTED, DISPATCHED, PASSED, REPLIED


@pytest.fixture
async def key(intake):
    return await an_app(intake)


async def test_the_app_follows_what_it_filed(intake, key):
    number = (await post(intake, key, **FULL)).json()[0]["service_request_id"]
    await intake.tracking_says(number, DISPATCHED, ACCEPTED)
    (seen,) = (await get(intake, f"requests/{number}.json", api_key=key)).json()
    assert (seen["status"], seen["status_notes"], seen["agency_responsible"]) == ("open", "承办单位正在办理", "市水务局")
    assert (seen["service_name"], seen["service_code"], seen["address"]) == ("停水与水压", "waterworks.outage", "柳堤路 12 号")
    assert (seen["requested_datetime"], seen["lat"], seen["long"]) == ("2026-03-02T09:00:00+08:00", 28.2, 112.98)
    assert seen["expected_datetime"] == "2026-03-05T09:00:00+08:00"
    await intake.tracking_says(number, REPLIED, PASSED, CLOSED)
    (seen,) = read(await get(intake, f"requests/{number}.xml", api_key=key))
    assert (seen["status"], seen["status_notes"], seen["expected_datetime"]) == ("closed", "水管已经修好，现在有水了。", None)


@pytest.mark.parametrize("guard", ["sensitive", "confidential"])
async def test_an_app_learns_neither_department_nor_answer_of_a_guarded_matter(intake, key, guard):
    said = {"text": "有人收钱", "confidential": guard == "confidential"}
    number = (await intake.client.post("/api/v1/complaints", json=said, headers={"Huiying-App": key})).json()["number"]
    await intake.tracking_says(number, SENSITIVE if guard == "sensitive" else DISPATCHED, ACCEPTED, REPLIED, PASSED)
    answer = await get(intake, f"requests/{number}.json", api_key=key)
    (seen,) = answer.json()
    assert (seen["agency_responsible"], seen["service_code"], seen["description"]) == (None, None, "有人收钱")
    assert seen["status_notes"] == "已经答复，在问是否解决"
    assert "水管" not in answer.text
    assert "水务" not in answer.text


async def test_nobody_else_follows_what_is_not_public(intake, key):
    number = (await post(intake, key, **FULL)).json()[0]["service_request_id"]
    other = await an_app(intake, "另一个")
    await intake.tracking_says(number, DISPATCHED)
    unknown = await get(intake, "requests/2603029999991.json")
    for answer in (await get(intake, f"requests/{number}.json"), await get(intake, f"requests/{number}.json", api_key=other)):
        assert (answer.status_code, answer.json()) == (unknown.status_code, unknown.json())
    assert unknown.status_code == 404
    assert (await get(intake, "requests.json", service_request_id=number, api_key=other)).json() == []


async def test_public_ones_are_listed_scrubbed(intake):
    number = await public(intake, place={"district": "wanglan", "address": "柳堤路 12 号", "lon": 112.98765, "lat": 28.23456})
    await public(intake, publish=False)
    await public(intake, confidential=True)
    await public(intake, "停水", SENSITIVE)
    await intake.submit(publish=True)
    for format in ("json", "xml"):
        answer = await get(intake, f"requests.{format}")
        (seen,) = read(answer)
        assert seen["service_request_id"] == number
        assert (float(seen["lat"]), float(seen["long"]), seen["address"]) == (28.235, 112.988, "柳堤路 ***号")
        assert "13812345678" not in answer.text
        assert answer.headers["access-control-allow-origin"] == "*"
    assert (await get(intake, f"requests/{number}.json")).json()[0]["service_request_id"] == number


async def listed(house, **query):
    answer = await get(house, "requests.json", **query)
    assert answer.status_code == 200, answer.text
    return [one["service_request_id"] for one in answer.json()]


async def test_a_list_is_filtered_and_newest_first(intake):
    old = await public(intake, "停水一")
    intake.clock.forward(days=10)
    light = await public(intake, "路灯不亮", LIGHTS)
    closed = await public(intake, "停水二", DISPATCHED, CLOSED)
    assert await listed(intake) == [closed, light, old]
    assert await listed(intake, status="open") == [light, old]
    assert await listed(intake, status="closed") == [closed]
    assert await listed(intake, status="closed,open") == [closed, light, old]
    assert await listed(intake, service_code="roads.light") == [light]
    assert await listed(intake, service_code="roads.light,waterworks.outage") == [light]
    day = intake.clock.now() - timedelta(days=1)
    assert await listed(intake, start_date=day.isoformat()) == [closed, light]
    assert await listed(intake, end_date=day.isoformat()) == [old]
    assert await listed(intake, start_date="2026-03-01T00:00:00Z", end_date="2026-03-03T00:00:00 08:00") == [old]
    assert await listed(intake, service_request_id=f"{old},{light},1,{old}", status="closed") == [old, light]
    intake.clock.forward(days=85)
    assert await listed(intake) == [closed, light]


BAD_QUERIES = [
    {"status": "done"}, {"service_code": "roads"}, {"service_code": ",".join(["roads.light"] * 9)}, {"start_date": "yesterday"},
    {"start_date": "2026-03-01"}, {"end_date": "2026-03-01T00:00:00"},
    {"start_date": "2026-03-02T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"},
    {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, {"start_date": "0001-01-01T00:00:00+08:00"},
    {"start_date": "9999-12-31T00:00:00Z"}, {"end_date": "0001-01-01T00:00:00Z"}, {"service_request_id": ",".join(["1"] * 51)},
]  # fmt: skip


async def test_a_bad_question_is_told(intake):
    for query in BAD_QUERIES:
        for format in ("json", "xml"):
            answer = await get(intake, f"requests.{format}", **query)
            assert answer.status_code in (400, 404), query
            assert len(errors(answer)) == 1


async def test_a_long_list_ends_at_its_bound(intake, monkeypatch):
    monkeypatch.setattr("services.intake.actions.open311.PAGE", 2)
    numbers = [await public(intake, f"停水{number}") for number in range(5)]
    assert await listed(intake) == numbers[::-1]
    monkeypatch.setattr("services.intake.actions.open311.MOST_LISTED", 3)
    assert await listed(intake) == numbers[:1:-1]


async def test_hostile_text_stays_text(intake, key):
    text = "]]><x a='1'>&amp;\"\u0000\u0008\ufffe\uffff" + chr(0x1F600) + "停水"
    number = (await post(intake, key, **{**FULL, "description": text, "address_string": text})).json()[0]["service_request_id"]
    (from_json,) = json.loads((await get(intake, f"requests/{number}.json", api_key=key)).content)
    (from_xml,) = read(await get(intake, f"requests/{number}.xml", api_key=key))
    for seen in (from_json["description"], from_xml["description"], from_xml["address"]):
        assert seen.startswith("]]><x a='1'>&amp;\"")
        assert "停水" in seen


async def test_another_city_is_not_found(open_intake):
    house = await open_intake({"jurisdiction": "lanchuan.example"})
    key = await an_app(house)
    for query, status in (({}, 200), ({"jurisdiction_id": "lanchuan.example"}, 200), ({"jurisdiction_id": "other.example"}, 404)):
        for path in ("services.json", "services/roads.light.xml", "requests.xml"):
            assert (await get(house, path, **query)).status_code == status
        assert (await post(house, key, **FULL, **query)).status_code == (201 if status == 200 else 404)


async def test_without_a_name_of_ours_any_is_fine(intake):
    assert (await get(intake, "services.json", jurisdiction_id="other.example")).status_code == 200


async def test_reading_is_limited_by_address_and_by_app(open_intake):
    house = await open_intake({"app_reads": "2/hour"}, rate_limits="on")
    key = await an_app(house)
    assert [(await get(house, "requests.json")).status_code for _ in range(3)] == [200, 200, 429]
    assert [(await get(house, "requests.json", api_key=key)).status_code for _ in range(3)] == [200, 200, 429]


async def test_who_agrees_may_be_seen(intake, key):
    number = (await post(intake, key, **FULL, publish="true")).json()[0]["service_request_id"]
    await intake.tracking_says(number, DISPATCHED)
    assert await listed(intake) == [number]
