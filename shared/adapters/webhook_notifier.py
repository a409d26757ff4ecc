"""Notices to other programs: a POST of JSON to an address that an administrator registered."""

import httpx

from shared.adapters.http_sending import Going, exchange, open_client
from shared.ports import Unavailable
from shared.ports.outside import Deferred, InDoubt, Outgoing, Undeliverable

SECONDS = 15.0
LATER = {408, 425, 429}
"""Statuses of the 400s that ask for patience (RFC 9110, RFC 8470, RFC 6585)."""


class WebhookNotifier:
    """Posts the message's text, which is JSON, with the message's headers; whoever writes the message signs it there.

    A receiver tells a repetition by the message's id, so that a lost answer only means another try: Deferred, never InDoubt. And each
    message has a receiver of its own, so that one who cannot be reached is no outage of all: Deferred, never Unavailable.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._client, self._seconds = open_client(seconds, keep=True), seconds

    async def send(self, message: Outgoing, going: Going) -> None:
        """As the port says. Redirects are not followed: they would lead to an address that nobody registered."""
        headers = {**message.headers, "Content-Type": "application/json"}
        request = httpx.Request("POST", _address(message.to), content=message.text.encode(), headers=headers)
        try:
            answer = await exchange(self._client, request, going, self._seconds)
        except (InDoubt, Unavailable) as fault:
            raise Deferred(str(fault)) from fault
        if 200 <= answer.status < 300:
            return
        if answer.status in LATER or answer.status >= 500:
            raise Deferred(answer.beginning)
        raise Undeliverable(answer.beginning)

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
