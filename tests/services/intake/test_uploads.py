"""Attachments sent ahead: kept for a day, copied into the complaints that name them, removed in time."""

import asyncio

from services.intake.actions.uploading import remove_expired
from services.intake.documents import UPLOAD

from .conftest import TEXT
from .pictures import picture


async def send(house, raw, name="photo.jpg"):
    return await house.client.post("/api/v1/uploads", files={"photo": (name, raw, "image/jpeg")})


def files(house):
    return sorted(path.name for path in (house.folder / "files").rglob("*.*"))


async def test_a_photo_sent_ahead_belongs_to_the_complaint_that_names_it(intake):
    upload = (await send(intake, picture("PNG"))).json()
    receipt = await intake.submit(photos=[upload["id"]])
    (photo,) = (await intake.complaint(receipt["number"])).photos
    (record,) = await intake.outgoing()
    assert record.event.photos == (photo,)
    assert photo.media_type == "image/jpeg"
    names = [f"upload-{upload['id']}", f"photo-{photo.id}"]
    assert files(intake) == sorted(f"{name}{ending}" for name in names for ending in (".jpg", "-small.jpg"))


async def test_its_name_is_not_asked_and_what_is_wrong_is_said(intake):
    answer = await send(intake, b"MZ\x90\x00\x03", "photo.jpg")
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["why"] == "fault.attachment_unknown"
    assert files(intake) == []


async def test_too_large_is_refused(intake):
    answer = await send(intake, b"\xff\xd8\xff" + b"\0" * (10 * 2**20))
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["why"] == "fault.photo_too_large"


async def test_after_a_day_it_is_gone_and_what_was_used_stays(intake):
    used, unused = (await send(intake, picture())).json(), (await send(intake, picture())).json()
    receipt = await intake.submit(photos=[used["id"]])
    intake.clock.forward(hours=23)
    assert await remove_expired(intake.door) == 0
    intake.clock.forward(hours=2)
    assert await remove_expired(intake.door) == 2
    assert await remove_expired(intake.door) == 0
    (photo,) = (await intake.complaint(receipt["number"])).photos
    assert files(intake) == [f"photo-{photo.id}-small.jpg", f"photo-{photo.id}.jpg"]
    answer = await intake.client.post("/api/v1/complaints", json={"text": TEXT, "photos": [unused["id"]]})
    assert answer.json()["fields"][0]["why"] == "fault.upload_unknown"
    kept = await intake.world.store.get(UPLOAD.name, [unused["id"]])
    assert UPLOAD.parse(kept[unused["id"]]).expires_at is None


async def test_a_retry_after_the_photo_is_gone_gets_its_receipt(intake):
    upload = (await send(intake, picture())).json()
    headers, body = {"Idempotency-Key": "k"}, {"text": TEXT, "photos": [upload["id"]]}
    first = await intake.client.post("/api/v1/complaints", json=body, headers=headers)
    intake.clock.forward(hours=25)
    await remove_expired(intake.door)
    second = await intake.client.post("/api/v1/complaints", json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_a_doubled_complaint_leaves_no_doubled_files(intake):
    upload = (await send(intake, picture())).json()
    body = {"text": TEXT, "photos": [upload["id"]]}
    await asyncio.gather(*(intake.client.post("/api/v1/complaints", json=body, headers={"Idempotency-Key": "k"}) for _ in range(5)))
    assert len([name for name in files(intake) if name.startswith("photo-")]) == 2


async def test_uploads_are_limited_by_address(open_intake):
    house = await open_intake({"uploads": "1/hour"}, rate_limits="on")
    assert [(await send(house, picture())).status_code for _ in range(2)] == [201, 429]
