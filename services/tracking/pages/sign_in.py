"""Signing in and out of the desk."""

from fastapi import APIRouter, Request, Response

from services.tracking.model.accounts import LONGEST_PASSWORD, Account
from services.tracking.pages.asking import desk_of
from shared.web.forms import posted
from shared.web.identity import Identity, end_session, start_session
from shared.web.pages import redirect, render, say
from shared.web.paths import local_path

PATH = "/desk/sign-in"
HOME = "/desk"
PUBLIC = frozenset({("GET", PATH), ("POST", PATH), ("POST", "/desk/sign-out")})

router = APIRouter()


@router.get(PATH)
async def ask(request: Request, next: str = HOME) -> Response:
    return render(request, "tracking/sign_in.html", back=local_path(next, HOME), login="", errors={})


@router.post(PATH)
async def sign_in(request: Request) -> Response:
    """The same words whatever was wrong; the login stays in the form."""
    request.app.state.limits.check_address("sign_ins", request, desk_of(request).own.sign_ins)
    form = await posted(request)
    login, password = str(form.get("login", "")).strip().lower(), str(form.get("password", ""))
    back = local_path(str(form.get("next", "")), HOME)
    account = await desk_of(request).accounts.sign_in(login, password[:LONGEST_PASSWORD])
    if account is None:
        errors = {"login": say(request, "desk.sign_in.wrong")}
        return render(request, "tracking/sign_in.html", 422, back=back, login=login[:40], errors=errors)
    answer = redirect(back)
    start_session(request, answer, identity_of(account))
    return answer


@router.post("/desk/sign-out")
async def sign_out(request: Request) -> Response:
    await posted(request)
    answer = redirect(PATH)
    end_session(request, answer)
    return answer


def identity_of(account: Account) -> Identity:
    """The officer as sessions and tokens name them."""
    return Identity(account.login, account.name, frozenset(account.roles), account.department)
