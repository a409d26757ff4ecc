"""Which language an answer is in, and the choice of it."""

import pytest
from httpx import AsyncClient

from shared.web.language import accepted
from tests.web.browsing import proof_on


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-TW,en;q=0.9", "zh-CN"),
        ("fr,en;q=0.4,zh-CN;q=0.5", "zh-CN"),
        ("fr;q=1, de", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en;q=often", "zh-CN"),
        (",;,;;q", "zh-CN"),
    ],
)
def test_the_browsers_wishes_are_weighed(header: str, language: str) -> None:
    assert accepted(header, "zh-CN") == language


async def test_the_page_says_its_language(client: AsyncClient) -> None:
    chinese = await client.get("/sample")
    english = await client.get("/sample", headers={"accept-language": "en"})
    assert '<html lang="zh-CN">' in chinese.text
    assert "发生了什么事" in chinese.text
    assert '<html lang="en">' in english.text
    assert "What happened?" in english.text


async def test_the_choice_is_kept_and_leads_back_to_the_page(client: AsyncClient) -> None:
    page = await client.get("/sample?from=poster")
    form = {"csrf": proof_on(page), "lang": "en", "next": "/sample?from=poster"}
    chosen = await client.post("/language", data=form)
    assert chosen.status_code == 303
    assert chosen.headers["location"] == "/sample?from=poster"
    again = await client.get("/sample", headers={"accept-language": "zh-CN"})
    assert '<html lang="en">' in again.text
    assert 'name="next" value="/sample"' in again.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example/x", "/\\evil.example", "evil", "", "/\tx", "/%0d\r\nx"])
async def test_the_choice_never_leads_to_another_site(client: AsyncClient, elsewhere: str) -> None:
    page = await client.get("/sample")
    chosen = await client.post("/language", data={"csrf": proof_on(page), "lang": "en", "next": elsewhere})
    assert chosen.headers["location"] == "/"


async def test_a_language_that_there_is_not_is_passed_over(client: AsyncClient) -> None:
    page = await client.get("/sample")
    chosen = await client.post("/language", data={"csrf": proof_on(page), "lang": "tlh", "next": "/sample"})
    assert chosen.status_code == 303
    assert "lang" not in chosen.cookies
    assert '<html lang="zh-CN">' in (await client.get("/sample", headers={"cookie": "lang=tlh"})).text
