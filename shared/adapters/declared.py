"""What collections declare, held against what a store is given; and the values of fields that stored documents did not have yet."""

import re
from collections.abc import Sequence
from datetime import datetime

from shared.ports import Change, Collection, Scalar, stamp

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def check_names(collections: Sequence[Collection]) -> None:
    """Raises ValueError for a name that cannot be one of a table or column, and for an index over a field that is not declared."""
    for collection in collections:
        for name in (collection.name, *collection.fields):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} in {collection.name!r}: a name is small letters, digits and _, and begins with a letter")
        for index in collection.indexes:
            if not set(index.fields) <= set(collection.fields):
                raise ValueError(f"{collection.name}: an index over {index.fields}, but the fields are {collection.fields}")


def check_field(collection: Collection, name: str) -> None:
    """Raises ValueError for a field that cannot be asked for."""
    if name not in collection.fields:
        raise ValueError(f"{collection.name} declares no field {name!r}")


def check_change(collection: Collection, change: Change) -> None:
    """Raises ValueError for fields other than the declared ones, and for a number that no store keeps."""
    fields, given = collection.fields, change.fields
    if len(given) != len(fields) or not all(field in given for field in fields):
        raise ValueError(f"{change.kind} declares the fields {sorted(fields)}, the change has {sorted(given)}")
    for value in given.values():
        if type(value) is int:  # nearly all are texts
            check_number(value)


def check_number(value: Scalar) -> Scalar:
    """The value. Raises ValueError for a whole number that no store keeps."""
    if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        raise ValueError(f"{value} is beyond 64 bits")
    return value


def field_value(member: Scalar) -> Scalar:
    """A member of a body as a field keeps it: moments are ISO text of any zone there, and stamps here."""
    if not isinstance(member, str):
        return member
    try:
        moment = datetime.fromisoformat(member)
    except ValueError:
        return member
    return member if moment.tzinfo is None else stamp(moment)
