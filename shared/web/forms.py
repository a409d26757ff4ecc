"""Forms that people send: read within bounds, proven to come from a page of ours, their faults named field by field."""

import functools
import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request
from pydantic import ValidationError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from shared.runtime.keys import derive
from shared.web.problems import Forged
from shared.web.sessions import officer_of

COOKIE = "huiying_form"
FIELD = "csrf"
HEADER = "X-CSRF"
MOST_FILES = 20
MOST_FIELDS = 200
LONGEST_FIELD = 2**20
"""Bytes of one field that is not a file."""
CHARSETS = (b"utf-8", b"utf8")


async def posted(request: Request) -> FormData:
    """The form, once it is certain that a page of ours sent it. Raises Forged, TooLarge, or HTTPException 400 for a broken body."""
    form = await read_form(request)
    _check(request, str(form.get(FIELD, "")))
    return form


async def read_form(request: Request) -> FormData:
    """The form within the bounds, unchecked: to give back what was typed, never to act on. Raises HTTPException 415 for a charset that no
    page of ours sends: some that Python knows make of bytes what is no text.
    """
    _, options = parse_options_header(request.headers.get("content-type"))
    if options.get(b"charset", b"utf-8").lower() not in CHARSETS:
        raise HTTPException(415)
    request.state.form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    form: FormData = request.state.form
    return form


def check_header(request: Request) -> None:
    """The same proof for scripts of our pages that call the API with the session cookie. Raises Forged."""
    _check(request, request.headers.get(HEADER, ""))


def browser_mark(request: Request) -> tuple[str, bool]:
    """The random value that marks this browser, and whether it is new and has to be set as a cookie."""
    found = request.cookies.get(COOKIE)
    return (found, False) if found else (secrets.token_urlsafe(18), True)


def proof(request: Request, mark: str) -> str:
    """What a page of ours knows and another site does not: bound to the browser's mark and to who is signed in."""
    officer = officer_of(request)
    text = f"{mark}\n{officer.login if officer else ''}"
    return hmac.new(_key(request.app.state.keys.session), text.encode(), hashlib.sha256).hexdigest()


def fault_summary(fault: ValidationError) -> dict[str, str]:
    """The first fault of each field as a key of words. A validator's own PydanticCustomError names its key itself, with a dot in it."""
    faults: dict[str, str] = {}
    for error in fault.errors(include_url=False, include_context=False, include_input=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        kind = error["type"]
        faults.setdefault(name, kind if "." in kind else _WORDS.get(kind, "fault.other"))
    return faults


_WORDS = {
    "missing": "fault.missing",
    "string_too_short": "fault.missing",
    "string_too_long": "fault.too_long",
    "too_long": "fault.too_many",
    "literal_error": "fault.choose",
    "enum": "fault.choose",
    "int_parsing": "fault.number",
    "float_parsing": "fault.number",
    "date_from_datetime_parsing": "fault.date",
    "datetime_from_date_parsing": "fault.date",
    "date_parsing": "fault.date",
    "datetime_parsing": "fault.date",
}


@functools.lru_cache(maxsize=8)
def _key(session: bytes) -> bytes:
    return derive(session, "csrf")


def _check(request: Request, given: str) -> None:
    mark = request.cookies.get(COOKIE, "")
    if not mark or not hmac.compare_digest(given.encode(), proof(request, mark).encode()) or not _same_origin(request):
        raise Forged


def _same_origin(request: Request) -> bool:
    """Browsers say where a form comes from; what says nothing passes, the proof decides."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    return site in ("same-origin", "none") and (origin is None or urlsplit(origin).netloc in _hosts(request))


def _hosts(request: Request) -> set[str]:
    return {request.headers.get("host", ""), urlsplit(request.app.state.settings.address).netloc}
