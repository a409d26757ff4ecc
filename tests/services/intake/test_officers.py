"""Contacts and photos for officers: whose matter it is, each look written down before, nothing kept by the browser."""

import pytest

from services.intake.documents import LOOK
from shared.ports import Equal, Order

from .pictures import picture
from .standings import DISPATCHED, standing

CONTACT = {"name": "王小明", "phone": "13812345678", "email": "wang@example.com"}


async def with_water(house, **body):
    receipt = await house.submit(**{"contact": CONTACT, **body})
    await house.tracking_says(receipt["number"], DISPATCHED)
    return receipt["number"]


async def looks(house, number):
    found = await house.world.store.find(LOOK.name, {"number": Equal(number)}, order=Order("at"), limit=10)
    return [LOOK.parse(stored) for stored in found]


async def test_the_line_is_masked_and_leads_to_the_page(intake):
    number = await with_water(intake)
    intake.sign_in("handler", department="water")
    answer = await intake.client.get(f"/contacts/{number}/line")
    assert answer.status_code == 200
    for part in ("王**", "138****5678", "w***@example.com", f"/contacts/{number}"):
        assert part in answer.text
    assert "<html" not in answer.text
    assert "13812345678" not in answer.text
    assert await looks(intake, number) == []


async def test_a_contact_is_shown_after_the_look_is_written_down(intake):
    number = await with_water(intake)
    intake.sign_in("handler", department="water")
    before = (await intake.client.get(f"/contacts/{number}")).text
    assert "13812345678" not in before
    answer = await intake.form(f"/contacts/{number}", f"/contacts/{number}", {"reason": "先行联系诉求人"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    for part in ("王小明", "+8613812345678", "wang@example.com"):
        assert part in answer.text
    (look,) = await looks(intake, number)
    assert (look.login, look.department, look.reason, look.at) == ("li", "water", "先行联系诉求人", intake.clock.now())
    assert "先行联系诉求人" in (await intake.client.get(f"/contacts/{number}")).text


@pytest.mark.parametrize("reason", ["", "   ", "abc", "为" * 301])
async def test_without_a_reason_nothing_is_shown(intake, reason):
    number = await with_water(intake)
    intake.sign_in("supervisor")
    answer = await intake.form(f"/contacts/{number}", f"/contacts/{number}", {"reason": reason})
    assert answer.status_code == 422
    assert "13812345678" not in answer.text
    assert await looks(intake, number) == []


async def test_a_look_that_cannot_be_written_down_shows_nothing(intake, away):
    number = await with_water(intake)
    intake.sign_in("supervisor")
    with away():
        answer = await intake.form(f"/contacts/{number}", f"/contacts/{number}", {"reason": "先行联系"})
    assert answer.status_code == 503
    assert "13812345678" not in answer.text


@pytest.mark.parametrize(
    ("roles", "department", "confidential", "status"),
    [
        (("handler",), "water", False, 200),
        (("handler",), "housing", False, 403),
        (("dispatcher",), None, False, 200),
        (("dispatcher",), None, True, 403),
        (("supervisor",), None, True, 200),
        (("handler",), "water", True, 200),
        (("liaison",), "water", True, 403),
    ],
)
async def test_whose_matter_it_is(intake, roles, department, confidential, status):
    number = await with_water(intake, confidential=confidential)
    intake.sign_in(*roles, department=department)
    for path in (f"/contacts/{number}", f"/contacts/{number}/line"):
        answer = await intake.client.get(path)
        assert answer.status_code == status
        assert "13812345678" not in answer.text
        assert status == 200 or "138****5678" not in answer.text


async def test_after_a_re_dispatch_the_first_department_sees_nothing_any_more(intake):
    number = await with_water(intake)
    elsewhere = standing("dispatched", "department", department="housing", clock="accept")
    await intake.tracking_says(number, DISPATCHED.model_copy(update={"department": "housing", "standing": elsewhere}))
    intake.sign_in("handler", department="water")
    assert (await intake.client.get(f"/contacts/{number}/line")).status_code == 403


@pytest.mark.parametrize("path", ["/contacts/{number}", "/contacts/{number}/line", "/photos/{photo}"])
async def test_nobody_else_gets_in(intake, path):
    number = await with_water(intake)
    path = path.format(number=number, photo=f"{number}-00000000")
    answer = await intake.client.get(path)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/desk/sign-in")


async def test_an_unknown_number_is_not_there(intake):
    intake.sign_in("supervisor")
    for path in ("/contacts/2603020000019", "/contacts/x/line", "/photos/2603020000019-1", "/photos/x"):
        assert (await intake.client.get(path)).status_code == 404


@pytest.mark.parametrize(("body", "words"), [({"contact": None, "anonymous": True}, "匿名"), ({"contact": None}, "没有留下联系方式")])
async def test_who_left_no_contact_is_said(intake, body, words):
    number = await with_water(intake, **body)
    intake.sign_in("supervisor")
    assert words in (await intake.client.get(f"/contacts/{number}/line")).text
    assert words in (await intake.client.get(f"/contacts/{number}")).text


async def test_photos_are_for_those_whose_matter_it_is(intake):
    upload = (await intake.client.post("/api/v1/uploads", files={"photo": ("a.png", picture("PNG"), "image/png")})).json()
    number = await with_water(intake, photos=[upload["id"]])
    (photo,) = (await intake.complaint(number)).photos
    intake.sign_in("handler", department="housing")
    assert (await intake.client.get(f"/photos/{photo.id}")).status_code == 403
    intake.sign_in("handler", department="water")
    answer = await intake.client.get(f"/photos/{photo.id}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xff\xd8")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert (await intake.client.get(f"/photos/{number}-ffffffff")).status_code == 404
