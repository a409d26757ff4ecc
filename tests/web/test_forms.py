"""Forms: only a page of ours can send one, within bounds, and their faults are named."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from shared.web.forms import COOKIE, MOST_FIELDS, fault_summary
from tests.web.browsing import browser, proof_on, signed_in
from tests.web.sample import CHIEF, HANDLER, SetClock, make_app


async def send(client: AsyncClient, **headers: str) -> Response:
    proof = proof_on(await client.get("/sample"))
    return await client.post("/sample", data={"csrf": proof, "text": "停水两天"}, headers=headers)


async def test_a_form_of_ours_is_taken_and_answered_with_a_redirect(client: AsyncClient) -> None:
    answer = await send(client)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sample"


async def test_the_browsers_mark_is_set_once(client: AsyncClient) -> None:
    first = await client.get("/sample")
    assert all(part in first.headers["set-cookie"] for part in (COOKIE, "HttpOnly", "SameSite=lax"))
    second = await client.get("/sample")
    assert "set-cookie" not in second.headers
    assert proof_on(first) == proof_on(second)


async def test_a_form_without_proof_is_refused_and_the_text_given_back(client: AsyncClient) -> None:
    await client.get("/sample")
    for proof in ("", "0" * 64, "非"):
        answer = await client.post("/sample", data={"csrf": proof, "text": "停水两天"})
        assert answer.status_code == 403
        assert "这个页面已经过期" in answer.text
        assert "停水两天" in answer.text


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-16", "idna", '"utf-7"', "no-such", "ü"])
async def test_a_form_in_a_charset_of_no_page_is_refused(client: AsyncClient, charset: str) -> None:
    await client.get("/sample")
    for kind in (f"multipart/form-data; boundary=b; charset={charset}", f"application/x-www-form-urlencoded; charset={charset}"):
        body = b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\\ud800\r\n--b--\r\n'
        answer = await client.post("/sample", content=body, headers={b"Content-Type": kind.encode()})
        assert answer.status_code == 415
        assert "不支持这种格式" in answer.text


@pytest.mark.parametrize("charset", ["UTF-8", '"utf-8"', "utf8"])
async def test_a_form_that_says_it_is_utf_8_is_taken(client: AsyncClient, charset: str) -> None:
    proof = proof_on(await client.get("/sample"))
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = await client.post("/sample", content=f"csrf={proof}&text=x".encode(), headers={"Content-Type": kind})
    assert answer.status_code == 303


async def test_the_proof_of_another_browser_is_worth_nothing(app: FastAPI, client: AsyncClient) -> None:
    theirs = proof_on(await browser(app).get("/sample"))
    await client.get("/sample")
    assert (await client.post("/sample", data={"csrf": theirs, "text": "x"})).status_code == 403


async def test_a_proof_without_the_cookie_is_worth_nothing(app: FastAPI) -> None:
    proof = proof_on(await browser(app).get("/sample"))
    assert (await browser(app).post("/sample", data={"csrf": proof, "text": "x"})).status_code == 403


async def test_the_proof_belongs_to_who_is_signed_in(client: AsyncClient, clock: SetClock) -> None:
    before = proof_on(await client.get("/sample"))
    signed_in(client, HANDLER, clock)
    mine = proof_on(await client.get("/sample"))
    assert (await client.post("/sample", data={"csrf": before, "text": "x"})).status_code == 403
    clock.pass_by(minutes=1)
    signed_in(client, HANDLER, clock)
    assert (await client.post("/sample", data={"csrf": mine, "text": "x"})).status_code == 303, "signing in again keeps open forms good"
    signed_in(client, CHIEF, clock)
    assert (await client.post("/sample", data={"csrf": mine, "text": "x"})).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://testserver", "sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
async def test_where_a_form_comes_from_is_looked_at_when_it_is_said(client: AsyncClient, headers: dict[str, str], status: int) -> None:
    assert (await send(client, **headers)).status_code == status


async def test_the_public_address_is_ours_behind_a_proxy(clock: SetClock) -> None:
    client = browser(make_app(clock, public_url="http://12345.example.org"))
    assert (await send(client, origin="http://12345.example.org")).status_code == 303


async def test_a_body_that_is_no_form_is_refused_kindly(client: AsyncClient) -> None:
    await client.get("/sample")
    assert (await client.post("/sample", json={"text": "x"})).status_code == 403
    broken = await client.post("/sample", content=b"--nonsense", headers={"content-type": "multipart/form-data; boundary=b"})
    assert broken.status_code in (400, 403)
    many = await client.post("/sample", data={f"f{number}": "x" for number in range(MOST_FIELDS + 1)})
    assert many.status_code == 400
    assert "<h1>" in many.text


async def test_an_upload_is_read(client: AsyncClient) -> None:
    proof = proof_on(await client.get("/sample"))
    answer = await client.post("/sample", data={"csrf": proof, "text": "x"}, files={"photo": ("a.jpg", b"\xff\xd8", "image/jpeg")})
    assert answer.status_code == 303


class Typed(BaseModel):
    text: str = Field(min_length=1, max_length=5)
    kind: str = Field("a", pattern="^[ab]$")
    number: int = 0
    phone: str = ""

    @field_validator("phone")
    @classmethod
    def check_phone(cls, value: str) -> str:
        if value and len(value) != 11:
            raise PydanticCustomError("sample.phone", "eleven digits")
        return value


def test_each_field_has_one_fault_in_words() -> None:
    with pytest.raises(ValidationError) as fault:
        Typed.model_validate({"text": "", "kind": "c", "number": "many", "phone": "12"})
    assert fault_summary(fault.value) == {"text": "fault.missing", "kind": "fault.other", "number": "fault.number", "phone": "sample.phone"}
    with pytest.raises(ValidationError) as longer:
        Typed.model_validate({"text": "x" * 6})
    assert fault_summary(longer.value) == {"text": "fault.too_long"}
