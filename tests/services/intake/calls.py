"""Calls for tests: a call centre's system with a bearer token and no cookies, and an agent's form as a browser sends it."""

import re
from typing import Any

import httpx

from services.intake.documents import COMPLAINT
from services.intake.documents.call import CALL
from services.intake.model.call import Call
from services.intake.model.complaint import Complaint
from shared.ports import Order
from shared.web.identity import Identity, sign_token
from tests.services.intake.conftest import KEYS, House
from tests.services.intake.standings import DISPATCHED

PHONE = "13812345678"
RECORD = "喂，我们小区停水，停水两天了，老人没法做饭，望澜区柳堤路 12 号院。"
TEXT = "望澜区柳堤路 12 号院停水两天，老人无法做饭。"


class Centre:
    """Says and asks as an account with these roles."""

    def __init__(self, house: House, *roles: str) -> None:
        token = sign_token(Identity("centre", "call centre", frozenset(roles or ("agent",))), KEYS, house.clock.now(), 1)
        self._house, self._headers = house, {"Authorization": f"Bearer {token}"}

    async def says(self, body: object) -> httpx.Response:
        return await self._house.client.post("/api/v1/calls", json=body, headers=self._headers)

    async def asks(self, key: str) -> httpx.Response:
        return await self._house.client.get(f"/api/v1/calls/{key}", headers=self._headers)

    async def misses(self, key: str = "c-2", **more: object) -> None:
        """A call that nobody answered."""
        moments = {"rang_at": "2026-03-02T08:55:00+08:00", "hung_up_at": "2026-03-02T08:56:00+08:00"}
        await self.says({"call_id": key, "caller": PHONE, **moments, **more})


async def answered_call(house: House) -> Centre:
    """The call c-1, which the agent li has just answered, and li signed in."""
    centre = Centre(house)
    await centre.says({"call_id": "c-1", "caller": PHONE, "queue": "供水", "rang_at": "2026-03-02T08:50:00+08:00"})
    await centre.says({"call_id": "c-1", "agent_login": "li", "answered_at": "2026-03-02T08:50:12+08:00"})
    house.sign_in("agent")
    return centre


async def kept(house: House, key: str = "c-1") -> Call:
    """The call as it is kept."""
    return CALL.parse((await house.world.store.get(CALL.name, [key]))[key])


async def end(house: House, which: str, key: str = "c-1", **typed: str) -> httpx.Response:
    """The form of the call, sent by the button `which`."""
    page = f"/hotline/calls/{key}"
    return await house.form(page, f"{page}/end", {"which": which, "record": RECORD, **typed})


async def proof(house: House) -> str:
    """The hidden field of the page of the call."""
    found = re.search(r'name="csrf" value="([^"]+)"', (await house.client.get("/hotline/calls/c-1")).text)
    assert found
    return found[1]


async def complaints(house: House) -> list[Complaint]:
    found = await house.world.store.find(COMPLAINT.name, {}, order=Order("received_at"), limit=10)
    return [COMPLAINT.parse(stored) for stored in found]


async def earlier_matter(house: House, *events: Any, **body: Any) -> dict[str, Any]:
    """The receipt of what the caller brought before, which stands where the events say, or is dispatched."""
    receipt = await house.submit(**{"contact": {"phone": PHONE}, "title": "小区停水", **body})
    await house.tracking_says(receipt["number"], *(events or (DISPATCHED,)))
    return receipt
