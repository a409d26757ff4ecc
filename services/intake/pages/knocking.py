"""What each of the citizens' routes begins with: the door, and the limits on how often one may knock."""

from collections.abc import Iterable

from fastapi import Request
from starlette.datastructures import UploadFile

from services.intake.actions.apps import app_of
from services.intake.documents.app import App
from services.intake.door import Door
from services.intake.model.complaint import Language
from services.intake.model.numbers import parse
from shared.web.language import language_of
from shared.web.problems import Problem

LONGEST_KEY = 200


def door_of(request: Request) -> Door:
    door: Door = request.app.state.intake
    return door


def reader_language(request: Request) -> Language:
    """The language that the complainant is told in: the one they read here."""
    return "en" if language_of(request) == "en" else "zh-CN"


def count_attachments(request: Request, files: Iterable[UploadFile]) -> None:
    """Counts the megabytes of these files, each begun one, by address. Raises TooMany."""
    megabytes = sum(((file.size or 0) >> 20) + 1 for file in files)
    if megabytes:
        request.app.state.limits.check_address("attachments", request, door_of(request).own.attachment_megabytes, megabytes)


def idempotency_key(request: Request) -> str | None:
    """The sender's key, or None when they sent none. Raises Problem for a length that is not allowed."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise Problem(422, "idempotency_key_length", most=LONGEST_KEY)
    return key


async def count_submission(request: Request, key: str | None) -> App | None:
    """Counts one complaint, for the app whose key this is, else for the address; the app. Raises TooMany, Problem for another's key."""
    door, limits = door_of(request), request.app.state.limits
    app = await app_of(door, key) if key is not None else None
    if app is not None:
        limits.check("submissions_of_app", app.id, door.own.submissions_of_app)
        return app
    limits.check_address("submissions", request, door.own.submissions)
    if key is not None:
        raise Problem(403, "app_unknown")
    return None


def count_lookup(request: Request, written: str) -> None:
    """Counts one question for progress, by address and by number. Raises TooMany."""
    own = door_of(request).own
    request.app.state.limits.check_address("lookups", request, own.lookups)
    _count_number(request, "lookups_of_number", written, own.lookups_of_number)


def count_wish(request: Request, written: str, *, theirs: bool) -> None:
    """Counts one step of a complainant, which is a question for progress as well. Only whoever has shown that the matter is `theirs` uses
    up its steps: numbers are easily guessed. Raises TooMany.
    """
    count_lookup(request, written)
    if theirs:
        _count_number(request, "wishes_of_number", written, door_of(request).own.wishes_of_number)


def count_keypad(request: Request, written: str) -> None:
    """Counts one question with the code typed as digits, which must stay hopeless to guess. Raises TooMany."""
    count_lookup(request, written)
    _count_number(request, "keypad_lookups_of_number", written, door_of(request).own.keypad_lookups_of_number)


def _count_number(request: Request, name: str, written: str, rate: str) -> None:
    number = parse(written)
    if number:
        request.app.state.limits.check(name, number, rate)
