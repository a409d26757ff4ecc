"""`huiying duplicates`: which messages of a table are the same matter, as they would have been found one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

from services.commands.tables import STREAM, Table, progress_bar, read_table, write_table
from services.intake.translating import BadRow, read_moment
from shared.language.duplicates import Duplicates
from shared.language.likeness import fingerprint

HEADER = ("id", "group", "score", "of")
DAY = 86_400.0

Input = Annotated[str, typer.Argument(help="a CSV or xlsx; - for standard input")]
Output = Annotated[str, typer.Option("--out", help="the CSV to write; - for standard output")]
Column = Annotated[str | None, typer.Option(help="the column's header, where it is not known by its name")]


@dataclass(frozen=True)
class Message:
    """A row of the table. `received` is when it came in: its own moment or, where that cannot be read, that of the row before."""

    id: str
    person: str
    title: str
    text: str
    received: datetime


@dataclass(frozen=True)
class Grouped:
    """Where a message fell: the row of its group's first message, and the row that it is most like, with the likeness."""

    group: int
    of: int | None
    score: float


def duplicates(
    source: Input, out: Output = STREAM, *, id: Column = None, person: Column = None, title: Column = None, text: Column = None,
    received: Column = None,
) -> None:  # fmt: skip
    """Groups the messages of a table that are the same matter: one row for each, in the table's order."""
    messages = read_messages(read_table(source), id=id, person=person, title=title, text=text, received=received)
    grouped = group_messages(messages)
    write_table(out, HEADER, (_row(messages, number, one) for number, one in enumerate(grouped)))


def read_messages(
    table: Table, *, id: str | None = None, person: str | None = None, title: str | None = None, text: str | None = None,
    received: str | None = None,
) -> list[Message]:  # fmt: skip
    """The rows as messages. Only the text has to be there. Raises ColumnsFault."""
    nothing = [""] * len(table.rows)
    people, titles = table.column("person", person) or nothing, table.column("title", title) or nothing
    moments = read_moments(table.column("received", received) or nothing)
    return [Message(*row) for row in zip(table.ids(id), people, titles, table.need("text", text), moments, strict=True)]


def read_moments(written: Sequence[str]) -> list[datetime]:
    """A moment for each row; one that says none counts as received with the row before."""
    moments: list[datetime] = []
    last = datetime(1970, 1, 1, tzinfo=UTC)
    for one in written:
        last = _moment(one.strip()) or last
        moments.append(last)
    return moments


def _moment(written: str) -> datetime | None:
    try:
        moment = read_moment(written)
    except BadRow:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def group_messages(messages: Sequence[Message]) -> list[Grouped]:
    """Where each message falls when they are taken in as they were received, in the order of `messages`."""
    index = Duplicates()
    order = sorted(range(len(messages)), key=lambda number: messages[number].received)
    joined: dict[int, int] = {}
    grouped: dict[int, Grouped] = {}
    with progress_bar("comparing", len(messages)) as progress:
        for number in order:
            one = messages[number]
            placed = index.add(fingerprint(one.title, one.text), one.received.timestamp() / DAY)
            joined |= dict.fromkeys(placed.absorbed, placed.group)
            of = order[placed.of.serial] if placed.of else None
            grouped[number] = Grouped(placed.group, of, placed.of.score if placed.of else 0.0)
            progress.advance(progress.task_ids[0])
    return [_settled(grouped[number], joined, order) for number in range(len(messages))]


def _settled(one: Grouped, joined: dict[int, int], order: Sequence[int]) -> Grouped:
    """With the group that its own became part of in the end; serial numbers count in the order of receipt."""
    group = one.group
    while group in joined:
        group = joined[group]
    return Grouped(order[group], one.of, one.score)


def _row(messages: Sequence[Message], number: int, one: Grouped) -> dict[str, object]:
    of = "" if one.of is None else messages[one.of].id
    return {"id": messages[number].id, "group": messages[one.group].id, "score": f"{one.score:.3f}", "of": of}
