"""The scanner speaks the protocol of clamd as its manual has it, to a daemon made here; every way to fail says Unavailable."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from shared.adapters.clamd_scanner import ANSWER_SECONDS, AT_ONCE, ClamdScanner
from shared.ports import Unavailable
from shared.runtime.settings import Settings, SettingsError
from shared.runtime.wiring import open_scanner
from tests.clamd import EICAR, LARGEST, Clamd

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Daemon = Callable[[Answer], Awaitable[str]]


@pytest.fixture(params=["tcp", "unix"])
async def daemon(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Daemon]:
    """Starts a daemon that answers so, and gives its URL."""
    servers: list[asyncio.Server] = []

    async def starts(answer: Answer) -> str:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await answer(reader, writer)
            finally:
                writer.close()

        if request.param == "unix":
            path = tmp_path / f"clamd-{len(servers)}.ctl"
            servers.append(await asyncio.start_unix_server(serve, path))
            return f"clamd:{path}"
        servers.append(await asyncio.start_server(serve, "127.0.0.1", 0))
        return f"clamd://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}"

    yield starts
    for server in servers:
        server.close()


@pytest.mark.parametrize("content", [b"", b"plain", b"\0" * LARGEST, bytes(range(256)) * 300], ids=["empty", "short", "4 MB", "pieces"])
async def test_what_is_clean_is_clean(daemon: Daemon, content: bytes) -> None:
    assert await ClamdScanner(await daemon(Clamd())).scan(content) is None


@pytest.mark.parametrize("around", [b"", b"x" * (2**16 - 30)], ids=["alone", "across two pieces"])
async def test_what_is_found_is_named(daemon: Daemon, around: bytes) -> None:
    assert await ClamdScanner(await daemon(Clamd())).scan(around + EICAR + around) == "Win.Test.EICAR_HDB-1"


async def test_what_the_daemon_will_not_look_at_is_not_taken_for_clean(daemon: Daemon) -> None:
    with pytest.raises(Unavailable):
        await ClamdScanner(await daemon(Clamd())).scan(b"\0" * (LARGEST + 20 * 2**20))


async def test_a_daemon_that_says_why_before_it_has_read_all_is_heard(daemon: Daemon) -> None:
    async def too_large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(2**18)
        writer.write(b"INSTREAM size limit exceeded. ERROR\0")
        await writer.drain()
        await reader.read()

    with pytest.raises(Unavailable, match="size limit exceeded"):
        await ClamdScanner(await daemon(too_large)).scan(b"\0" * 2**20)


async def test_it_never_asks_too_much_at_once(daemon: Daemon) -> None:
    clamd = Clamd()
    scanner = ClamdScanner(await daemon(clamd))
    assert await asyncio.gather(*(scanner.scan(b"\0" * 2**18) for _ in range(5 * AT_ONCE))) == [None] * (5 * AT_ONCE)
    assert 1 < clamd.most <= AT_ONCE


async def test_ping(daemon: Daemon) -> None:
    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"BUSY\0")

    await ClamdScanner(await daemon(Clamd())).ping()
    with pytest.raises(Unavailable, match="BUSY"):
        await ClamdScanner(await daemon(busy)).ping()


@pytest.mark.parametrize(
    "said",
    [b"", b"stream: O", b"stream: OK", b"\0", b"UNKNOWN COMMAND\0", b"stream:  FOUND\0", b"stream: OK\nstream: X FOUND\0",
     b"Can't allocate memory ERROR\0", b"\xff\xfe\0", b"x" * 100_000, b"x" * 100_000 + b"\0"],
)  # fmt: skip
async def test_an_answer_that_is_none_is_never_taken_for_clean(daemon: Daemon, said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\0\0\0\0")
        writer.write(said)

    with pytest.raises(Unavailable, match="clamd:"):
        await ClamdScanner(await daemon(answer)).scan(b"x")


async def test_silence_has_an_end(daemon: Daemon) -> None:
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        gone.set()

    with pytest.raises(Unavailable, match=r"no answer within 0\.05 seconds"):
        await ClamdScanner(await daemon(silent), answer_seconds=0.05).scan(b"x")
    await asyncio.wait_for(gone.wait(), 5)


async def test_a_daemon_that_reads_nothing_does_not_hold_us(daemon: Daemon) -> None:
    done = asyncio.Event()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()

    with pytest.raises(Unavailable, match="no answer within"):
        await ClamdScanner(await daemon(deaf), answer_seconds=0.1).scan(b"\0" * 16 * 2**20)
    done.set()


async def test_a_daemon_that_hangs_up(daemon: Daemon) -> None:
    async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    with pytest.raises(Unavailable):
        await ClamdScanner(await daemon(hangs_up)).scan(b"\0" * 2**20)


async def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"clamd://127.0.0.1:{free.getsockname()[1]}"
        for url in (nobody, f"clamd:{tmp_path / 'none'}"):
            with pytest.raises(Unavailable, match=url):
                await ClamdScanner(url).scan(b"x")


@pytest.mark.parametrize("url", ["clamd:", "clamd://", "clamd://host:x", "clamd://host/path", "http://host", "host:3310", "clamd:a?b"])
def test_what_is_no_address_is_said_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="HUIYING_SCANNER_URL"):
        open_scanner(Settings(scanner_url=url))


@pytest.mark.parametrize("url", ["clamd://scanner", "clamd://[::1]:3311", "clamd:/run/clamd.ctl", "clamd:///run/clamd.ctl"])
def test_what_is_an_address(url: str) -> None:
    assert isinstance(open_scanner(Settings(scanner_url=url)), ClamdScanner)


def test_without_an_address_there_is_no_scanner() -> None:
    assert open_scanner(Settings()) is None
    assert ANSWER_SECONDS <= 60, "a person waits for the answer"
