"""Mail: messages a second from the Maildir to opened complaints, each step durable; and what one large message costs in memory."""

import io
import os
import tempfile
import time
import urllib.request
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path

import psutil
import uvloop
from PIL import Image

from bench.processes import PATIENCE, free_port, running
from bench.table import Figure
from bench.texts import message
from services.house import choose, settings_of
from shared.runtime.host import House, open_house
from shared.runtime.wiring import open_clock

MESSAGES = 2_000
WITH_PHOTO = 10
"""Every tenth message brings a photo of 640 by 480."""
LARGE = 25 * 2**20
"""Bytes of one message."""
HUNDREDTH = 0.01


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        maildir = _maildir(Path(name), [_letter(number) for number in range(MESSAGES)])
        settings, own = settings_of({**_settings(maildir), "HUIYING_DATA": name})
        collected, opened = uvloop.run(_measure(open_house(settings, own, choose(["intake"]))))
    with tempfile.TemporaryDirectory() as name:
        idle, peak = _memory(Path(name))
    return [
        Figure(
            "mail: Maildir → opened", f"{MESSAGES / (collected + opened):,.0f}/s", "", None,
            f"{MESSAGES:,} messages, one core; collected {MESSAGES / collected:,.0f}/s, then opened {MESSAGES / opened:,.0f}/s",
        ),
        Figure(
            "… one message of 25 MB: memory beside idle", f"{peak - idle:.0f} MB", "≤ 5 × its size", peak - idle <= 5 * LARGE / 2**20,
            f"{idle:.0f} MB idle, {peak:.0f} MB at the peak of the process",
        ),
    ]  # fmt: skip


async def _measure(house: House) -> tuple[float, float]:
    """The seconds that collecting all messages takes, and then sorting them."""
    jobs = {job.name: job for job in house.services[0].jobs}
    taken = []
    for name in ("collect-mail", "sort-mail"):
        started, done = time.perf_counter(), 0
        while made := await jobs[name].run():
            done += made
        taken.append(time.perf_counter() - started)
        assert done == MESSAGES, f"{name}: {done}"
    complaints = await house.stores[0][1].count("complaint", {})
    assert complaints[None] == MESSAGES, "each message is one complaint"
    await house.close()
    return taken[0], taken[1]


def _memory(folder: Path) -> tuple[float, float]:
    """The memory of a process of intake (MB) while it has nothing to do, and at its peak with one large message."""
    maildir, port = _maildir(folder, []), free_port()
    os.environ.update(_settings(maildir))
    try:
        with running(["services", "intake"], port, folder) as process:
            idle = psutil.Process(process.pid).memory_info().rss / 2**20
            _deliver(maildir, 0, _letter(0, attachment=os.urandom(LARGE * 3 // 4 - 200_000)))
            _wait_opened(port)
            status = Path(f"/proc/{process.pid}/status").read_text()
    finally:
        for name in _settings(maildir):
            del os.environ[name]
    return idle, next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1_024


def _wait_opened(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            if b'huiying_mails_total{state="opened"} 1.0' in answer.read():
                return
        time.sleep(HUNDREDTH)
    raise TimeoutError("the large message was not opened")


def _settings(maildir: Path) -> dict[str, str]:
    return {"HUIYING_MAILBOX_URL": f"maildir:{maildir}", "HUIYING_INTAKE_MAILBOX_SECONDS": "1", "HUIYING_INTAKE_MAILS_OF_SENDER": "10000"}


def _maildir(folder: Path, mails: list[bytes]) -> Path:
    maildir = folder / "mail"
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True)
    for number, raw in enumerate(mails):
        _deliver(maildir, number, raw)
    return maildir


def _deliver(maildir: Path, number: int, raw: bytes) -> None:
    name = f"{number:010d}.M1P1.bench"
    (maildir / "tmp" / name).write_bytes(raw)
    (maildir / "tmp" / name).rename(maildir / "new" / name)


def _letter(number: int, attachment: bytes | None = None) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"person{number}@example.com", "12345@city.example", f"来信 {number}"
    mail["Date"], mail["Message-ID"] = format_datetime(open_clock().now()), f"<{number}@mail.example.com>"
    mail.set_content(message(number))
    if attachment is not None:
        mail.add_attachment(b"%PDF-1.7\n" + attachment + b"\n%%EOF", maintype="application", subtype="pdf", filename="scan.pdf")
    elif number % WITH_PHOTO == 0:
        mail.add_attachment(_photo(), maintype="image", subtype="jpeg", filename="photo.jpg")
    return mail.as_bytes()


@cache
def _photo() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(out, "JPEG")
    return out.getvalue()
