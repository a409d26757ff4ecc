"""The world outside of the demonstration: a mail server and an SMS gateway that deliver nothing and show everything."""

import argparse
import asyncio
import email
import email.policy
import html
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

KEPT = 2_000
MOVED_AWAY = "@moved.example.org"
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1b1f1f; }}
main {{ max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }} h2 {{ font-size: 1rem; color: #556; }}
article {{ padding: 1rem 1.5rem; border: 1px solid #cdd5d5; border-radius: .5rem; margin: 1rem 0; }}
pre {{ white-space: pre-wrap; font: inherit; overflow-wrap: anywhere; }}</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>"""


@dataclass(frozen=True)
class Sent:
    """A message that went out: by `way` (mail or sms) to `to`; a mail with its `headers`, by which it is answered."""

    at: datetime
    way: str
    to: str
    subject: str
    text: str
    headers: Mapping[str, str]


class Outside:
    """What arrived, newest last; older ones are forgotten beyond KEPT."""

    def __init__(self) -> None:
        self.arrived: deque[Sent] = deque(maxlen=KEPT)
        self.count = 0

    def take(self, way: str, to: str, subject: str, text: str, headers: Mapping[str, str]) -> None:
        self.arrived.append(Sent(datetime.now(UTC), way, to, subject, text, headers))
        self.count += 1

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Refuses whoever has moved away, so that a notice fails for good now and then."""
        if address.endswith(MOVED_AWAY):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the name that aiosmtpd calls
        """Keeps a mail as its reader would see it."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        headers = {name: str(value) for name, value in message.items()}
        self.take("mail", ", ".join(envelope.rcpt_tos), str(message["Subject"]), body.get_content() if body else "", headers)
        return "250 taken"

    async def sms(self, request: Request) -> Response:
        """Takes an SMS as JSON with `to` and `text`."""
        sent = await request.json()
        self.take("sms", str(sent["to"]), "", str(sent["text"]), {})
        return JSONResponse({"taken": True})

    async def show(self, request: Request) -> Response:
        """All that went out, newest first."""
        items = "".join(
            f"<article><h2>{html.escape(one.way)} · {html.escape(one.to)}</h2><p><b>{html.escape(one.subject)}</b></p>"
            f"<pre>{html.escape(one.text)}</pre></article>"
            for one in reversed(self.arrived)
        )
        return HTMLResponse(PAGE.format(title=f"发出的通知 ({self.count})", body=items))

    async def list(self, request: Request) -> Response:
        """The same for programs."""
        shown = [{**asdict(one), "at": one.at.isoformat()} for one in self.arrived]
        return Response(json.dumps(shown, ensure_ascii=False), media_type="application/json")


async def serve(smtp_port: int, http_port: int) -> None:
    """Serves until stopped."""
    outside = Outside()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(outside, enable_SMTPUTF8=True), "127.0.0.1", smtp_port)
    app = Starlette(
        routes=[Route("/", outside.show), Route("/messages.json", outside.list), Route("/sms", outside.sms, methods=["POST"])]
    )  # fmt: skip
    async with server:
        await uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=http_port, log_level="warning")).serve()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("smtp_port", type=int)
    parser.add_argument("http_port", type=int)
    given = parser.parse_args()
    asyncio.run(serve(given.smtp_port, given.http_port))


if __name__ == "__main__":
    main()
