"""An officer's own password: changed with the old one, never shown."""

from fastapi import APIRouter, Request, Response

from services.tracking.model.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD
from services.tracking.pages.asking import STILL_OPEN, AnyOfficer, desk_of
from shared.refusals import NotAllowed
from shared.web.forms import posted
from shared.web.pages import redirect, render, say

PATH = "/desk/password"
FIELDS = {"account.wrong_password": "old", "account.password_again": "again"}
"""The field that each refusal is about; the others are about the new password."""

router = APIRouter(prefix=PATH, dependencies=STILL_OPEN)


@router.get("")
async def ask(request: Request, officer: AnyOfficer, saved: bool = False) -> Response:
    return _page(request, saved=saved)


@router.post("")
async def change(request: Request, officer: AnyOfficer) -> Response:
    """Nothing of what was typed comes back: passwords are typed again."""
    request.app.state.limits.check_address("sign_ins", request, desk_of(request).own.sign_ins)
    form = await posted(request)
    old, new, again = (str(form.get(name, ""))[: LONGEST_PASSWORD + 1] for name in ("old", "new", "again"))
    try:
        if new != again:
            raise NotAllowed("account.password_again")
        await desk_of(request).accounts.change_password(officer.login, old, new, officer.actor)
    except NotAllowed as refusal:
        words = say(request, f"refusal.{refusal.why}", **refusal.facts)
        return _page(request, errors={FIELDS.get(refusal.why, "new"): words})
    return redirect(f"{PATH}?saved=true")


def _page(request: Request, *, saved: bool = False, errors: dict[str, str] | None = None) -> Response:
    return render(
        request, "tracking/own_password.html", 422 if errors else 200, saved=saved, errors=errors or {}, least=SHORTEST_PASSWORD,
        most=LONGEST_PASSWORD,
    )  # fmt: skip
