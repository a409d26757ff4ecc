"""Open311 GeoReport v2, as an app of another city would file by it: JSON and XML, and every fault as a list."""

import pytest

from .georeport import FULL, V2, an_app, errors, get, post, read, root_of


@pytest.fixture
async def key(intake):
    return await an_app(intake)


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


async def test_an_outage_is_told_and_nothing_is_lost_in_between(intake, key, away):
    with away():
        answer = await post(intake, key, "xml", **FULL)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert len(errors(answer)) == 1
    assert (await post(intake, key, **FULL)).status_code == 201
