"""The form on the first page: nothing typed is lost, nothing is taken twice, the receipt shows number and code."""

import re

import pytest

from services.intake.model.numbers import group

from .conftest import TEXT
from .pictures import picture


def typed(page, name):
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL) or re.search(
        rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page
    )
    return found and found.group(1)


def hidden(page, name):
    return re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page).group(1)


async def test_a_complaint_with_photos_and_its_receipt(intake):
    files = [("photos", (f"{place}.png", picture("PNG"), "image/png")) for place in range(2)]
    data = {"text": TEXT, "address": "柳堤路", "district": "wanglan", "phone": "13800138000", "publish": "yes"}
    answer = await intake.form("/", "/complaints", data, files)
    assert (answer.status_code, answer.headers["location"]) == (303, "/said")
    (record,) = await intake.outgoing()
    assert record.event.text == TEXT
    assert record.event.place.district == "wanglan"
    assert record.event.publish
    assert not record.event.confidential
    assert len(record.event.photos) == 2
    page = (await intake.client.get("/said")).text
    assert group(record.case) in page
    assert re.search(r'class="receipt">[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}<', page)


async def test_number_and_code_stand_in_no_address_and_no_cookie_that_can_be_read(intake):
    answer = await intake.form("/", "/complaints", {"text": TEXT})
    (record,) = await intake.outgoing()
    cookie = answer.headers["set-cookie"]
    assert record.case not in cookie + answer.headers["location"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "max-age" not in cookie.lower()


async def test_the_receipt_is_forgotten_after_some_minutes(intake):
    await intake.form("/", "/complaints", {"text": TEXT})
    assert (await intake.client.get("/said")).status_code == 200
    intake.clock.forward(minutes=21)
    answer = await intake.client.get("/said")
    assert (answer.status_code, answer.headers["location"]) == (303, "/progress")


async def test_posting_the_same_form_twice_gives_the_same_receipt(intake):
    page = (await intake.client.get("/")).text
    form = {"csrf": hidden(page, "csrf"), "idempotency": hidden(page, "idempotency"), "text": TEXT}
    for _ in range(2):
        assert (await intake.client.post("/complaints", data=form)).status_code == 303
    assert len(await intake.outgoing()) == 1
    changed = await intake.client.post("/complaints", data=form | {"text": "另一件事"})
    assert changed.status_code == 422
    assert "已经提交过一次" in changed.text
    assert typed(changed.text, "text") == "另一件事"
    fresh = form | {"text": "另一件事", "idempotency": hidden(changed.text, "idempotency")}
    assert (await intake.client.post("/complaints", data=fresh)).status_code == 303
    assert len(await intake.outgoing()) == 2


WRONG = [
    ({"text": " "}, "text", "请填写这一项"),
    ({"text": "水" * 20_001}, "text", "太长"),
    ({"text": TEXT, "title": "题" * 201}, "title", "太长"),
    ({"text": TEXT, "phone": "123"}, "phone", "电话号码不对"),
    ({"text": TEXT, "email": "wang@"}, "email", "邮箱写得不对"),
    ({"text": TEXT, "district": "atlantis"}, "district", "没有这个区县"),
    ({"text": TEXT, "phone": "13800138000", "anonymous": "yes"}, "anonymous", "匿名就不能留联系方式"),
]


@pytest.mark.parametrize(("data", "field", "words"), WRONG)
async def test_what_is_wrong_comes_back_as_it_was_typed(intake, data, field, words):
    given = {"address": "柳堤路 <12> 号", "confidential": "yes", "name": "王", **data}
    answer = await intake.form("/", "/complaints", given)
    page = answer.text
    assert answer.status_code == 422
    assert re.search(rf'<a href="#{field}">[^<]*{words}', page), "the summary leads to the field"
    assert re.search(rf'id="{field}-error">[^<]*{words}', page), "the field says the same"
    assert typed(page, "text").strip() == given["text"].strip()
    assert typed(page, "address") == "柳堤路 &lt;12&gt; 号"
    assert re.search(r'name="confidential"[^>]*checked', page)
    assert await intake.outgoing() == []


async def test_all_that_is_wrong_is_said_at_once(intake):
    answer = await intake.form("/", "/complaints", {"text": "", "title": "题" * 201, "phone": "123", "email": "wang@"})
    assert re.findall(r'<li><a href="#(\w+)">', answer.text) == ["text", "title", "email"]
    answer = await intake.form("/", "/complaints", {"text": "", "phone": "123"})
    assert re.findall(r'<li><a href="#(\w+)">', answer.text) == ["text", "phone"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([b"MZ\x90\x00\x03"], "种类不能收"),
        ([b"\xff\xd8\xff" + b"\0" * 10 * 2**20], "超过 10 MB"),
        ([picture()] * 7, "最多 6 个"),
    ],
    ids=["a program", "too large", "too many"],
)
async def test_wrong_files_are_said_and_have_to_be_chosen_again(intake, files, words):
    chosen = [("photos", (f"{place}.jpg", raw, "image/jpeg")) for place, raw in enumerate(files)]
    answer = await intake.form("/", "/complaints", {"text": TEXT}, chosen)
    assert answer.status_code == 422
    assert words in answer.text
    assert "请重新选择" in answer.text
    assert typed(answer.text, "text").strip() == TEXT
    assert not list((intake.folder / "files").rglob("*.jpg"))


async def test_no_photo_chosen_is_no_photo(intake):
    answer = await intake.form("/", "/complaints", {"text": TEXT}, [("photos", ("", b"", "application/octet-stream"))])
    assert answer.status_code == 303


async def test_a_form_from_elsewhere_is_not_taken(intake):
    answer = await intake.client.post("/complaints", data={"text": TEXT, "csrf": "made up"})
    assert answer.status_code == 403
    assert TEXT in answer.text
    assert await intake.outgoing() == []


async def test_when_nothing_can_be_kept_the_page_says_so_and_keeps_what_was_typed(intake, away):
    await intake.submit()
    with away():
        answer = await intake.form("/", "/complaints", {"text": TEXT, "phone": "13800138000"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "现在收不了" in answer.text
    assert typed(answer.text, "text").strip() == TEXT
    assert typed(answer.text, "phone") == "13800138000"
    assert "huiying_matter" not in answer.headers.get("set-cookie", "")


async def test_the_receipt_says_what_happens_next(intake):
    from .standings import DISPATCHED

    await intake.form("/", "/complaints", {"text": TEXT})
    (record,) = await intake.outgoing()
    await intake.tracking_says(record.case, DISPATCHED)
    page = (await intake.client.get("/said")).text
    assert "市水务局须在 3月5日（周四）09:00 前接手" in page


@pytest.mark.parametrize("path", ["/", "/standards", "/progress"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_open_pages_in_both_languages(intake, path, language):
    answer = await intake.client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert len(answer.content) < 60_000


async def test_the_form_is_kept_by_the_browser_and_the_receipt_is_not(intake):
    assert "no-store" not in (await intake.client.get("/")).headers["cache-control"]
    await intake.form("/", "/complaints", {"text": TEXT})
    assert (await intake.client.get("/said")).headers["cache-control"] == "no-store"


async def test_complaints_of_the_form_are_limited_by_address_like_those_of_the_api(open_intake):
    house = await open_intake({"submissions": "1/hour"}, rate_limits="on")
    await house.submit()
    answer = await house.form("/", "/complaints", {"text": TEXT})
    assert answer.status_code == 429
    assert TEXT in answer.text
