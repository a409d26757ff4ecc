"""The one table of faults, to programs and to people, in both languages."""

from typing import Any

import pytest
from httpx import AsyncClient

from shared.ports import Conflict, Unavailable
from shared.refusals import NotAllowed
from shared.web.pages import HERE
from shared.web.problems import Forged, NotFound, NotSignedIn, NotYours, Problem, TooLarge, TooMany, answer_for
from shared.web.words import read_words
from tests.web.browsing import Logged, proof_on

FAULTS: list[tuple[Exception, int]] = [
    (NotAllowed("reply.too_short"), 409),
    (Conflict("case", "1"), 409),
    (NotYours(), 403),
    (Forged(), 403),
    (NotSignedIn(), 401),
    (NotFound(), 404),
    (TooLarge(2**21), 413),
    (TooMany(30), 429),
    (Unavailable("down"), 503),
    (Problem(422, "invalid"), 422),
    (RuntimeError("a fault of ours"), 500),
]


@pytest.mark.parametrize(("fault", "status"), FAULTS, ids=lambda value: type(value).__name__)
def test_each_fault_has_a_status_and_words(fault: Exception, status: int) -> None:
    words, answer = read_words([HERE / "words.toml"]), answer_for(fault)
    assert answer.status == status
    for language in ("zh-CN", "en"):
        assert words.say(answer.title, language, **answer.facts)
        assert isinstance(fault, NotAllowed) or words.say(answer.detail, language, **answer.facts)


def test_those_who_may_try_again_are_told_when() -> None:
    assert answer_for(TooMany(30)).headers["Retry-After"] == "30"
    assert answer_for(Unavailable("down")).headers["Retry-After"] == "5"


async def problem(client: AsyncClient, path: str, **headers: str) -> dict[str, Any]:
    answer = await client.get(path, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == "about:blank"
    assert len(body["trace"]) == 32
    return body


async def test_programs_get_a_code_for_themselves_and_words_for_their_people(client: AsyncClient) -> None:
    gone = await problem(client, "/api/v1/sample/things/gone", **{"accept-language": "en"})
    assert gone["code"] == "sample_gone"
    assert gone["detail"] == "Not offered since 2025"
    assert gone["since"] == "2025"
    refused = await problem(client, "/api/v1/sample/things/refused")
    assert (refused["status"], refused["code"], refused["detail"], refused["days"]) == (409, "sample.too_early", "还要等 1 天", 1)
    assert (await problem(client, "/api/v1/sample/things/unknown"))["code"] == "not_found"
    assert (await problem(client, "/api/v1/nowhere"))["code"] == "not_found"


async def test_the_wrong_method_names_the_right_ones(client: AsyncClient) -> None:
    answer = await client.put("/api/v1/sample/things/a")
    assert answer.status_code == 405
    assert answer.json()["code"] == "wrong_method"
    assert answer.headers["allow"] in ("GET", "POST")


async def test_an_invalid_body_names_the_fields_and_says_nothing_back(client: AsyncClient) -> None:
    answer = await client.post("/api/v1/sample/echo", json={"text": "", "phone": "my number is 13812345678"})
    assert answer.status_code == 422
    body = answer.json()
    assert [(field["field"], field["why"]) for field in body["fields"]] == [
        ("body.text", "string_too_short"),
        ("body.phone", "string_pattern_mismatch"),
    ]
    assert "13812345678" not in answer.text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"text": "\\ud800"}', b'"\xff"', b"[" * 100_000, b'{"text": "\x00"}', '{"text": 1}'.encode("utf-16")],
)
async def test_no_body_makes_a_crash(client: AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/v1/sample/echo", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("conflict", 409, "有人先了一步"),
        ("refused", 409, "还要等 3 天"),
        ("unworded", 409, "现在不能这样做"),
        ("away", 503, "系统正在恢复"),
        ("crash", 500, "系统出错了"),
    ],
)
async def test_people_get_a_page_that_says_what_to_do_and_holds_what_they_typed(
    client: AsyncClient, text: str, status: int, says: str
) -> None:
    proof = proof_on(await client.get("/sample"))
    answer = await client.post("/sample", data={"csrf": proof, "text": text, "query_code": "ABCD-EFGH"})
    assert answer.status_code == status
    assert says in answer.text
    assert f">{text}</textarea>" in answer.text
    assert "ABCD" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    if status == 503:
        assert answer.headers["retry-after"] == "5"


async def test_a_crash_is_logged_with_the_trace_that_the_page_shows(client: AsyncClient, logged: Logged) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await client.get("/sample/crash", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.status_code == 500
    assert trace in answer.text
    assert "a fault of ours" not in answer.text
    assert [(entry["event"], entry["trace"], str(entry["exc_info"])) for entry in logged] == [("request failed", trace, "a fault of ours")]
    api = await client.get("/api/v1/sample/things/crash")
    assert api.json()["code"] == "crashed"
    assert "a fault of ours" not in api.text


async def test_a_crash_over_what_was_typed_does_not_log_it(client: AsyncClient, logged: Logged) -> None:
    proof = proof_on(await client.get("/sample"))
    answer = await client.post("/sample", data={"csrf": proof, "text": "misread", "phone": "call 13812345678"})
    assert answer.status_code == 500
    assert [(entry["fault"], entry["errors"][0]["loc"]) for entry in logged] == [("ValidationError", ("phone",))]
    assert "13812345678" not in str(logged)


async def test_a_page_that_cannot_be_made_is_a_crash_with_a_page(client: AsyncClient) -> None:
    answer = await client.get("/sample/broken")
    assert answer.status_code == 500
    assert "系统出错了" in answer.text


async def test_when_not_even_that_page_can_be_made_both_languages_are_said(app: Any, client: AsyncClient) -> None:
    del app.state.pages
    answer = await client.get("/sample/crash")
    assert answer.status_code == 500
    assert "系统出错了" in answer.text
    assert "Something went wrong" in answer.text


async def test_a_page_that_is_not_there_leads_on(client: AsyncClient) -> None:
    answer = await client.get("/nowhere", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert 'href="/progress"' in answer.text
