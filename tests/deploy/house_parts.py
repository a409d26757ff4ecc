"""What of the house a file of deploy/ may name: settings, commands, ports, metrics."""

from collections.abc import Mapping, Sequence

import typer
import typer.core
import typer.main

from services.command import application
from services.house import PLANS, choose, settings_of
from shared.runtime.settings import PREFIX, Settings

SERVICES = tuple(plan.name for plan in PLANS)
PORT = Settings().port
KEYS = {"HUIYING_SESSION_KEY", "HUIYING_CONTACTS_KEY"}
SECRET = "x" * 32
"""Stands for every secret while settings are tried."""


def try_settings(environment: Mapping[str, str]) -> Settings:
    """Reads the variables of a container as the service would. Raises SettingsError for one that is unknown or wrong."""
    return settings_of({name: value for name, value in environment.items() if name.startswith(PREFIX)})[0]


def secret_settings() -> set[str]:
    """The variables whose values are secrets, by their type."""
    return {f"{PREFIX}{name}".upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}


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
