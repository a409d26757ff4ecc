"""Attachments of a complaint: kept before the receipt, added with a supplement, shown only to whom the matter may be shown."""

import asyncio
import errno
import hashlib
import io
import os
import re
from functools import partial

import pytest
from PIL import Image

from services.intake.actions.composing import Sent
from services.intake.actions.following import take_known, take_wish
from services.intake.actions.submitting import submit
from services.intake.developing import develop
from services.intake.model.submission import Submission, Supplement
from services.intake.recognising import ENDINGS
from tests.clamd import EICAR, Clamd, running

from .conftest import TEXT
from .pictures import picture
from .samples import KEPT, PDF, office
from .standings import DISPATCHED, LIFE, OPENED, standing

CLOSED = OPENED.model_copy(update={"standing": standing("closed", "nobody")})


def chosen(*files, name="photos"):
    """Files as a form sends them, all with a name and a type that are not theirs."""
    return [(name, (f"photo{place}.jpg", raw, "image/jpeg")) for place, raw in enumerate(files)]


def stored(house):
    return sorted(path.name for path in (house.folder / "files").rglob("*.*"))


async def filed(house, *files):
    """A complaint by the form, which the browser is then remembered by."""
    answer = await house.form("/", "/complaints", {"text": TEXT}, chosen(*files))
    assert answer.status_code == 303, answer.text
    (record,) = [one for one in await house.outgoing() if one.event.type == "complaint.submitted"]
    await house.tracking_says(record.case, OPENED, DISPATCHED)
    return await house.complaint(record.case)


async def test_a_complaint_with_photos_and_files(intake):
    complaint = await filed(intake, picture("PNG"), PDF, KEPT["mp3"][1], picture("GIF"))
    (record,) = [one for one in await intake.outgoing() if one.event.type == "complaint.submitted"]
    assert (record.event.photos, record.event.files) == (complaint.photos, complaint.files)
    assert [one.media_type for one in complaint.photos] == ["image/jpeg"] * 2
    assert [one.media_type for one in complaint.files] == ["application/pdf", "audio/mpeg"]
    pdf = complaint.files[0]
    assert (pdf.sha256, pdf.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    names = [f"photo-{one.id}{ending}" for one in complaint.photos for ending in (".jpg", "-small.jpg")]
    names += [f"file-{one.id}.{ending}" for one, ending in zip(complaint.files, ("pdf", "mp3"), strict=True)]
    assert stored(intake) == sorted(names)


async def test_the_same_form_twice_is_one_complaint_and_other_files_are_another(intake):
    files = chosen(picture("PNG"), PDF)
    first = await intake.form("/", "/complaints", {"text": TEXT, "idempotency": "k"}, files)
    kept = stored(intake)
    again = await intake.form("/", "/complaints", {"text": TEXT, "idempotency": "k"}, files)
    other = await intake.form("/", "/complaints", {"text": TEXT, "idempotency": "k"}, chosen(picture("PNG"), office()))
    assert [answer.status_code for answer in (first, again, other)] == [303, 303, 422]
    assert len(await intake.outgoing()) == 1
    assert stored(intake) == kept


async def test_without_room_for_the_files_there_is_no_receipt(intake, monkeypatch):
    await intake.submit()
    monkeypatch.setattr(os, "fsync", full)
    answer = await intake.form("/", "/complaints", {"text": TEXT, "phone": "13800138000"}, chosen(PDF))
    monkeypatch.undo()
    assert answer.status_code == 503
    assert TEXT in answer.text
    assert "请重新选择" in answer.text
    assert len(await intake.outgoing()) == 1


def full(descriptor):
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_a_commit_that_fails_leaves_at_most_files_that_nothing_leads_to(intake, away):
    await intake.submit()
    with away():
        answer = await intake.form("/", "/complaints", {"text": TEXT}, chosen(PDF))
    assert answer.status_code == 503
    assert len(await intake.outgoing()) == 1
    assert all(name.startswith("file-") for name in stored(intake))


async def test_what_is_infected_is_refused_in_words_with_the_form_as_typed(open_intake):
    async with running(Clamd()) as url:
        house = await open_intake(scanner_url=url)
        answer = await house.form("/", "/complaints", {"text": TEXT}, chosen(EICAR))
        assert answer.status_code == 422
        assert "含有病毒" in answer.text
        assert TEXT in answer.text
        assert (await house.form("/", "/complaints", {"text": TEXT}, chosen(PDF))).status_code == 303
        answer = await house.client.post("/api/v1/uploads", files={"photo": ("a.txt", EICAR, "text/plain")})
        assert answer.json()["fields"][0]["why"] == "fault.attachment_infected"


async def test_without_its_scanner_the_form_waits_and_complaints_without_files_do_not(open_intake, tmp_path):
    house = await open_intake(scanner_url=f"clamd:{tmp_path / 'nobody'}")
    answer = await house.form("/", "/complaints", {"text": TEXT}, chosen(PDF))
    assert (answer.status_code, answer.headers["retry-after"] > "0") == (503, True)
    assert TEXT in answer.text
    assert (await house.client.post("/api/v1/uploads", files={"photo": ("a.pdf", PDF)})).status_code == 503
    assert (await house.form("/", "/complaints", {"text": TEXT})).status_code == 303


async def test_a_supplement_with_files(intake):
    complaint = await filed(intake, PDF)
    files = chosen(picture(), office("xlsx"), name="supplement_photos")
    answer = await intake.form("/progress", "/progress/supplement", {"supplement_text": "今天又停了"}, files)
    assert (answer.status_code, answer.headers["location"]) == (303, "/progress?done=supplement")
    after, record = await intake.complaint(complaint.number), (await intake.outgoing())[-1]
    assert record.event.type == "complaint.supplemented"
    assert after.photos == (*complaint.photos, *record.event.photos)
    assert after.files == (*complaint.files, *record.event.files)
    assert [one.media_type for one in (*record.event.photos, *record.event.files)] == ["image/jpeg", KEPT["xlsx"][0]]
    assert len(stored(intake)) == 4


async def test_a_supplement_by_the_api_names_uploads(intake):
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], OPENED)
    upload = (await intake.client.post("/api/v1/uploads", files={"photo": ("a.jpg", PDF)})).json()
    asked = {"number": receipt["number"], "query_code": receipt["query_code"], "text": "见附件"}
    unknown = await intake.client.post("/api/v1/progress/supplement", json={**asked, "photos": ["0" * 32]})
    assert unknown.json()["fields"] == [
        {"field": "photos", "why": "fault.upload_unknown", "message": "有一个文件找不到或已过期，请重新上传"}
    ]
    answer = await intake.client.post("/api/v1/progress/supplement", json={**asked, "photos": [upload["id"]]})
    assert answer.status_code == 200
    (file,) = (await intake.complaint(receipt["number"])).files
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    ("raw", "status", "words"),
    [(b"MZ\x90\0", 422, "种类不能收"), (b"", 422, "是空的"), (PDF, 409, "已经结束")],
    ids=["a program", "empty", "closed"],
)
async def test_a_supplement_that_is_refused_keeps_the_words_and_no_file(intake, raw, status, words):
    complaint = await filed(intake)
    hidden = (await intake.client.get("/progress")).text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', hidden))
    if status == 409:
        await intake.tracking_says(complaint.number, CLOSED)
    files = chosen(raw, name="supplement_photos")
    answer = await intake.client.post("/progress/supplement", data={**fields, "supplement_text": "今天又停了"}, files=files)
    assert answer.status_code == status
    for part in (words, "今天又停了", "请重新选择"):
        assert part in answer.text
    assert stored(intake) == []


