"""What each of the desk's routes begins with: the desk, the officer as the rules see them, and words in their language."""

import unicodedata
from typing import Annotated

from fastapi import Depends, Request

from services.tracking.desk import Desk
from services.tracking.model.life import Who
from shared.web.identity import Identity, officer_of, require
from shared.web.problems import NotSignedIn, Problem

AnyOfficer = Annotated[Identity, Depends(require())]

DIGITS = 20
"""Of a number that is looked for; ours have fewer."""


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.tracking
    return desk


async def still_open(request: Request) -> None:
    """Neither session nor token outlives an account: one that was closed meanwhile is not signed in. Accounts are never removed."""
    officer = officer_of(request)
    account = await desk_of(request).accounts.find(officer.login) if officer else None
    if account is not None and not account.active:
        raise NotSignedIn


STILL_OPEN = [Depends(still_open)]


def refused_models(request: Request) -> list[str]:
    """Why each learned model that is not used was refused at start; empty when all are used."""
    remarks: dict[str, list[str]] = request.app.state.remarks
    return remarks.get("models", [])


def who_of(officer: Identity) -> Who:
    return Who(officer.roles, officer.department, officer.login)


def bad_request() -> Problem:
    """Something in the address is not what a page of ours puts there."""
    return Problem(400, "bad_request")


def number_meant(written: str) -> str:
    """The number of a case as it is kept, from what a person wrote: full-width digits, blanks, hyphens. Empty where there are no digits."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", written) if sign.isascii() and sign.isdigit())[:DIGITS]
