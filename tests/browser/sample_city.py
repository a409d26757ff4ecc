"""The sample city for browsers: the demonstration's day played into a folder, and the real system running on it."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from demo.__main__ import environment, free_port, fresh_folder, outside
from demo.play import matters_until, play_matters
from demo.stage import Stage, open_stage
from services.intake.documents import COMPLAINT
from services.intake.links import rate_link
from services.intake.model.codes import query_code
from services.intake.model.complaint import Complaint
from services.tracking.documents import CASE
from services.tracking.model.case import Case
from services.tracking.model.visibility import RESTRICTED
from shared.ports import Equal, Order
from tests.demo.parts import some_of_each_story
from tests.processes import System


@dataclass(frozen=True)
class Found:
    """What the play left: a number with its query code for each state, the departments at work (busiest first), a complaint
    that can be joined, and the path of a link by which one can be rated.
    """

    codes: dict[str, tuple[str, str]]
    departments: Sequence[str]
    joinable: Complaint
    rate: str


@dataclass(frozen=True)
class SampleCity:
    """The running system, what the play left, and where the world outside shows what it received."""

    system: System
    found: Found
    outside: str

    def messages(self) -> list[dict[str, Any]]:
        """What was sent, oldest first."""
        received: list[dict[str, Any]] = httpx.get(f"{self.outside}/messages.json").json()
        return received


@contextmanager
def sample_city(folder: Path, of_each_story: int | None = None) -> Iterator[SampleCity]:
    """Plays until now, the whole day or so many matters of each story and channel; then runs the system beside the world outside."""
    port, smtp_port, http_port = free_port(0), free_port(0), free_port(0)
    fresh_folder(folder)
    settings = environment(folder, smtp_port, http_port) | {"HUIYING_PORT": str(port)}
    with outside(smtp_port, http_port):
        found = asyncio.run(_play(settings, folder, of_each_story))
        system = System(folder, port, settings=settings)
        try:
            system.wait_ready()
            yield SampleCity(system, found, f"http://127.0.0.1:{http_port}")
        finally:
            system.stop()


async def _play(settings: dict[str, str], folder: Path, of_each_story: int | None) -> Found:
    now = datetime.now(UTC)
    async with open_stage(settings, now) as stage:
        matters = matters_until(stage, now)
        chosen = matters if of_each_story is None else some_of_each_story(matters, of_each_story)
        play = await play_matters(stage, chosen, now, folder / "mailbox")
        return await _look_around(stage, list(play.numbers.values()))


async def _look_around(stage: Stage, numbers: Sequence[str]) -> Found:
    stored = await stage.desk.cases.store.get(CASE.name, numbers)
    cases = [CASE.parse(one) for one in stored.values()]
    codes = {str(case.state): (case.number, query_code(stage.door.code_key, case.number)) for case in cases}
    at_work = [case.department for case in cases if case.department and case.state == "in_hand"]
    busiest = sorted(set(at_work), key=at_work.count, reverse=True)
    found = await stage.door.store.find(COMPLAINT.name, {"shelf": Equal("joinable")}, order=Order("received_at"), limit=20)
    return Found(codes, busiest, max(map(COMPLAINT.parse, found), key=lambda one: len(one.text)), await _rate_link(stage, cases))


async def _rate_link(stage: Stage, cases: Iterable[Case]) -> str:
    """The path of the link of an answer that waits for its verdict and is no secret."""
    answered = [case.number for case in cases if case.state == "awaiting_callback" and case.sensitivity not in RESTRICTED]
    stored = await stage.door.store.get(COMPLAINT.name, answered[:1])
    link = rate_link(stage.door, COMPLAINT.parse(stored[answered[0]]))
    assert link
    return urlsplit(link.url).path
