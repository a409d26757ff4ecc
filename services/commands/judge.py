"""`huiying judge`: everything the machine would say of each message of a table."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from services.commands.tables import open_output, progress_bar, read_table
from services.routing.loading import load_knowledge as load_routing
from services.routing.model.proposal import UNCLEAR, propose
from services.routing.model.proposal import Knowledge as Routing
from services.routing.settings import RoutingSettings
from services.sentiment.loading import load_knowledge as load_reading
from services.sentiment.model.reading import Knowledge as Reading
from services.sentiment.model.reading import read
from shared.events import Evidence
from shared.events.intake import Place
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.language.engine import Engine
from shared.language.features import features_of
from shared.language.model_files import load_heads
from shared.places import load_places

COLUMNS = (
    "id", "category", "category_confidence", "answered_alone", "department", "department_confidence", "type", "urgency", "urgency_score",
    "sensitivity", "mood", "emotions", "nuisance", "demands", "reasons", "not_understood",
)  # fmt: skip
AS_JSON = ("emotions", "demands", "reasons")
"""Columns that hold JSON in a CSV."""
OPEN_TO_ALL = ("S0",)
"""Sensitivities that a machine may answer on its own."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Judge:
    """All that judging takes. `learned`: the city's own heads of category and department, which go before the catalogue."""

    reading: Reading
    routing: Routing
    learned: Engine

    def judge(self, title: str, text: str, today: date) -> Row:
        """The row of one message but for its id. Takes any strings whatever."""
        said = read(title, text, today, self.reading)
        proposed = propose(self.routing, title, text, Place())
        row = _row(said, proposed)
        if said.not_understood:
            return row | {
                "category": UNCLEAR, "category_confidence": 0.0, "department": "", "department_confidence": 0.0, "answered_alone": False,
            }  # fmt: skip
        return row | self._learned(title, text, row)

    def _learned(self, title: str, text: str, row: Row) -> Row:
        """What the city's own heads put in the place of what is known from the start."""
        if not self.learned.heads:
            return {}
        heard = self.learned.read(features_of(title, text))
        answers: Row = {}
        for name, head in self.learned.heads.items():
            choice = heard.choose(name)
            answers |= {name: choice.best, f"{name}_confidence": round(choice.confidence, 4)}
            sure = choice.confidence >= head.card.sure
            answers["answered_alone"] = sure and answers.get("answered_alone", True)
        return answers | {"answered_alone": answers["answered_alone"] and row["sensitivity"] in OPEN_TO_ALL and not row["nuisance"]}


def _row(said: ComplaintRead, proposed: DepartmentProposed) -> Row:
    best = proposed.best
    return {
        "category": best.category if best else UNCLEAR,
        "category_confidence": best.confidence if best else 0.0,
        "answered_alone": proposed.sure and said.sensitivity in OPEN_TO_ALL and not said.nuisance,
        "department": best.department if best else "",
        "department_confidence": best.confidence if best else 0.0,
        "type": said.complaint_type,
        "urgency": said.urgency,
        "urgency_score": said.urgency_score,
        "sensitivity": said.sensitivity,
        "mood": said.mood,
        "emotions": list(said.emotions),
        "nuisance": said.nuisance,
        "demands": [demand.model_dump() for demand in said.demands],
        "reasons": [_reason(one) for one in (*said.evidence, *proposed.evidence)],
        "not_understood": said.not_understood,
    }


def _reason(one: Evidence) -> Row:
    return one.model_dump(exclude_defaults=True) | {"about": one.about, "value": one.value, "words": one.words}


def load_judge(models: Path | None = None, engine: Literal["hashed", "snownlp"] = "hashed") -> Judge:
    """A judge of the sample city with the models that ship, or a city's own. Raises FileFault."""
    places, heads = load_places(), load_heads(models)[0]
    own = {name: head for name, head in heads.items() if name in ("category", "department") and head.model.card.name == name}
    reading = load_reading(engine, learned=models)
    routing = load_routing(places, None, RoutingSettings().sure)
    return Judge(reading, routing, Engine(own))


def judge_rows(judge: Judge, ids: Sequence[str], titles: Sequence[str], texts: Sequence[str], today: date) -> Iterator[Row]:
    """A row for each message, in their order."""
    for number, title, text in zip(ids, titles, texts, strict=True):
        yield {"id": number} | judge.judge(title, text, today)


def judge_table(
    source: Annotated[str, typer.Argument(help="CSV or xlsx with messages; - for standard input", metavar="IN")],
    out: Annotated[str, typer.Option(help="the table of answers, CSV; - for standard output")] = "-",
    text: Annotated[str | None, typer.Option(help="the column of the text")] = None,
    title: Annotated[str | None, typer.Option(help="the column of the title")] = None,
    number: Annotated[str | None, typer.Option("--id", help="the column of the id")] = None,
    models: Annotated[Path | None, typer.Option(help="folder of models that `huiying learn` made")] = None,
    engine: Annotated[Literal["hashed", "snownlp"], typer.Option(help="what judges the mood")] = "hashed",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line in place of a CSV")] = False,
) -> None:
    """Says of each message its category, department, type, urgency, sensitivity, mood and demands, each with its reasons."""
    judge, table = load_judge(models, engine), read_table(source)
    for fault in load_heads(models)[1]:
        typer.echo(f"huiying: {fault}; the model that ships is used in its place", err=True)
    texts = table.need("text", text)
    titles = table.column("title", title) or [""] * len(texts)
    rows = judge_rows(judge, table.ids(number), titles, texts, datetime.now(UTC).date())
    with open_output(out) as file, progress_bar("judged", len(texts)) as progress:
        write = _json_writer(file) if as_json else _csv_writer(file)
        for row in rows:
            write(row)
            progress.advance(progress.task_ids[0])


def _json_writer(file: Any) -> Any:
    return lambda row: file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _csv_writer(file: Any) -> Any:
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()

    def write(row: Row) -> None:
        flat = {name: json.dumps(row[name], ensure_ascii=False) for name in AS_JSON}
        writer.writerow(row | flat | {name: str(row[name]).lower() for name in ("answered_alone", "nuisance", "not_understood")})

    return write
