"""Where the documents of one part lie on a server of MongoDB's protocol, how it is spoken to, and what its faults mean."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pymongo import AsyncMongoClient, ReadPreference, WriteConcern, timeout
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)  # fmt: skip
from pymongo.read_concern import ReadConcern

from shared.ports import Unavailable, Unusable

Document = dict[str, Any]
Database = AsyncDatabase[Document]
Client = AsyncMongoClient[Document]
patience = timeout
"""Seconds for all that is done within, or None for no bound; else each operation has the bound of its own."""

NAME = "huiying"  # of the databases, where the URL has none
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
DURABLE = WriteConcern("majority", j=True)
BOUNDS = {"timeoutMS": 5000, "serverSelectionTimeoutMS": 3000, "connectTimeoutMS": 3000, "heartbeatFrequencyMS": 5000}
"""Milliseconds, where the URL says nothing else: an outage is told within some seconds, by every operation."""

_FORBIDDEN = {13, 18, 8000}  # Unauthorized, AuthenticationFailed, the same from hosted servers
_PASSING = {
    6, 7, 24, 43, 46, 50, 63, 64, 89, 91, 100, 112, 133, 134, 146, 150, 175, 189, 202, 216, 234, 237, 262, 290, 314, 317, 358, 384,
    9001, 10107, 11600, 11601, 11602, 13388, 13435, 13436, 14031,
}  # fmt: skip
"""Codes of what passes by itself or with a hand on the server: unreachable hosts, elections, shutdowns, killed cursors and plans, locks,
an index being built, a write concern that cannot be met now, no memory, no room on the disk. The command's outcome may be unknown."""


@dataclass(frozen=True)
class Place:
    """A database on a server. The URL may hold a password and is not shown."""

    url: str = field(repr=False)
    database: str

    def __str__(self) -> str:
        return f"{urlsplit(self.url).netloc.rpartition('@')[2]}/{self.database}"


def read_place(url: str, part: str) -> Place:
    """The database NAME_PART for mongodb://…/NAME?OPTIONS. Raises ValueError with words that never show the URL, which has a password."""
    try:
        with warnings.catch_warnings(action="error", category=UserWarning):  # such as an option that does not exist
            AsyncMongoClient[Document](url)  # connects at its first use only
        name = urlsplit(url).path.removeprefix("/") or NAME
    except (PyMongoError, ValueError, OSError, UserWarning) as fault:
        why = "" if "@" in url else f" ({fault})"
        raise ValueError(
            f"cannot be used{why}; it is written mongodb://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME?OPTIONS, with %XX for what is no letter "
            "or digit in the password, the options being those of MongoDB's drivers"
        ) from None
    if not _NAME.fullmatch(name):
        raise ValueError("the NAME in …/NAME may have letters, digits, _ and -, 40 at most")
    return Place(url, f"{name}_{part}")


def connect(place: Place) -> tuple[Client, Database]:
    """A client and its database: every write is kept by a majority, every read sees only such writes. It connects at its first use."""
    said = {name.lower() for name, _ in parse_qsl(urlsplit(place.url).query)}
    options: dict[str, Any] = {name: value for name, value in BOUNDS.items() if name.lower() not in said}
    with translated(place):
        client: Client = AsyncMongoClient(place.url, appname="huiying", **options)
    concern = ReadConcern("majority")
    return client, client.get_database(place.database, None, ReadPreference.PRIMARY, DURABLE, concern)


@contextmanager
def translated(place: Place) -> Iterator[None]:
    """Turns what the driver says about the server into the words of the ports; anything else is a bug and passes."""
    try:
        yield
    except PyMongoError as fault:
        if (meant := meaning(place, fault)) is not None:
            raise meant from fault
        raise


@contextmanager
def at_work(place: Place) -> Iterator[None]:
    """The same for who serves already: what a person has to put right is said and waited for, like any outage."""
    try:
        with translated(place):
            yield
    except Unusable as fault:
        raise Unavailable(str(fault)) from fault


def meaning(place: Place, fault: PyMongoError) -> Unavailable | Unusable | None:
    """What a fault means to the one who waits or can act; None for a bug."""
    words = str(fault).partition(", Timeout:")[0].partition(", full error")[0][:300]
    code = fault.code if isinstance(fault, OperationFailure) else None
    if code in _FORBIDDEN:
        return Unusable(f"{place}: the server refuses us ({words}); look at user, password and authSource in the URL, and the user's roles")
    if isinstance(fault, ConfigurationError | InvalidURI):
        return Unusable(f"{place}: {words}")
    if isinstance(fault, BulkWriteError):
        return _meaning_of_bulk(place, fault)
    if isinstance(fault, ConnectionFailure | ExecutionTimeout | WriteConcernError) or fault.timeout or code in _PASSING:
        return Unavailable(f"{place}: {words}")
    return Unavailable(f"{place}: {words}") if fault.has_error_label("RetryableWriteError") else None


def _meaning_of_bulk(place: Place, fault: BulkWriteError) -> Unavailable | None:
    """Whether the writes of a bulk that were not refused may be lost or unwritten."""
    details = fault.details
    passing = [error for error in [*details["writeConcernErrors"], *details["writeErrors"]] if error.get("code") in _PASSING]
    passing += [error for error in details["writeConcernErrors"] if error not in passing]
    return Unavailable(f"{place}: {passing[0].get('errmsg', 'a write was not kept')}"[:300]) if passing else None
