"""Who is asking: sessions and tokens, what they open, when they run out."""

import jwt
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from shared.runtime.keys import Keys, derive
from shared.web.identity import CENTRE_ROLES, COOKIE, ROLES, Identity, require, sign_session, sign_token
from tests.web.browsing import browser, proof_on, signed_in
from tests.web.sample import CHIEF, HANDLER, KEYS, START, SetClock, make_app


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_an_identity_is_an_actor_without_a_name() -> None:
    assert HANDLER.actor.model_dump() == {"kind": "officer", "id": "lin", "department": "water"}
    assert HANDLER.has("handler", "clerk")
    assert not HANDLER.has("clerk")
    assert set(ROLES) > CENTRE_ROLES


def test_a_guard_says_that_it_is_one_and_knows_its_roles() -> None:
    assert require("handler").guards
    with pytest.raises(ValueError, match="king"):
        require("handler", "king")


async def test_an_officer_is_known_by_the_session(client: AsyncClient, clock: SetClock) -> None:
    signed_in(client, HANDLER, clock)
    assert (await client.get("/desk/mine")).text == "林晓 water"


async def test_the_session_is_set_and_taken_away(app: FastAPI) -> None:
    client = browser(app)
    answer = await client.post("/desk/in")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in (COOKIE, "HttpOnly", "SameSite=lax", "Path=/"))
    assert "Secure" not in cookie
    assert (await client.get("/desk/mine")).status_code == 200
    await client.post("/desk/out")
    assert (await client.get("/desk/mine")).status_code == 303


async def test_cookies_are_secure_where_people_come_by_https(clock: SetClock) -> None:
    client = browser(make_app(clock, public_url="https://12345.example.org"))
    assert "Secure" in (await client.post("/desk/in")).headers["set-cookie"]
    assert "Secure" in (await client.get("/sample")).headers["set-cookie"]
    assert "Secure" in (await browser(make_app(clock, mode="production")).post("/desk/in")).headers["set-cookie"]


async def test_a_session_runs_out_by_the_clock_handed_down(client: AsyncClient, clock: SetClock) -> None:
    signed_in(client, HANDLER, clock, minutes=60)
    clock.pass_by(minutes=59, seconds=59)
    assert (await client.get("/desk/mine")).status_code == 200
    clock.pass_by(seconds=1)
    answer = await client.get("/desk/mine?tab=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/desk/sign-in?next=/desk/mine%3Ftab%3D2"


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x.y.z",
        sign_session(HANDLER, Keys(session=b"o" * 32, contacts=b""), START, 60),
        sign_token(HANDLER, KEYS, START, 1),
        jwt.encode({"sub": "lin", "exp": 9e9}, "", algorithm="none"),
        jwt.encode({"sub": "lin", "name": "x", "roles": [], "department": None}, derive(KEYS.session, "session"), algorithm="HS256"),
    ],
)
async def test_what_we_did_not_sign_as_a_session_opens_nothing(client: AsyncClient, forged: str) -> None:
    client.cookies.set(COOKIE, forged)
    assert (await client.get("/desk/mine")).status_code == 303


async def test_the_wrong_role_is_told_so(client: AsyncClient, clock: SetClock) -> None:
    signed_in(client, HANDLER, clock)
    answer = await client.get("/desk/components")
    assert answer.status_code == 403
    assert "您没有这项权限" in answer.text


async def test_a_program_speaks_with_a_token_and_needs_no_form(client: AsyncClient) -> None:
    answer = await client.post("/api/v1/sample/things/a", headers=bearer(sign_token(HANDLER, KEYS, START, 1)))
    assert answer.json() == {"by": "lin", "token": True}


@pytest.mark.parametrize(
    "headers", [{}, bearer("nonsense"), bearer(sign_session(HANDLER, KEYS, START, 60)), {"authorization": "Basic bGluOng="}]
)
async def test_without_a_valid_token_the_api_asks_for_one(client: AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post("/api/v1/sample/things/a", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_bad_token_does_not_fall_back_to_the_session(client: AsyncClient, clock: SetClock) -> None:
    signed_in(client, HANDLER, clock)
    assert (await client.post("/api/v1/sample/things/a", headers=bearer("nonsense"))).status_code == 401


async def test_a_token_opens_no_page(client: AsyncClient) -> None:
    headers = bearer(sign_token(CHIEF, KEYS, START, 1))
    assert (await client.get("/desk/mine", headers=headers)).status_code == 303
    assert (await client.get("/desk/components", headers=headers)).status_code == 303


async def test_a_token_runs_out(client: AsyncClient, clock: SetClock) -> None:
    token = sign_token(HANDLER, KEYS, clock.now(), days=30)
    clock.pass_by(days=30)
    assert (await client.post("/api/v1/sample/things/a", headers=bearer(token))).status_code == 401


async def test_our_own_scripts_write_to_the_api_with_session_and_proof(client: AsyncClient, clock: SetClock) -> None:
    signed_in(client, HANDLER, clock)
    page = await client.get("/sample")
    assert (await client.post("/api/v1/sample/things/a")).status_code == 403
    answer = await client.post("/api/v1/sample/things/a", headers={"x-csrf": proof_on(page)})
    assert answer.json() == {"by": "lin", "token": False}


async def test_a_fragment_that_meets_an_ended_session_sends_the_whole_page_to_sign_in(client: AsyncClient) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/desk/cases/1?tab=a"}
    answer = await client.get("/desk/mine", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/desk/sign-in?next=/desk/cases/1%3Ftab%3Da"


async def test_what_was_typed_when_the_session_ended_is_given_back(client: AsyncClient) -> None:
    answer = await client.post("/desk/mine", data={"text": "写了很久的答复", "password": "secret", "csrf": "x"})
    assert answer.status_code == 401
    assert "写了很久的答复" in answer.text
    assert "secret" not in answer.text
    assert 'href="/desk/sign-in"' in answer.text


async def test_the_header_shows_an_officer_what_the_roles_open(client: AsyncClient, clock: SetClock) -> None:
    stranger = await client.get("/desk/nothing")
    assert "/desk/parked" not in stranger.text
    signed_in(client, HANDLER, clock)
    handler = await client.get("/desk/nothing")
    assert 'data-officer="lin"' in handler.text
    assert "/desk/parked" not in handler.text
    signed_in(client, CHIEF, clock)
    assert "/desk/parked" in (await client.get("/desk/nothing")).text
    assert "desk.js" not in (await client.get("/sample")).text


async def test_a_name_is_only_text(client: AsyncClient, clock: SetClock) -> None:
    signed_in(client, Identity("eve", "<script>alert(1)</script>", frozenset({"handler"})), clock)
    page = (await client.get("/desk/nothing")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
