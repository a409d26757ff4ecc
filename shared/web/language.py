"""The reader's language: chosen by a cookie, else by the browser, else by the settings."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from shared.web.forms import posted
from shared.web.paths import local_path
from shared.web.words import COLUMNS

COOKIE = "lang"
YEAR = 365 * 24 * 3600
PUBLIC = frozenset({("POST", "/language")})

router = APIRouter(include_in_schema=False)


def language_of(request: Request) -> str:
    """The language of the answer, one of COLUMNS."""
    chosen = request.cookies.get(COOKIE)
    if chosen in COLUMNS:
        return chosen
    default: str = request.app.state.settings.language
    return accepted(request.headers.get("accept-language", ""), default)


def accepted(header: str, default: str) -> str:
    """The first of our languages in an Accept-Language header by weight, else `default`."""
    wishes = sorted(filter(None, map(_wish, header.split(","))), key=lambda wish: -wish[1])
    return next((_OURS[name] for name, _ in wishes if name in _OURS), default)


_OURS = {language.split("-")[0]: language for language in COLUMNS}


def _wish(part: str) -> tuple[str, float] | None:
    name, _, weight = part.strip().partition(";")
    try:
        value = float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return None
    return (name.split("-")[0].lower(), value) if value > 0 else None


@router.post("/language")
async def choose_language(request: Request) -> RedirectResponse:
    """Keeps the reader's choice in a cookie and returns to the page it was made on."""
    form = await posted(request)
    answer = RedirectResponse(local_path(str(form.get("next", ""))), status_code=303)
    chosen = str(form.get("lang", ""))
    if chosen in COLUMNS:
        answer.set_cookie(COOKIE, chosen, max_age=YEAR, httponly=True, samesite="lax", secure=request.app.state.secure)
    return answer