async def test_a_supplement_without_its_scanner_keeps_the_words(open_intake, tmp_path):
    house = await open_intake(scanner_url=f"clamd:{tmp_path / 'nobody'}")
    await filed(house)
    files = chosen(PDF, name="supplement_photos")
    answer = await house.form("/progress", "/progress/supplement", {"supplement_text": "今天又停了"}, files)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert re.search(r"<textarea[^>]*>\s*今天又停了", answer.text)
    assert [one.event.type for one in await house.outgoing()] == ["complaint.submitted"]


async def test_news_that_come_in_between_cost_no_file_and_double_none(intake):
    """Four at a time on one document: each is written once, with its file."""
    receipt = await intake.submit()
    await intake.tracking_says(receipt["number"], OPENED)
    texts = [f"补充 {place}" for place in range(4)]
    known = (receipt["number"], receipt["query_code"])
    await asyncio.gather(*(take_wish(intake.door, *known, Supplement(text=text), attachments=[develop(text.encode())]) for text in texts))
    files = (await intake.complaint(receipt["number"])).files
    assert (len(files), stored(intake)) == (4, sorted(f"file-{one.id}.txt" for one in files))


def paths(complaint, base=""):
    photo, file = complaint.photos[0].id, complaint.files[0].id
    return [f"{base}/photos/{photo}", f"{base}/photos/{photo}/small", f"{base}/files/{file}"]


async def test_officers_get_pictures_to_look_at_and_files_to_keep(intake):
    complaint = await filed(intake, picture("PNG", size=(1_200, 900)), PDF)
    intake.sign_in("handler", department="water")
    await check_served(intake, complaint, "")


async def test_the_complainant_gets_the_same_under_progress(intake):
    complaint = await filed(intake, picture("PNG", size=(1_200, 900)), PDF)
    await check_served(intake, complaint, "/progress")


async def check_served(house, complaint, base):
    photo, small, file = [await house.client.get(path) for path in paths(complaint, base)]
    assert [max(Image.open(io.BytesIO(answer.content)).size) for answer in (photo, small)] == [1_200, 320]
    assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
    number = complaint.number
    for answer, way in ((photo, f'inline; filename="{number}-1.jpg"'), (file, f'attachment; filename="{number}-1.pdf"')):
        assert answer.headers["content-disposition"] == way
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        policies = answer.headers.get_list("content-security-policy")
        assert "sandbox; default-src 'none'" in policies, "no origin, no script, whatever the other policy allows"


