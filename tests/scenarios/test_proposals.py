"""The desk's live proposals: what a text that is being typed says and whose it is, in both languages, for those who take calls."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from shared.runtime.host import web
from shared.web.identity import COOKIE, Identity, sign_session
from tests.builders import SetClock
from tests.scenarios.city import open_city

FIELDS = {"title": "", "text": "嗯我家煤煤气呃泄漏了，快来人", "district": "wanglan", "address": "柳堤路 12 号"}

Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def ask(tmp_path) -> AsyncIterator[Ask]:
    """Posts fields to a fragment as an officer with these roles."""
    clock = SetClock()
    async with open_city(tmp_path, clock) as city, httpx.AsyncClient(
        transport=httpx.ASGITransport(web(city.house)), base_url=city.house.settings.address
    ) as client:  # fmt: skip

        async def posts(path: str, *roles: str, **fields: str) -> httpx.Response:
            officer = Identity("li", "李", frozenset(roles), None)
            client.cookies.set(COOKIE, sign_session(officer, city.house.keys, clock.now(), 480))
            proof = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/")).text)
            assert proof
            return await client.post(path, data={"csrf": proof[1], **FIELDS, **fields})

        yield posts


async def test_a_text_being_typed_is_read_with_reasons(ask: Ask) -> None:
    answer = await ask("/sentiment/reading", "agent")
    assert answer.status_code == 200
    assert "U1" in answer.text
    assert "煤气呃泄漏" in answer.text, "the words as they were recognised"
    assert 'role="alert"' in answer.text


async def test_a_text_being_typed_is_given_a_department(ask: Ask) -> None:
    answer = await ask("/routing/proposal", "agent", text="嗯那个，柳堤路家里停停水两天了，没有人来修")
    assert answer.status_code == 200
    assert "市自来水公司" in answer.text
    assert re.search(r"话里的地点</p>\s*<ul[^>]*>\s*<li><q>柳堤路</q>", answer.text)
    assert 'data-category="water' in answer.text


@pytest.mark.parametrize("path", ["/sentiment/reading", "/routing/proposal"])
async def test_little_text_is_said_to_be_little(ask: Ask, path: str) -> None:
    answer = await ask(path, "agent", text="喂", district="", address="")
    assert answer.status_code == 200
    assert 'class="judgement"' not in answer.text


@pytest.mark.parametrize("path", ["/sentiment/reading", "/routing/proposal"])
async def test_whatever_is_typed_is_no_fault(ask: Ask, path: str) -> None:
    answer = await ask(path, "agent", text="<script>" + "停水停水" * 20_000, address="路" * 5_000, district="nowhere")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/sentiment/reading", "/routing/proposal"])
async def test_only_those_who_take_matters_in_may_ask(ask: Ask, path: str) -> None:
    assert (await ask(path, "handler")).status_code == 403
