"""Notices by SMS through a gateway's HTTP interface, which a file describes: the request to make, and what its answers mean."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, model_validator

from shared.adapters.http_sending import Answer, Going, exchange, open_client
from shared.ports import Unavailable
from shared.ports.outside import Deferred, InDoubt, Outgoing, Undeliverable

LATER = {408, 425, 429, 500, 503}
"""Statuses that say that the gateway did not take the message now."""
LOCKED_OUT = {401, 403, 404, 405, 407}
"""Statuses that are about the gateway and its key, not about a message."""
_BLANK = re.compile(r"\{(to|local|text|id)\}")
HOME = "+86"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sign(Part):
    """A member of the answer's JSON, by the names that lead to it (`data.code`), and the values that it then has, as text."""

    path: Annotated[str, Field(min_length=1)]
    equals: Annotated[tuple[str, ...], Field(min_length=1)]

    def shows(self, said: Any) -> bool | None:
        """Whether the member has one of the values; None when there is no such member."""
        for name in self.path.split("."):
            if not isinstance(said, dict) or name not in said:
                return None
            said = said[name]
        text = said if isinstance(said, str) else json.dumps(said)
        return text in self.equals


class Gateway(Part):
    """How to send an SMS. In `query` and `body` the blanks {to} (+8613800138000), {local} (13800138000), {text} and {id} are filled, in
    `headers` all but {text}. All three may hold secrets and are shown nowhere. `taken` and `refused` look into an answer of 2xx;
    without `taken` every such answer is consent.
    """

    url: HttpUrl
    method: Literal["POST", "PUT", "GET"] = "POST"
    format: Literal["json", "form"] = "json"
    headers: Mapping[str, str] = Field(default_factory=dict, repr=False)
    query: Mapping[str, str] = Field(default_factory=dict, repr=False)
    body: Mapping[str, Any] = Field(default_factory=dict, repr=False)
    taken: Sign | None = None
    refused: Sign | None = None
    seconds: Annotated[float, Field(gt=0, le=120)] = 20.0

    @model_validator(mode="after")
    def _says_whom_and_what(self) -> "Gateway":
        written = json.dumps([dict(self.query), dict(self.body)], default=str)
        if "{text}" not in written or not ("{to}" in written or "{local}" in written):
            raise ValueError("query or body must hold {text}, and {to} or {local}")
        return self


class SmsNotifier:
    """One gateway. Each message is sent on a connection of its own: on a kept one that the gateway closes just then, nobody would know
    whether it was read.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway, self._client = gateway, open_client(gateway.seconds, keep=False)

    async def send(self, message: Outgoing, going: Going) -> None:
        """As the port says. A gateway that does not let us in at all is Unavailable. An answer that cannot be understood, or that a proxy
        gave for a gateway that did not answer, is InDoubt.
        """
        answer = await exchange(self._client, self._request(message), going, self._gateway.seconds)
        if 200 <= answer.status < 300:
            self._judge(answer)
        elif answer.status in LATER:
            raise Deferred(answer.beginning)
        elif answer.status in LOCKED_OUT or 300 <= answer.status < 400:
            raise Unavailable(f"the SMS gateway lets nobody in: {answer.beginning}")
        elif 400 <= answer.status < 500:
            raise Undeliverable(answer.beginning)
        else:
            raise InDoubt(answer.beginning)

    async def close(self) -> None:
        await self._client.aclose()

    def _request(self, message: Outgoing) -> httpx.Request:
        gateway, plain = self._gateway, {"to": message.to, "local": _local(message.to), "id": message.id}
        blanks = {**plain, "text": message.text}
        headers, body = _filled(dict(gateway.headers), plain), _filled(dict(gateway.body), blanks)
        content: dict[str, Any] = {} if not body else {"json": body} if gateway.format == "json" else {"data": body}
        return httpx.Request(gateway.method, str(gateway.url), params=_filled(dict(gateway.query), blanks), headers=headers, **content)

    def _judge(self, answer: Answer) -> None:
        """What an answer of 2xx says. Silence about `taken` is no refusal and no consent."""
        if self._gateway.taken is None and self._gateway.refused is None:
            return
        try:
            said = json.loads(answer.body)
        except ValueError as fault:
            raise InDoubt(f"not JSON: {answer.beginning}") from fault
        if self._gateway.refused and self._gateway.refused.shows(said):
            raise Undeliverable(answer.beginning)
        taken = self._gateway.taken.shows(said) if self._gateway.taken else True
        if taken is None:
            raise InDoubt(answer.beginning)
        if not taken:
            raise Deferred(answer.beginning)


def _filled(value: Any, blanks: Mapping[str, str]) -> Any:
    """The template with its blanks filled in one pass: a text that holds a blank itself is not filled again."""
    match value:
        case str():
            return _BLANK.sub(lambda found: blanks.get(found[1], found[0]), value)
        case dict():
            return {name: _filled(inner, blanks) for name, inner in value.items()}
        case list():
            return [_filled(inner, blanks) for inner in value]
    return value


def _local(to: str) -> str:
    """The number as the country's own gateways want it; from abroad with 00."""
    return to.removeprefix(HOME) if to.startswith(HOME) else f"00{to.removeprefix('+')}"
