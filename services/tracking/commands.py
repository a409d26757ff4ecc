"""Tracking's part of the command: accounts, tokens for programs, parked events of any service."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.tracking.actions.accounts import Accounts, accounts_of
from services.tracking.actions.parked import Parked, Replayed, mark_of
from services.tracking.model.accounts import Account
from services.tracking.pages.sign_in import identity_of
from shared.events import Actor
from shared.ports import Conflict, Store
from shared.refusals import NotAllowed
from shared.roles import ROLES
from shared.runtime.host import House
from shared.runtime.service import Service
from shared.web.sessions import sign_token
from shared.web.words import read_words

InHouse = Callable[[list[str], Callable[[House], Awaitable[Any]]], Any]
"""Opens the named services, does a task in them and closes them."""

OPERATOR = Actor(kind="machine", id="command")
ROWS = 1_000
WORDS = Path(__file__).with_name("words.toml")

Login = Annotated[str, typer.Argument(help="the account")]
ServiceName = Annotated[str, typer.Argument(help="intake, sentiment, routing or tracking")]
CaseNumber = Annotated[str, typer.Argument(help="the case's number")]


def add_commands(application: typer.Typer, in_house: InHouse) -> None:
    """Adds `huiying account`, `huiying token` and `huiying parked`."""
    application.add_typer(account_commands(in_house), name="account")
    application.add_typer(parked_commands(in_house), name="parked")

    @application.command()
    def token(login: Login, days: Annotated[int, typer.Option(min=1, max=3_660, help="days until it runs out")] = 90) -> None:
        """Prints a bearer token with which a program speaks for an account."""
        print(_do(in_house, lambda house: make_token(house, login, days)))


def account_commands(in_house: InHouse) -> typer.Typer:
    commands = typer.Typer(no_args_is_help=True, help="Officers' accounts.")

    @commands.command()
    def add(
        login: Login,
        name: Annotated[str, typer.Option(help="the officer's name")],
        role: Annotated[list[str], typer.Option(help=f"one of {', '.join(ROLES)}; may be given again")],
        department: Annotated[str | None, typer.Option(help="code of the department in places.toml")] = None,
    ) -> None:
        """Makes an account and prints its password, once."""
        print(_do(in_house, lambda house: _accounts(house).create(login, name, tuple(role), department, OPERATOR)))

    @commands.command("list")
    def list_accounts() -> None:
        """Lists the accounts, closed ones last."""
        _show_accounts(_do(in_house, every_account))

    @commands.command()
    def password(login: Login) -> None:
        """Gives an account another password and prints it, once."""
        print(_do(in_house, lambda house: _accounts(house).new_password(login, OPERATOR)))

    @commands.command()
    def deactivate(login: Login) -> None:
        """Closes an account: nobody signs in with it any more."""
        _do(in_house, lambda house: _accounts(house).set_active(login, False, OPERATOR))

    return commands


def parked_commands(in_house: InHouse) -> typer.Typer:
    commands = typer.Typer(no_args_is_help=True, help="Events whose handling met a surprise, of every service.")

    @commands.command("list")
    def list_parked(services: Annotated[list[str] | None, typer.Argument(help="of these services; none means all")] = None) -> None:
        """Lists the cases with parked events: service, case, how many, since when, the mark of the oldest event, the reason."""
        _do(in_house, _show_parked, services=services or [])

    @commands.command()
    def replay(service: ServiceName, case: CaseNumber) -> None:
        """Handles a case's parked events again, from the oldest on."""
        replayed: Replayed = _do(in_house, lambda house: _parked(house).replay(*_part(house, service), case), services=[service])
        print(f"{replayed.handled} handled")
        if replayed.fault:
            _fail(f"the next one still cannot be handled: {replayed.fault}")

    @commands.command()
    def dismiss(service: ServiceName, case: CaseNumber, mark: Annotated[str, typer.Argument(help="the mark that `list` shows")]) -> None:
        """Drops a case's oldest parked event for ever."""
        _do(in_house, lambda house: _parked(house).dismiss(_part(house, service)[1], case, mark, OPERATOR), services=[service])

    return commands


async def make_token(house: House, login: str, days: int) -> str:
    """A bearer token for an active account. Raises NotAllowed for another."""
    account = await _accounts(house).find(login)
    if account is None or not account.active:
        raise NotAllowed("account.unknown")
    return sign_token(identity_of(account), house.keys, house.clock.now(), days)


async def every_account(house: House) -> list[Account]:
    """All accounts, the active ones first."""
    found: list[Account] = []
    for active in (True, False):
        page = await _accounts(house).page(active=active, limit=ROWS)
        while page:
            found += page
            page = await _accounts(house).page(active=active, limit=ROWS, after=page[-1].login)
    return found


def _accounts(house: House) -> Accounts:
    return accounts_of(house.worlds["tracking"])


def _parked(house: House) -> Parked:
    return Parked(house.log, house.clock)


def _part(house: House, name: str) -> tuple[Service, Store]:
    return next((service, store) for service, store in house.stores if service.name == name)


def _show_accounts(accounts: list[Account]) -> None:
    table = Table("account", "name", "roles", "department", "")
    for account in accounts:
        closed = "" if account.active else "closed"
        table.add_row(account.login, escape(account.name), ", ".join(account.roles), account.department or "", closed)
    Console().print(table)


async def _show_parked(house: House) -> None:
    table = Table("service", "case", "events", "since", "mark", "reason")
    for service, store in house.stores:
        for one in await _parked(house).page(store, ROWS):
            first = one.records[0]
            since = f"{first.parked_at:%Y-%m-%d %H:%M} UTC"
            table.add_row(service.name, one.case, str(len(one.records)), since, mark_of(first), escape(first.reason))
    Console().print(table)


def _do(in_house: InHouse, task: Callable[[House], Awaitable[Any]], services: list[str] | None = None) -> Any:
    """The task's result; a refusal ends the command with its words in both languages."""
    try:
        return in_house(["tracking"] if services is None else services, task)
    except NotAllowed as refusal:
        words = read_words([WORDS])
        _fail(" ".join(words.say(f"refusal.{refusal.why}", language, **refusal.facts) for language in ("zh-CN", "en")))
    except Conflict:
        _fail("it has changed meanwhile; list again and look")


def _fail(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)
