"""What can go wrong for the person asking: one table from refusals and faults to a status, a code and words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.ports import Conflict, Unavailable
from shared.refusals import NotAllowed
from shared.refusals import NotYours as NotYourStep

WAIT = 5
"""Seconds after which somebody who met an outage may try again."""


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer that is not what was asked for. Its words are `problem.<code>.title` and `problem.<code>.detail`.

    The facts fill the words and, under /api/, stand beside them as members of the answer; nothing personal belongs in them.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, status: int, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.facts = status, code, facts


class NotSignedIn(Problem):
    def __init__(self) -> None:
        super().__init__(401, "not_signed_in")
        self.headers = {"WWW-Authenticate": "Bearer"}


class NotYours(Problem):
    """The officer may not do or see this."""

    def __init__(self) -> None:
        super().__init__(403, "not_yours")


class Forged(Problem):
    """A form that cannot be shown to come from a page of ours, or from a page that is too old."""

    def __init__(self) -> None:
        super().__init__(403, "forged")


class NotFound(Problem):
    def __init__(self) -> None:
        super().__init__(404, "not_found")


class TooLarge(Problem):
    """`limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, "too_large", megabytes=max(1, limit // 2**20))


class TooMany(Problem):
    """`seconds` until the next try is let through."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, "too_many", seconds=seconds)
        self.headers = {"Retry-After": str(seconds)}


@dataclass(frozen=True)
class Answer:
    """What is said about a fault: `title` and `detail` are keys of words, `facts` fill them, `members` stand in JSON only."""

    status: int
    code: str
    title: str
    detail: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_for(fault: Exception) -> Answer:
    """The one table. What is not in it is a fault of ours: 500."""
    match fault:
        case Problem():
            return _answer(fault.status, fault.code, fault.facts, members=fault.facts, headers=fault.headers)
        case NotAllowed():
            status = 403 if isinstance(fault, NotYourStep) else 409
            return Answer(status, fault.why, "problem.not_allowed.title", f"refusal.{fault.why}", fault.facts, fault.facts)
        case Conflict():
            return _answer(409, "conflict")
        case Unavailable():
            return _answer(503, "unavailable", headers={"Retry-After": str(WAIT)})
        case RequestValidationError():
            return _answer(422, "invalid", members={"fields": invalid_fields(fault)})
        case HTTPException():
            return _http_answer(fault)
        case _:
            return _answer(500, "crashed")


def invalid_fields(fault: RequestValidationError) -> list[dict[str, str]]:
    """Where and why, without what was sent: it may be personal."""
    return [
        {"field": ".".join(str(part) for part in error["loc"]), "why": error["type"], "message": error["msg"]} for error in fault.errors()
    ]


_HTTP = {404: "not_found", 405: "wrong_method", 415: "wrong_kind"}


def _http_answer(fault: HTTPException) -> Answer:
    """Refusals of the framework itself. A body that was too large comes disguised as one that could not be read."""
    if isinstance(fault.__cause__, TooLarge):
        return answer_for(fault.__cause__)
    code = _HTTP.get(fault.status_code, "bad_request" if fault.status_code < 500 else "crashed")
    return _answer(fault.status_code, code, headers=fault.headers or {})


def _answer(
    status: int,
    code: str,
    facts: Mapping[str, Any] | None = None,
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    return Answer(status, code, f"problem.{code}.title", f"problem.{code}.detail", facts or {}, members or {}, headers or {})
