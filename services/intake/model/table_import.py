"""An import as people see it go: a table that waits for its columns to be named, that is being taken in, or that is done."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.events import Channel, Moment, Value
from shared.refusals import NotAllowed

State = Literal["waiting", "running", "done", "failed", "dropped"]
KEPT = timedelta(days=7)
"""How long the table and its refused rows lie there after the last step; both hold what people said and how to reach them."""


class TableImport(Value):
    """`mapping` names the column of a field, where the headers do not tell; `due_at` is when a job has something to do with it."""

    id: str
    name: str
    size: int
    by: str
    at: Moment
    state: State = "waiting"
    mapping: Mapping[str, str] = Field(default_factory=dict)
    channel: Channel = "import"
    added: int = 0
    known: int = 0
    refused: int = 0
    fault: Annotated[str, Field(max_length=500)] = ""
    due_at: Moment | None


def start(table: TableImport, mapping: Mapping[str, str], now: datetime) -> TableImport:
    """Its columns are named: it is to be taken in now. Raises NotAllowed when it runs already or is gone."""
    if table.state not in ("waiting", "failed"):
        raise NotAllowed("import.not_now")
    return table.model_copy(update={"state": "running", "mapping": dict(mapping), "fault": "", "due_at": now})


def finish(table: TableImport, added: int, known: int, refused: int, now: datetime) -> TableImport:
    """All rows were read. Where another process was quicker, what it has written stands."""
    if table.state != "running":
        return table
    counts = {"added": added, "known": known, "refused": refused}
    return table.model_copy(update={"state": "done", **counts, "due_at": now + KEPT})


def fail(table: TableImport, fault: str, now: datetime) -> TableImport:
    """The table cannot be read with these columns; they can be named anew. As in `finish` for another process."""
    if table.state != "running":
        return table
    return table.model_copy(update={"state": "failed", "fault": fault[:500], "due_at": now + KEPT})


def drop(table: TableImport) -> TableImport:
    """Nothing is left of the table and of its refused rows, nor of a first row that was taken for headers. One that somebody has started
    at the last moment stays, to say what it lacks.
    """
    if table.state == "running":
        return table
    return table.model_copy(update={"state": "dropped", "due_at": None, "mapping": {}, "fault": ""})
