"""Ten thousand queued notices by SMTP to a server beside it: how fast, and with kill -9 in between how many twice, how many missing."""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import uvloop
from uuid_utils import uuid7

from bench.processes import PATIENCE, ROOT, free_port, running
from bench.table import Figure
from services.house import choose, settings_of
from services.intake.actions.notifying import Sender
from services.intake.documents import COMPLAINT
from services.intake.documents.notice import NOTICE
from services.intake.door import Door, open_door
from services.intake.model import sending
from services.intake.model.complaint import Complaint
from services.intake.model.numbers import compose
from services.intake.model.submission import Contact
from services.intake.wording import word
from shared.events.intake import NoticeQueued
from shared.ports import Change, Order
from shared.runtime.host import open_house

NOTICES = 10_000
KILLS = (1_234, 4_321, 7_777)
"""How many mails have come when the sender is killed; never at the end of a batch."""
CHUNK = 1_000
AFTERWARDS = timedelta(hours=1)
"""How far ahead of the clock the last look is: every lease and reservation of a killed process has run out."""
QUIET = 3.0
"""Seconds without a mail after which nothing more comes by itself."""


class Later:
    """A clock that is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


class Office:
    """The mail server's process and what it has written down."""

    def __init__(self, folder: Path) -> None:
        self.port, self._file = free_port(), folder / "came"

    @contextmanager
    def opened(self) -> Iterator["Office"]:
        command = ["taskset", "-c", "1", sys.executable, "-m", "bench.post_office", str(self.port), str(self._file)]
        process = subprocess.Popen(command, cwd=ROOT)
        try:
            while not self._file.exists():
                time.sleep(0.01)
            yield self
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def came(self) -> list[tuple[float, str]]:
        """When each mail came, and of which notice."""
        lines = self._file.read_text().splitlines()
        return [(float(at), name) for at, _, name in (line.partition(" ") for line in lines)]

    def wait(self, count: int) -> None:
        """Until that many mails have come, or none for a while."""
        seen, since = len(self.came()), time.monotonic()
        while seen < count and time.monotonic() - since < (QUIET if seen else PATIENCE):
            time.sleep(0.02)
            if (now := len(self.came())) > seen:
                seen, since = now, time.monotonic()

    def settings(self) -> dict[str, str]:
        return {"HUIYING_NOTIFY_URL": f"smtp://127.0.0.1:{self.port}?tls=never", "HUIYING_MAIL_ADDRESS": "12345@city.example"}


@contextmanager
def _door(folder: Path, office: Office, ahead: timedelta = timedelta()) -> Iterator[Door]:
    shared, own = settings_of({"HUIYING_DATA": str(folder), **office.settings()})
    house = open_house(shared, own, choose(["intake"]), Later(ahead))
    yield open_door(house.worlds["intake"])


async def _queue(door: Door) -> None:
    """The stock: each notice for a matter and a person of its own."""
    now, changes = datetime.now(UTC), list[Change]()
    for sequence in range(1, NOTICES + 1):
        number = compose(date(2020, 1, 1), sequence)
        contact = door.contacts.close(number, Contact(email=f"person-{sequence}@home.example"))
        complaint = Complaint(
            number=number, channel="online", received_at=now, text="路灯不亮", contact=contact, request="", notify="email"
        )
        notice = sending.queue(str(uuid7()), number, NoticeQueued(kind="dispatched", channel="email", department="water"), "zh-CN", now)
        changes += [Change(COMPLAINT.name, number, 0, COMPLAINT.body(complaint), COMPLAINT.values(complaint))]
        changes += [Change(NOTICE.name, notice.id, 0, NOTICE.body(notice), NOTICE.values(notice))]
    for start in range(0, len(changes), CHUNK):
        assert not await door.store.commit(changes[start : start + CHUNK])
    await door.store.close()


async def _settle(door: Door) -> dict[str, str]:
    """Does what is left to do once every lease and reservation has run out; the state of each notice."""
    sender = Sender(door, "email", word)
    while await sender.step():
        continue
    found = await door.store.find(NOTICE.name, {}, order=Order("queued_at"), limit=2 * NOTICES)
    await door.world.outside.close()
    await door.store.close()
    return {one.key: NOTICE.parse(one).state for one in found}


def _send(folder: Path, kills: Sequence[int] = ()) -> tuple[list[tuple[float, str]], dict[str, str]]:
    """Sends the stock with the real service, killed on the way and started again: the mails, and each notice's state."""
    office = Office(folder)
    with _door(folder, office) as door:
        uvloop.run(_queue(door))
    with office.opened():
        for count in kills:
            with running(["services", "intake"], free_port(), folder, core=0, settings=office.settings()) as process:
                office.wait(count)
                process.kill()
        with running(["services", "intake"], free_port(), folder, core=0, settings=office.settings()):
            office.wait(NOTICES)
        with _door(folder, office, AFTERWARDS) as door:
            states = uvloop.run(_settle(door))
    return office.came(), states


def run() -> list[Figure]:
    """The mail server and the sender on a core each."""
    return [_rate(), _killed()]


def _rate() -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        mails, states = _send(Path(folder))
    moments, names = [at for at, _ in mails], {name for _, name in mails}
    once = len(mails) == len(names) == NOTICES and set(states.values()) == {"sent"}
    rate = NOTICES / (max(moments) - min(moments))
    return Figure("notices by SMTP", f"{rate:,.0f}/s", "each once", once, f"{NOTICES:,}, three durable writes each, over 8 connections")


def _killed() -> Figure:
    """Every notice has come once, or is said to be unconfirmed."""
    with tempfile.TemporaryDirectory() as folder:
        mails, states = _send(Path(folder), KILLS)
    came = Counter(name for _, name in mails)
    unknown = {name for name, state in states.items() if state == "unconfirmed"}
    twice, missing = sum(times > 1 for times in came.values()), len(states.keys() - came.keys() - unknown)
    kept = twice == missing == 0 and len(states) == NOTICES and set(states.values()) <= {"sent", "unconfirmed"}
    note = f"of {NOTICES:,}: {len(came):,} came, {len(unknown)} unconfirmed, of which {len(unknown & came.keys())} came"
    return Figure(f"… with kill -9, {len(KILLS)} times", f"{twice} twice, {missing} missing", "0 and 0", kept, note)
