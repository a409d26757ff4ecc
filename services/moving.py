"""`huiying migrate`: moves everything to another store, log and place of attachments, with bars, and prints the comparison."""

import asyncio
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from services.house import PLANS, settings_of
from shared import telemetry
from shared.ports import Collection
from shared.ports.moving import close
from shared.runtime import wiring
from shared.runtime.comparison import Line
from shared.runtime.migration import Migration, Outcome, Progress
from shared.runtime.settings import Settings, SettingsError

KINDS = {plan.name: plan.kept for plan in PLANS}
BETWEEN = ",(?=(?:sqlite|folder):|(?:mongodb|mongodb\\+srv|kafka|kafkas)://)"
"""A comma between URLs; others stand between the hosts of one, and a host may be called kafka."""
REMINDER = (
    "The secrets are settings and have not been moved: give HUIYING_SESSION_KEY and HUIYING_CONTACTS_KEY what they were, "
    "or take the folder keys along. Without the second no contact can be read and no query code checked."
)
FROM = "sqlite:FOLDER; or the URLs of store, event log and attachments with commas between"
TO = "the same for the place that it goes to, which must be empty; each of the two is what the settings say when it is left out"


def add_commands(application: typer.Typer) -> None:
    """Adds `huiying migrate`."""

    @application.command()
    def migrate(
        from_: Annotated[str, typer.Option("--from", help=FROM, show_default=False)] = "",
        to: Annotated[str, typer.Option(help=TO, show_default=False)] = "",
    ) -> None:
        """Moves all documents, attachments, events and positions to an empty place, and compares. Everything must be stopped meanwhile."""
        settings, _ = settings_of(os.environ)
        telemetry.configure(settings.log_level)
        with _bars() as progress:
            outcome = asyncio.run(move(read_places(from_, settings), read_places(to, settings), progress))
        Console().print(table_of(outcome.lines))
        print(_sum_up(outcome))
        raise typer.Exit(0 if outcome.same else 1)


def read_places(text: str, settings: Settings) -> Settings:
    """The settings with the places that `text` names: the store's URL, then the log's, then the attachments'. Those left out lie beside
    a store in a folder, or in the store's own database. Raises SettingsError.
    """
    if not text:
        return settings
    urls = re.split(BETWEEN, text)
    store, *rest = urls
    logs = [url for url in rest if url.startswith(("kafka", "sqlite:"))]
    files = [url for url in rest if url not in logs]
    if not re.match("sqlite:|mongodb", store) or len(logs) > 1 or len(files) > 1:
        raise SettingsError("--from and --to take the store's URL, then the log's, then that of the attachments, with commas between")
    if store.startswith("sqlite:"):
        logs, files = logs or [f"{store}/log.db"], files or [f"folder:{store.removeprefix('sqlite:')}/files"]
    if not logs:
        raise SettingsError("behind a database's URL --from and --to need the event log's, such as mongodb://HOST/NAME,kafka://HOST/TOPIC")
    chosen = {"store_url": store, "log_url": logs[0], "files_url": (files or [store])[0]}
    return settings.model_copy(update={name: SecretStr(url) for name, url in chosen.items()})


def table_of(lines: list[Line]) -> Table:
    """The comparison, a line each, with the first of what differs."""
    table = Table("", "from", "to", "")
    for line in lines:
        more = " …" if line.differing > len(line.examples) else ""
        verdict = "same" if line.same else f"{line.differing} differ: {', '.join(line.examples)}{more}"
        table.add_row(line.what, str(line.source), str(line.target), verdict)
    return table


async def move(here: Settings, there: Settings, progress: Progress) -> Outcome:
    """Moves what the services keep here to there, or goes on with it, and compares. Raises SettingsError, Unusable, Unavailable."""
    for one, other in ((here.store, there.store), (here.log, there.log), (here.files, there.files)):
        if wiring.place_of(one) == wiring.place_of(other):
            raise SettingsError(f"{wiring.place_of(one)} is named in --from and in --to; name another place to move to")
    collections = {service: [kind.collection for kind in kinds] for service, kinds in KINDS.items()}
    source = wiring.open_source(here, list(KINDS))
    try:
        await _prepare(there, collections)
        target = wiring.open_target(there, collections)
        try:
            return await Migration(source, target, KINDS, list(KINDS), progress).run()
        finally:
            await close(target)
    finally:
        await close(source)


async def _prepare(settings: Settings, collections: Mapping[str, Sequence[Collection]]) -> None:
    """Makes indexes and topics where it is moved to, as `huiying prepare` does."""
    for service, own in collections.items():
        store = wiring.open_store(settings.store, service, own)
        try:
            await store.prepare()
        finally:
            await store.close()
    log = wiring.open_log(settings)
    try:
        await log.check()
    finally:
        await log.close()


@contextmanager
def _bars() -> Iterator[Progress]:
    """A bar for each part, on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(part: str, done: int, total: int) -> None:
            if part not in tasks:
                tasks[part] = bars.add_task(part)
            bars.update(tasks[part], completed=done, total=total)

        yield progress


def _sum_up(outcome: Outcome) -> str:
    if outcome.same:
        found = "Everything is there, compared piece by piece." if outcome.moved else "Moved before: nothing differs, nothing was written."
        return f"{found}\n{REMINDER}"
    if not outcome.moved:
        return "Moved before: one of the two has gone on since. Nothing was written."
    return "They differ: what it was moved to must not be used as it is. docs/running.md says what to do, under Moving."
