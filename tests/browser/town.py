"""A town with everything that is outside of the system: it runs as a process, beside a mail server, an SMS gateway and an IMAP account."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from demo.__main__ import environment, free_port, outside
from services.tracking import rules
from tests.processes import System
from tests.servers.dovecot import PASSWORD, Dovecot

ACCOUNT = "hotline"
LATE_IN_THE_MORNING = 10
GATEWAY = """
url = "http://127.0.0.1:{port}/sms"
[query]
mobile = "{{local}}"
[body]
to = "{{to}}"
text = "{{text}}"
"""
"""A gateway that wants the number in its address too, as some do."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Town:
    """The system with its data in `folder` and its log in `log`; `shown` is where the world outside shows what it received."""

    system: System
    post: Dovecot
    folder: Path
    log: Path
    shown: str

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        """What went out, oldest first; to one address or number when it is given."""
        received: list[dict[str, Any]] = httpx.get(f"{self.shown}/messages.json").json()
        return [message for message in received if to in ("", message["to"])]

    def message(self, to: str, words: str) -> dict[str, Any]:
        """The message to somebody that has these words in subject or text, once it has come."""

        def find() -> dict[str, Any] | None:
            return next((one for one in self.messages(to) if words in one["subject"] + one["text"]), None)

        return wait_for(find, f"no message to {to} with {words}")

    def deliver(self, raw: bytes) -> None:
        """Puts a mail into the hotline's mailbox."""
        self.post.deliver(ACCOUNT, raw)

    def taken(self) -> list[bytes]:
        """The mails that were taken out of it."""
        return self.post.lies_in(ACCOUNT, "INBOX/taken")


def wait_for(find: Callable[[], Found | None], what: str, seconds: float = 30) -> Found:
    """What is found, once it is there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = find()
        if found:
            return found
        time.sleep(0.25)
    raise AssertionError(what)


def zone_of_the_morning(now: datetime) -> str:
    """A zone in which it is late in the morning: people may be called and written to there, whenever the test runs."""
    east = LATE_IN_THE_MORNING - now.hour
    return f"Etc/GMT{-(east + 24 if east < -12 else east):+d}"


def rules_in(folder: Path, zone: str) -> Path:
    """The clock rules that ship, for a city in this zone."""
    folder.mkdir()
    for name in ("policy.toml", "calendar.toml"):
        text = (rules.HERE / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace('zone = "Asia/Shanghai"', f'zone = "{zone}"'), encoding="utf-8")
    return folder


@contextmanager
def open_town(folder: Path) -> Iterator[Town]:
    port, smtp_port, http_port = free_port(0), free_port(0), free_port(0)
    data, log, zone = folder / "data", folder / "log.jsonl", zone_of_the_morning(datetime.now(UTC))
    data.mkdir()
    with closing(Dovecot()) as post, outside(smtp_port, http_port):
        settings = environment(data, smtp_port, http_port) | {
            "HUIYING_MAILBOX_URL": f"imap://{ACCOUNT}:{quote(PASSWORD, safe='')}@127.0.0.1:{post.port}/INBOX",
            "HUIYING_INTAKE_MAILBOX_SECONDS": "1",
            "HUIYING_TIMEZONE": zone,
            "HUIYING_TRACKING_RULES": str(rules_in(folder / "rules", zone)),
            "HUIYING_LOG_LEVEL": "debug",
        }
        (data / "sms.toml").write_text(GATEWAY.format(port=http_port))
        system = System(data, port, settings=settings, log=log)
        try:
            system.wait_ready()
            yield Town(system, post, data, log, f"http://127.0.0.1:{http_port}")
        finally:
            system.stop()
