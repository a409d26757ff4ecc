"""Open311 GeoReport v2, as an app of another city would use it: JSON and XML, filing and following, and every fault as a list."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from services.intake.actions.apps import register
from shared.events import Actor

from .joined import CLOSED, DISPATCHED, LIGHTS, SENSITIVE, public
from .standings import ACCEPTED, PASSED, REPLIED

V2 = "/open311/v2"
CHIEF = Actor(kind="officer", id="chief")
FULL = {
    "service_code": "waterworks.outage", "lat": "28.2", "long": "112.98", "address_string": "柳堤路 12 号", "description": "停水一天了",
    "email": "wang@example.com", "phone": "13812345678", "first_name": "小明", "last_name": "王", "device_id": "abc",
    "media_url": "https://photos.example/1.jpg",
}  # fmt: skip


async def an_app(house, name="随手拍", hook=""):
    issued = await register(house.door, name.encode().hex()[:16], name, hook, CHIEF)
    return issued.key


@pytest.fixture
async def key(intake):
    return await an_app(intake)


async def post(house, key, format="json", headers=None, **fields):
    data = {name: value for name, value in {"api_key": key, **fields}.items() if value is not None}
    return await house.client.post(f"{V2}/requests.{format}", data=data, headers=headers)


async def get(house, path, **query):
    return await house.client.get(f"{V2}/{path}", params=query)


def root_of(answer):
    return ElementTree.fromstring(answer.content)  # noqa: S314 - what we wrote ourselves


def read(answer):
    """What JSON says, and XML as JSON would: elements with equal names are a list."""
    if answer.headers["content-type"] == "application/json":
        return answer.json()
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version=")
    return plain(root_of(answer))


def plain(element):
    if len(element) and element.tag.endswith(("s", "discovery")) and element.tag != "discovery":
        return [plain(child) for child in element]
    return {child.tag: plain(child) for child in element} if len(element) else element.text


def errors(answer):
    found = read(answer)
    assert all(str(error["code"]) == str(answer.status_code) and error["description"] for error in found), found
    return [error["description"] for error in found]


async def test_the_services_are_our_categories(intake):
    for format in ("json", "xml"):
        found = {one["service_code"]: one for one in read(await get(intake, f"services.{format}"))}
        assert found.keys() == {code for code, one in intake.world.places.categories.items() if one.parent}
        light = found["roads.light"]
        assert (light["service_name"], light["type"], str(light["metadata"]).lower()) == ("路灯照明", "realtime", "false")
        assert light["group"] == intake.world.places.name("roads", "zh")
    english = await intake.client.get(f"{V2}/services.json", headers={"Accept-Language": "en"})
    assert "Street lighting" in english.text
    assert english.headers["access-control-allow-origin"] == "*"


async def test_a_service_has_no_attributes(intake):
    assert read(await get(intake, "services/roads.light.json")) == {"service_code": "roads.light", "attributes": []}
    assert b"<attributes />" in (await get(intake, "services/roads.light.xml")).content
    for code in ("roads", "roads.none", "x" * 300, "%00"):
        answer = await get(intake, f"services/{code}.xml")
        assert (answer.status_code, errors(answer)) == (404, ["没有这个 service_code"])


async def test_discovery_leads_to_the_endpoint(intake):
    for format in ("json", "xml"):
        found = read(await intake.client.get(f"/open311/discovery.{format}"))
        (endpoint,) = found["endpoints"]
        assert endpoint["url"] == f"{intake.world.settings.address}{V2}"
        assert endpoint["formats"] == ["application/json", "text/xml"]


async def test_a_request_is_filed_as_a_complaint_of_the_app(intake, key):
    answer = await post(intake, key, **FULL)
    assert answer.status_code == 201
    (given,) = answer.json()
    assert given.keys() == {"service_request_id", "service_notice", "account_id"}
    complaint = await intake.complaint(given["service_request_id"])
    assert (complaint.text, complaint.category) == ("停水一天了\nmedia_url: https://photos.example/1.jpg", "waterworks.outage")
    assert (complaint.place.lon, complaint.place.lat, complaint.place.address) == (112.98, 28.2, "柳堤路 12 号")
    contact = intake.door.contacts.open(complaint.number, complaint.contact)
    assert (contact.name, contact.phone, contact.email) == ("王小明", "+8613812345678", "wang@example.com")
    assert (complaint.publish, complaint.notify, bool(complaint.app)) == (False, "none", True)
    (record,) = await intake.outgoing()
    assert (record.event.type, record.event.category) == ("complaint.submitted", "waterworks.outage")


async def test_the_notice_carries_what_the_progress_page_asks_for(intake, key):
    (given,) = (await post(intake, key, **FULL)).json()
    code = given["service_notice"].split("查询码 ")[1][:9]
    answer = await intake.client.post("/api/v1/progress", json={"number": given["service_request_id"], "query_code": code})
    assert answer.status_code == 200


async def test_xml_says_the_same(intake, key):
    answer = await post(intake, key, "xml", **FULL)
    assert answer.status_code == 201
    root = root_of(answer)
    assert (root.tag, root[0].tag) == ("service_requests", "request")
    assert (await intake.complaint(root[0].findtext("service_request_id"))).text.startswith("停水一天了")
    assert "access-control-allow-origin" not in answer.headers


async def test_the_same_key_again_files_nothing_twice(intake, key):
    first, second = [await post(intake, key, headers={"Idempotency-Key": "7"}, **FULL) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    other = await post(intake, key, headers={"Idempotency-Key": "7"}, **{**FULL, "description": "另一件"})
    assert (other.status_code, len(errors(other))) == (400, 1)
    assert len(await intake.outgoing()) == 1


SLIPS = [
    ({"service_code": None}, 404, "service_code"),
    ({"service_code": "roads"}, 404, "service_code"),
    ({"description": None}, 400, "description"),
    ({"description": "  "}, 400, "description"),
    ({"description": "为" * 20_001}, 400, "description"),
    ({"lat": None, "long": None, "address_string": None}, 400, "缺少地点"),
    ({"lat": None, "long": None, "address_string": None, "address_id": "7"}, 400, "缺少地点"),
    ({"lat": None}, 400, "lat, long"),
    ({"lat": "91"}, 400, "lat, long"),
    ({"lat": "nan"}, 400, "lat, long"),
    ({"lat": "north"}, 400, "lat, long"),
    ({"phone": "12"}, 400, "电话号码不对"),
    ({"email": "nowhere"}, 400, "phone, email"),
    ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
    ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ({"attribute[depth]": "3"}, 400, "attribute"),
]


async def test_each_slip_is_told_and_nothing_is_filed(intake, key):
    for changed, status, words in SLIPS:
        for format in ("json", "xml"):
            answer = await post(intake, key, format, **{**FULL, **changed})
            assert answer.status_code == status, changed
            assert any(words in description for description in errors(answer)), (changed, errors(answer))
    assert len(errors(await post(intake, key, service_code="roads.light"))) == 2
    assert await intake.outgoing() == []


async def test_without_the_key_of_a_working_app_nothing_is_filed(open_intake):
    house = await open_intake({"submissions": "3/hour"}, rate_limits="on")
    statuses = [(await post(house, key, **FULL)).status_code for key in (None, "", "hy_wrong", "hy_again")]
    assert statuses == [403, 403, 403, 429]
    assert "api_key" in errors(await get(house, "requests.json", api_key="hy_wrong"))[0]


async def test_a_body_that_is_no_form_is_told(intake, key):
    answer = await intake.client.post(f"{V2}/requests.json?api_key={key}", json=FULL)
    assert (answer.status_code, errors(answer)) == (404, ["没有这个 service_code"])
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await intake.client.post(f"{V2}/requests.xml", content=b"--y", headers=broken)).status_code in (400, 403)


async def test_another_ending_is_answered_in_xml(intake, key):
    for answer in (await get(intake, "services.yaml"), await get(intake, "requests/1.html"), await post(intake, key, "yaml", **FULL)):
        assert answer.status_code == 404
        assert root_of(answer).tag == "errors"
    assert await intake.outgoing() == []


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
    house = await open_intake({"open311_jurisdiction": "lanchuan.example"})
    key = await an_app(house)
    for query, status in (({}, 200), ({"jurisdiction_id": "lanchuan.example"}, 200), ({"jurisdiction_id": "other.example"}, 404)):
        for path in ("services.json", "services/roads.light.xml", "requests.xml"):
            assert (await get(house, path, **query)).status_code == status
        assert (await post(house, key, **FULL, **query)).status_code == (201 if status == 200 else 404)


async def test_without_a_name_of_ours_any_is_fine(intake):
    assert (await get(intake, "services.json", jurisdiction_id="other.example")).status_code == 200


async def test_an_outage_is_told_and_nothing_is_lost_in_between(intake, key, away):
    with away():
        answer = await post(intake, key, "xml", **FULL)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert len(errors(answer)) == 1
    assert (await post(intake, key, **FULL)).status_code == 201


async def test_reading_is_limited_by_address_and_by_app(open_intake):
    house = await open_intake({"open311_reads": "2/hour"}, rate_limits="on")
    key = await an_app(house)
    assert [(await get(house, "requests.json")).status_code for _ in range(3)] == [200, 200, 429]
    assert [(await get(house, "requests.json", api_key=key)).status_code for _ in range(3)] == [200, 200, 429]


async def test_who_agrees_may_be_seen(intake, key):
    number = (await post(intake, key, **FULL, publish="true")).json()[0]["service_request_id"]
    await intake.tracking_says(number, DISPATCHED)
    assert await listed(intake) == [number]
