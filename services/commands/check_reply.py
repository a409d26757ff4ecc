"""`huiying check-reply`: looks at the replies of a table as the reply gate would before they go to the complainants."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from services.commands.tables import STREAM, Table, progress_bar, read_table, write_table
from services.sentiment.model.demands import find_demands
from services.tracking.model.replies import ReplyCheck, check_reply
from services.tracking.model.reply_gate.knowledge import ReplyKnowledge
from services.tracking.rules import load_replies
from shared.language.characters import folded
from shared.language.normalise import join

HEADER = ("id", "verdict", "score", "findings")
REPLY_HEADERS = ("reply", "答复", "答复内容", "答复意见", "回复", "回复内容")
"""What the column of replies may be called."""

Input = Annotated[str, typer.Argument(help="a CSV or xlsx with a text and its reply in each row; - for standard input")]
Output = Annotated[str, typer.Option("--out", help="the CSV to write; - for standard output")]
Column = Annotated[str | None, typer.Option(help="the column's header, where it is not known by its name")]


def check_replies(
    source: Input, out: Output = STREAM, *, id: Column = None, title: Column = None, text: Column = None, reply: Column = None
) -> None:
    """Says of each reply whether to send it, look at it or stop it, and why: one row for each, in the table's order."""
    table = read_table(source)
    texts, replies = table.need("text", text), read_replies(table, reply)
    titles = table.column("title", title) or [""] * len(table.rows)
    write_table(out, HEADER, rows_of(table.ids(id), titles, texts, replies, load_replies()))


def read_replies(table: Table, chosen: str | None = None) -> list[str]:
    """The column of replies. Raises ColumnsFault."""
    known = next((name for name in REPLY_HEADERS if table.column(name) is not None), None)
    return table.need("reply", chosen or known)


def rows_of(
    ids: Sequence[str], titles: Sequence[str], texts: Sequence[str], replies: Sequence[str], known: ReplyKnowledge
) -> Iterator[dict[str, object]]:
    """The answer's rows, each made when it is asked for."""
    with progress_bar("checking", len(ids)) as progress:
        for one, title, text, reply in zip(ids, titles, texts, replies, strict=True):
            yield _row(one, judge(title, text, reply, known))
            progress.advance(progress.task_ids[0])


def judge(title: str, text: str, reply: str, known: ReplyKnowledge) -> ReplyCheck:
    """The gate's look at a reply, with the demands that the message itself makes."""
    said = folded(join(title, text))
    spans = find_demands(said, len(folded(title).folded))
    return check_reply(title, text, [said.written(*span)[0] for span in spans], reply, known)


def _row(one: str, check: ReplyCheck) -> dict[str, object]:
    findings = [finding.model_dump() for finding in check.findings]
    return {"id": one, "verdict": check.verdict, "score": f"{check.score:.6f}", "findings": json.dumps(findings, ensure_ascii=False)}
