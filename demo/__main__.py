"""`python -m demo`: plays the day of the sample city until now, then runs the system on it, with the world outside beside it."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from demo.people import CENTRE, PASSWORD
from demo.play import matters_until, play_matters
from demo.stage import open_stage
from services.house import run, settings_of
from services.tracking.documents import CASE
from shared import telemetry

FOLDER = Path("demo-data")
MARK = "demonstration"
"""A file that says that a folder is one of ours and may be thrown away."""
SCENES = 2_600
"""About as many scenes as there are, for the bar."""
ROOT = Path(__file__).parents[1]

console = Console(stderr=True)


def environment(folder: Path, smtp_port: int, http_port: int) -> dict[str, str]:
    """The settings of the demonstration. Those that are given in the real environment go before."""
    ours = {
        "HUIYING_DATA": str(folder),
        "HUIYING_CITY_ZH": "澜川市",
        "HUIYING_CITY_EN": "Lanchuan",
        "HUIYING_NOTIFY_URL": f"smtp://127.0.0.1:{smtp_port}?tls=never",
        "HUIYING_MAIL_ADDRESS": "12345@lanchuan.example.org",
        "HUIYING_SMS_GATEWAY": str(folder / "sms.toml"),
        "HUIYING_MAILBOX_URL": f"maildir:{folder / 'mailbox'}",
        "HUIYING_LOG_LEVEL": "error",
    }
    (folder / "sms.toml").write_text(f'url = "http://127.0.0.1:{http_port}/sms"\n[body]\nto = "{{to}}"\ntext = "{{text}}"\nid = "{{id}}"\n')
    return ours | {name: value for name, value in os.environ.items() if name.startswith("HUIYING_")}


def fresh_folder(folder: Path) -> None:
    """An empty folder with an empty mailbox. What stood there is thrown away if it was a demonstration, and only then."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            sys.exit(f"{folder} is no demonstration and stays as it is; move it away, or run make demo somewhere else")
        shutil.rmtree(folder)
    for part in ("new", "cur", "tmp"):
        (folder / "mailbox" / part).mkdir(parents=True)
    (folder / MARK).write_text("made by make demo, which throws it away and makes it anew\n")


def free_port(wanted: int) -> int:
    """The port, or another one when it is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on this machine")


@contextmanager
def outside(smtp_port: int, http_port: int) -> Iterator[None]:
    """The world outside, as a process of its own; ready when it answers."""
    process = subprocess.Popen([sys.executable, "-m", "demo.outside", str(smtp_port), str(http_port)], cwd=ROOT)
    try:
        while process.poll() is None and not _answers(http_port):
            time.sleep(0.05)
        if process.poll() is not None:
            sys.exit("the mail server of the demonstration did not start")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 0.2):
            return True
    except OSError:
        return False


async def play(settings: dict[str, str], folder: Path, now: datetime) -> None:
    """Plays the day until `now`, and says what came of it."""
    async with open_stage(settings, now) as stage:
        matters = matters_until(stage, now)
        with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
            task = bar.add_task(f"{len(matters)} matters since {matters[0].at.date()}", total=SCENES)
            playing = await play_matters(
                stage, matters, now, folder / "mailbox", lambda played: bar.update(task, completed=min(played, SCENES - 1))
            )  # fmt: skip
            bar.update(task, completed=SCENES)
        states = await stage.desk.cases.store.count(CASE.name, {}, by="state")
        console.print(", ".join(f"{state} {count}" for state, count in sorted(states.items(), key=str)))
        for why, count in playing.refused.items():
            console.print(f"  {count} × not allowed: {why}")


def main() -> None:
    """Plays, prints who can sign in, and runs until stopped."""
    now = datetime.now(UTC)
    fresh_folder(FOLDER)
    smtp_port, http_port = free_port(8025), free_port(8026)
    settings = environment(FOLDER, smtp_port, http_port)
    telemetry.configure(settings_of(settings)[0].log_level)
    with outside(smtp_port, http_port):
        asyncio.run(play(settings, FOLDER, now))
        print(f"\n  Sign in as {', '.join(CENTRE)}, or as a department such as water-company")
        print(f"  The password of all is {PASSWORD}\n\n  {'sent 已发出':<14} http://127.0.0.1:{http_port}/")
        sys.exit(run([], settings))


if __name__ == "__main__":
    main()
