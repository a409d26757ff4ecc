"""Notices to other programs: a POST of JSON to an address that an administrator registered."""

import httpx

from shared.adapters.http_sending import Answer, Going, exchange, open_client
from shared.adapters.open_network import Closed, Reach
from shared.ports import Unavailable
from shared.ports.outside import Deferred, InDoubt, Outgoing, Undeliverable

SECONDS = 15.0
LATER = {408, 425, 429}
"""Statuses of the 400s that ask for patience (RFC 9110, RFC 8470, RFC 6585)."""


class WebhookNotifier:
    """Posts the message's text, which is JSON, with the message's headers; whoever writes the message signs it there.

    A receiver tells a repetition by the message's id, so that a lost answer only means another try: Deferred, never InDoubt. And each
    message has a receiver of its own, so that one who cannot be reached is no outage of all: Deferred, never Unavailable.

    A host is spoken to where `reach` allows, at the very address that was looked at. So connections are not kept: another host at the
    same address would be spoken to through one whose certificate was never shown for it.
    """

    def __init__(self, reach: Reach, seconds: float = SECONDS) -> None:
        self._client, self._reach, self._seconds = open_client(seconds, keep=False), reach, seconds

    async def send(self, message: Outgoing, going: Going) -> None:
        """As the port says. Redirects are not followed: they would lead to an address that nobody registered."""
        answer = await self._post(_address(message.to), message, going)
        if 200 <= answer.status < 300:
            return
        if answer.status in LATER or answer.status >= 500:
            raise Deferred(answer.beginning)
        raise Undeliverable(answer.beginning)

    async def _post(self, url: httpx.URL, message: Outgoing, going: Going) -> Answer:
        """The answer of the first of the host's addresses that can be reached, asked for by the host's own name."""
        name = url.raw_host.decode("ascii")
        headers = {**message.headers, "Content-Type": "application/json", "Host": url.netloc.decode("ascii")}
        away = Unavailable("")
        for place in await self._places(url, name):
            there, body = url.copy_with(host=place), message.text.encode()
            request = httpx.Request("POST", there, content=body, headers=headers, extensions={"sni_hostname": name})
            try:
                return await exchange(self._client, request, going, self._seconds)
            except InDoubt as lost:
                raise Deferred(str(lost)) from lost
            except Unavailable as fault:
                away = fault
        raise Deferred(str(away)) from away

    async def _places(self, url: httpx.URL, name: str) -> list[str]:
        try:
            return await self._reach.find(name, url.port or (443 if url.scheme == "https" else 80), self._seconds)
        except Closed as fault:
            raise Undeliverable(str(fault)) from fault
        except (OSError, UnicodeError) as fault:
            raise Deferred(f"{name} cannot be reached: {fault}") from fault

    async def close(self) -> None:
        await self._client.aclose()


def _address(written: str) -> httpx.URL:
    try:
        url = httpx.URL(written)
    except httpx.InvalidURL as fault:
        raise Undeliverable(f"no address that can be posted to: {fault}") from fault
    if url.scheme not in ("http", "https") or not url.host:
        raise Undeliverable("no address that can be posted to: it is neither http nor https")
    return url
