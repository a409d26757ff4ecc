"""A call centre's system for tests: a bearer token and no cookies."""

import httpx

from services.intake.documents.call import CALL
from services.intake.model.call import Call
from shared.web.identity import Identity, sign_token
from tests.services.intake.conftest import KEYS, House


class Centre:
    """Says and asks as an account with these roles."""

    def __init__(self, house: House, *roles: str) -> None:
        token = sign_token(Identity("centre", "call centre", frozenset(roles or ("agent",))), KEYS, house.clock.now(), 1)
        self._house, self._headers = house, {"Authorization": f"Bearer {token}"}

    async def says(self, body: object) -> httpx.Response:
        return await self._house.client.post("/api/v1/calls", json=body, headers=self._headers)

    async def asks(self, key: str) -> httpx.Response:
        return await self._house.client.get(f"/api/v1/calls/{key}", headers=self._headers)


async def kept(house: House, key: str = "c-1") -> Call:
    """The call as it is kept."""
    return CALL.parse((await house.world.store.get(CALL.name, [key]))[key])
