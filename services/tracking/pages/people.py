"""The administrator's page of accounts: who there is, with which roles; made, changed, closed, given a new password."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from services.tracking.model.accounts import Account
from services.tracking.pages.asking import STILL_OPEN, desk_of
from shared.refusals import NotAllowed
from shared.roles import ROLES
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.pages import redirect, render, say
from shared.web.problems import NotFound

PATH = "/desk/people"
ROWS = 50
FIELDS = {
    "account.login": "login", "account.login_taken": "login", "account.name": "name", "account.roles": "roles", "account.own_role": "roles",
    "account.needs_department": "department", "account.unknown_department": "department",
}  # fmt: skip
"""The field that each refusal is about."""

Administrator = Annotated[Identity, Depends(require("administrator"))]

router = APIRouter(prefix=PATH, dependencies=STILL_OPEN)


@router.get("")
async def people(request: Request, officer: Administrator, closed: bool = False, after: str | None = None) -> Response:
    found = await desk_of(request).accounts.page(active=not closed, limit=ROWS + 1, after=after)
    rows, more = found[:ROWS], len(found) > ROWS
    return render(request, "tracking/people.html", rows=rows, closed=closed, after=after, next=rows[-1].login if more else None)


@router.get("/new")
async def ask(request: Request, officer: Administrator) -> Response:
    return _form(request, "tracking/person_new.html", Typed())


@router.post("/new")
async def create(request: Request, officer: Administrator) -> Response:
    """The password is on the answer itself, which is kept nowhere; a reload finds the login taken."""
    typed = Typed.of(await posted(request))
    try:
        password = await desk_of(request).accounts.create(typed.login, typed.name, typed.roles, typed.department, officer.actor)
    except NotAllowed as refusal:
        return _form(request, "tracking/person_new.html", typed, refusal)
    return render(request, "tracking/person_password.html", login=typed.login, password=password)


@router.get("/{login}")
async def person(request: Request, login: str, officer: Administrator, saved: bool = False) -> Response:
    account = await _account(request, login)
    return _form(request, "tracking/person.html", Typed.stored(account), account=account, saved=saved)


@router.post("/{login}")
async def change(request: Request, login: str, officer: Administrator) -> Response:
    account = await _account(request, login)
    typed = Typed.of(await posted(request), login)
    try:
        await desk_of(request).accounts.change(login, typed.name, typed.roles, typed.department, officer.actor)
    except NotAllowed as refusal:
        return _form(request, "tracking/person.html", typed, refusal, account=account, saved=False)
    return redirect(f"{PATH}/{login}?saved=true")


@router.post("/{login}/close")
async def close(request: Request, login: str, officer: Administrator) -> Response:
    return await _set_active(request, login, officer, active=False)


@router.post("/{login}/open")
async def reopen(request: Request, login: str, officer: Administrator) -> Response:
    return await _set_active(request, login, officer, active=True)


@router.post("/{login}/password")
async def new_password(request: Request, login: str, officer: Administrator) -> Response:
    await posted(request)
    await _account(request, login)
    password = await desk_of(request).accounts.new_password(login, officer.actor)
    return render(request, "tracking/person_password.html", login=login, password=password)


@dataclass(frozen=True)
class Typed:
    """What stands in the form of an account."""

    login: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    department: str | None = None

    @classmethod
    def of(cls, form: FormData, login: str | None = None) -> "Typed":
        chosen = {str(role) for role in form.getlist("roles")}
        return cls(
            login=login or str(form.get("login", "")).strip().lower(),
            name=str(form.get("name", "")).strip(),
            roles=tuple(role for role in ROLES if role in chosen),
            department=str(form.get("department", "")) or None,
        )

    @classmethod
    def stored(cls, account: Account) -> "Typed":
        return cls(account.login, account.name, account.roles, account.department)


async def _account(request: Request, login: str) -> Account:
    account = await desk_of(request).accounts.find(login)
    if account is None:
        raise NotFound
    return account


async def _set_active(request: Request, login: str, officer: Identity, *, active: bool) -> Response:
    await posted(request)
    await _account(request, login)
    await desk_of(request).accounts.set_active(login, active, officer.actor)
    return redirect(f"{PATH}/{login}?saved=true")


def _form(request: Request, template: str, typed: Typed, refusal: NotAllowed | None = None, **context: object) -> Response:
    errors = {}
    if refusal is not None:
        errors[FIELDS.get(refusal.why, "")] = say(request, f"refusal.{refusal.why}", **refusal.facts)
    return render(request, template, 422 if refusal else 200, typed=typed, roles=ROLES, errors=errors, **context)