async def test_no_kind_of_file_is_ever_shown_in_the_page(intake):
    attachments = [develop(raw) for _, raw in KEPT.values()]
    receipt = await submit(intake.door, Sent(Submission(text=TEXT), attachments=attachments))
    files = (await intake.complaint(receipt.number)).files
    intake.sign_in("supervisor")
    for place, (file, (media_type, raw)) in enumerate(zip(files, KEPT.values(), strict=True), 1):
        answer = await intake.client.get(f"/files/{file.id}")
        assert (answer.content, answer.headers["content-type"].split(";")[0]) == (raw, media_type)
        assert answer.headers["content-disposition"] == f'attachment; filename="{receipt.number}-{place}.{ENDINGS[media_type]}"'
        assert (await intake.client.get(f"/photos/{file.id}")).status_code == 404


async def test_officers_without_the_matter_are_refused(intake):
    complaint = await filed(intake, picture(), PDF)
    intake.sign_in("handler", department="housing")
    assert [(await intake.client.get(path)).status_code for path in paths(complaint)] == [403] * 3
    assert "不能查看照片和文件" in (await intake.client.get(paths(complaint)[2])).text


async def test_nobody_else_gets_in(intake):
    complaint = await filed(intake, picture(), PDF)
    for path in paths(complaint):
        answer = await intake.client.get(path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/desk/sign-in")
    intake.client.cookies.clear()
    assert [(await intake.client.get(path)).status_code for path in paths(complaint, "/progress")] == [404] * 3


async def test_the_complainant_of_another_matter_is_told_that_there_is_nothing(intake):
    complaint = await filed(intake, picture(), PDF)
    await intake.form("/", "/complaints", {"text": "另一件事"}, chosen(picture(), PDF))
    assert "另一件事" in (await intake.client.get("/progress")).text
    assert [(await intake.client.get(path)).status_code for path in paths(complaint, "/progress")] == [404] * 3


async def test_once_the_browser_has_forgotten_there_is_nothing(intake):
    complaint = await filed(intake, picture(), PDF)
    intake.clock.forward(minutes=21)
    assert [(await intake.client.get(path)).status_code for path in paths(complaint, "/progress")] == [404] * 3


@pytest.mark.parametrize("base", ["", "/progress"])
async def test_what_is_not_there_is_not_there(intake, base):
    complaint = await filed(intake, picture(), PDF)
    intake.sign_in("supervisor")
    photo, file, none = complaint.photos[0].id, complaint.files[0].id, f"{complaint.number}-ffffffff"
    for path in (f"files/{photo}", f"photos/{file}", f"photos/{file}/small", f"photos/{none}", f"files/{none}", "files/x", "files/..%2fx"):
        assert (await intake.client.get(f"{base}/{path}")).status_code == 404, path


async def test_a_photo_from_before_there_were_thumbnails_is_shown_whole(intake):
    complaint = await filed(intake, picture("PNG", size=(1_200, 900)))
    (photo,) = complaint.photos
    await intake.door.files.remove(f"photo-{photo.id}-small.jpg")
    small = await intake.client.get(f"/progress/photos/{photo.id}/small")
    assert small.content == (await intake.client.get(f"/progress/photos/{photo.id}")).content


async def test_the_page_shows_them_small_and_names_the_files(intake):
    complaint = await filed(intake, picture(), PDF, KEPT["wav"][1])
    page = (await intake.client.get("/progress")).text
    photo, small, _ = paths(complaint, "/progress")
    assert f'<a href="{photo}"><img src="{small}" alt="照片 1"' in page
    assert re.findall(r'href="/progress/files/[^"]+" download>([^<]+)</a> <span class="aside">([^<]+)<', page) == [
        ("文件 1", f"PDF · {len(PDF)} Bytes"), ("文件 2", "录音 · 8.0 kB"),
    ]  # fmt: skip


async def test_megabytes_are_limited_by_address(open_intake):
    house = await open_intake({"attachment_megabytes": "3/hour"}, rate_limits="on")
    large = PDF.ljust(2**20 + 1)
    assert (await house.form("/", "/complaints", {"text": TEXT}, chosen(large))).status_code == 303
    again = await house.form("/", "/complaints", {"text": TEXT}, chosen(large))
    assert (again.status_code, TEXT in again.text) == (429, True)
    assert (await house.client.post("/api/v1/uploads", files={"photo": ("a.pdf", PDF)})).status_code == 201
    assert (await house.client.post("/api/v1/uploads", files={"photo": ("a.pdf", PDF)})).status_code == 429
    assert (await house.form("/", "/complaints", {"text": TEXT})).status_code == 303


async def test_of_a_message_that_two_processes_add_the_files_are_kept_once(intake):
    number = (await intake.submit())["number"]
    await intake.tracking_says(number, *LIFE[:2])
    add = partial(take_known, intake.door, number, Supplement(text="补充"), attachments=[develop(PDF), develop(picture())], once="x")
    await asyncio.gather(add(), add())
    assert (len((await intake.complaint(number)).files), len(stored(intake))) == (1, 3)
