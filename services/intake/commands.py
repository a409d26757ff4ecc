"""Intake's part of the command: complaints from another platform's table."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from services.intake.columns import SYNONYMS, read_mapping
from services.intake.importing import ImportReport, import_file
from shared.events import Channel
from shared.runtime.host import House

InHouse = Callable[[list[str], Callable[[House], Awaitable[Any]]], Any]
"""Opens the named services, does a task in them and closes them."""


def add_commands(application: typer.Typer, in_house: InHouse) -> None:
    """Adds `huiying import`."""

    @application.command("import")
    def import_complaints(
        file: Annotated[
            Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="a table with a header: xlsx, or CSV (UTF-8, GB 18030)")
        ],
        map_: Annotated[
            Path | None,
            typer.Option(
                "--map",
                exists=True,
                dir_okay=False,
                help=f'a TOML file that names columns, such as text = "正文"; fields: {", ".join(SYNONYMS)}',
            ),
        ] = None,
        channel: Annotated[Channel, typer.Option(help="the channel they came by")] = "import",
    ) -> None:
        """Takes complaints in from a CSV or xlsx file. Rows that cannot be taken stand in FILE.refused.csv; a second run adds nothing."""
        mapping = read_mapping(map_) if map_ else {}

        async def task(house: House) -> ImportReport:
            door = house.services[0].state["intake"]
            with _bar() as bar:
                reading = bar.add_task(file.name, total=file.stat().st_size)
                return await import_file(
                    door, file, mapping=mapping, channel=channel, progress=lambda done: bar.update(reading, completed=done)
                )

        _tell(in_house(["intake"], task))


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    )  # fmt: skip


def _tell(report: ImportReport) -> None:
    print(f"{report.added} taken in, {report.known} known from before, {report.refused} refused")
    if report.refused:
        print(f"The refused rows with line and reason: {report.refused_file}")
