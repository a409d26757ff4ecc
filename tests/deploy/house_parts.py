"""What of the house a file of deploy/ may name: settings, commands, ports, metrics."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
import typer.core
import typer.main

from services.command import application
from services.house import PLANS, choose, settings_of
from shared.runtime.host import open_house
from shared.runtime.settings import PREFIX, Settings
from shared.web.limits import read_proxies
from tools.generate_config import is_secret

SERVICES = tuple(plan.name for plan in PLANS)
PORT = Settings().port
KEYS = {"HUIYING_SESSION_KEY", "HUIYING_CONTACTS_KEY"}
STAND_INS = {
    "HUIYING_SESSION_KEY": "s" * 32,
    "HUIYING_CONTACTS_KEY": "c" * 32,
    "HUIYING_STORE_URL": "mongodb://who:secret@mongo.example/huiying",
    "HUIYING_FILES_URL": "mongodb://who:secret@mongo.example/huiying",
    "HUIYING_LOG_URL": "kafkas://who:secret@kafka.example:9093/huiying",
    "HUIYING_NOTIFY_URL": "smtp://who:secret@mail.example",
    "HUIYING_MAILBOX_URL": "imaps://who:secret@mail.example/INBOX",
}
"""What Secrets may hold, by variable."""


def try_settings(environment: Mapping[str, str]) -> Settings:
    """Reads the variables of a container as the service would. Raises SettingsError for one that is unknown or wrong."""
    return settings_of({name: value for name, value in environment.items() if name.startswith(PREFIX)})[0]


async def try_house(environment: dict[str, str], service: str, folder: Path) -> None:
    """Opens the house of one service with these variables, so that every URL and address in them is read; nothing is reached for yet.

    What lies on the disk of a container lies in `folder`, and no files of the city are there. Raises what a start would end with.
    """
    here = {"HUIYING_DATA": str(folder), "HUIYING_LOG_AUTHORITIES": ""}
    settings, own = settings_of({name: value for name, value in (environment | here).items() if name.startswith(PREFIX)})
    house = open_house(settings, own, choose([service]))
    try:
        read_proxies(settings)
    finally:
        await house.close()


def secret_settings() -> set[str]:
    """The variables whose values are secrets, by their type."""
    return {f"{PREFIX}{name}".upper() for name, field in Settings.model_fields.items() if is_secret(field)}


def try_command(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Parses what stands behind `huiying` as the command itself would: its name, and the services that it names.

    Raises KeyError for a command, SettingsError for a service that there is not, typer's usage error for arguments that nothing takes.
    """
    group = typer.main.get_command(application)
    assert isinstance(group, typer.core.TyperGroup)
    name, *rest = words
    services = tuple(group.commands[name].make_context(name, rest).params.get("names") or ())
    choose(services)
    return name, services
