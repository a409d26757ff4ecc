"""The `huiying` command: each service brings its own part; this file puts them together and opens what they work on."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from services import moving
from services.commands import learning
from services.commands.check_reply import check_replies
from services.commands.duplicates import duplicates
from services.commands.evaluate import evaluate
from services.commands.gazetteer import import_gazetteer
from services.commands.judge import judge_table
from services.commands.topics import topics
from services.house import FAULTS, choose, run, settings_of
from services.intake import commands as intake
from services.tracking import commands as tracking
from shared import telemetry
from shared.runtime.host import House, open_house

Result = TypeVar("Result")

application = typer.Typer(
    name="huiying", no_args_is_help=True, add_completion=False, help="Huiying 回应: public feedback and complaints, answered in time."
)


@application.command("run")
def run_services(
    names: Annotated[list[str] | None, typer.Argument(help="intake, sentiment, routing, tracking; none means all")] = None,
) -> None:
    """Runs the system, or the named services of it, until stopped."""
    raise typer.Exit(run(names or []))


def in_house(names: list[str], task: Callable[[House], Awaitable[Result]]) -> Result:
    """Opens these services (all when none is named) without serving anything, does one task, and closes them."""

    async def do() -> Result:
        house = open_house(settings, own, choose(names))
        try:
            return await task(house)
        finally:
            await house.close()

    settings, own = settings_of(os.environ)
    telemetry.configure(settings.log_level)
    return asyncio.run(do())


@application.command("prepare")
def prepare() -> None:
    """Makes what the services need on a database and a log: indexes, topics. Run it before a first start and with each new version."""

    async def task(house: House) -> None:
        for service, store in house.stores:
            await store.prepare()
            await store.check()
            print(f"{service.name}: the store is ready")
        await house.log.check()
        print("the event log is ready")

    in_house([], task)


intake.add_commands(application, in_house)
tracking.add_commands(application, in_house)
moving.add_commands(application)
learning.add_commands(application, in_house)
application.command("evaluate")(evaluate)
application.command("judge")(judge_table)
application.command("check-reply")(check_replies)
application.command("duplicates")(duplicates)
application.command("topics")(topics)
application.command("gazetteer")(import_gazetteer)


def main() -> None:
    """The entry point: faults that the operator can put right are one sentence."""
    try:
        application()
    except FAULTS as fault:
        print(f"huiying: {fault}", file=sys.stderr)
        sys.exit(2)
