"""python -m bench.post_office PORT FILE: a mail server that writes down when each mail came and its Message-ID, and forgets the mail."""

import asyncio
import re
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import uvloop
from aiosmtpd.smtp import SMTP

NAME = re.compile(rb"^Message-ID:\s*<([0-9a-f-]{36})", re.IGNORECASE | re.MULTILINE)


class Taker:
    """Takes everything in."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        found = NAME.search(envelope.content)
        self._file.write(f"{time.time()} {found[1].decode() if found else '-'}\n")
        self._file.flush()
        return "250 taken"


async def _serve(port: int, file: TextIO) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Taker(file), hostname="post.example"), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w") as came:
        uvloop.run(_serve(int(sys.argv[1]), came))
