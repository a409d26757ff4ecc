"""`huiying learn`: trains a head on a table or on the city's own cases, and switches to it if it is better than the one in use."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import numpy as np
import typer
from rich.console import Console

from services.commands.learn import HeadName, learn, read_labelled, show
from services.commands.lessons import SOURCE, Answer, Compared, Said, Taught, answer_of, compare, label_of, labelled, read_lessons
from services.commands.models import better_before, switch, undo
from services.commands.showing import show_comparison
from services.intake.columns import ColumnsFault
from services.routing.loading import MEASURED
from services.routing.model.proposal import Knowledge, propose
from shared.language.confidence import sure_from
from shared.language.engine import Engine
from shared.language.heads import heads_of
from shared.language.model_files import load_heads
from shared.runtime.host import House
from shared.runtime.settings import Settings

InHouse = Callable[[list[str], Callable[[House], Awaitable[Any]]], Any]

LEAST_MEASURED = 200
"""Cases held back at least that say from what confidence on proposals may be dispatched alone."""


@dataclass(frozen=True)
class InUse:
    """What the running services of this city go by."""

    settings: Settings
    lessons: list[Taught]
    answer: Answer
    routing: Knowledge


def add_commands(application: typer.Typer, in_house: InHouse) -> None:
    """Adds `huiying learn`."""

    @application.command("learn")
    def learn_head(
        table: Annotated[
            str | None, typer.Argument(help="CSV or xlsx with messages and labels, - for standard input; without it the city's own cases")
        ] = None,
        head: Annotated[HeadName, typer.Option(help="what is learned")] = "category",
        label: Annotated[str | None, typer.Option(help="the column of the labels")] = None,
        out: Annotated[Path | None, typer.Option(help="folder for the model, else HUIYING_MODELS; judge --models reads it")] = None,
        dev: Annotated[str | None, typer.Option(help="a table of the same columns that sets the threshold; else folds held back")] = None,
        text: Annotated[str | None, typer.Option(help="the column of the text")] = None,
        title: Annotated[str | None, typer.Option(help="the column of the title")] = None,
        anyway: Annotated[bool, typer.Option(help="switch even where the model in use did better")] = False,
        take_back: Annotated[bool, typer.Option("--undo", help="put back the model that was in use before")] = False,
    ) -> None:
        """Trains a head, shows how well it answers messages held back, and puts it into a folder of models if it is better."""
        console = Console(stderr=True)
        if table and not take_back:
            console.print(learn_from_table(table, head, _given(label, "--label"), _given(out, "--out"), dev, text, title, anyway, console))
        elif take_back and out:
            console.print(undo(out, head))
        else:
            in_use = in_house(["tracking", "routing"], lambda house: _look(house, head))
            folder = _given(out or in_use.settings.models, "--out, or HUIYING_MODELS")
            console.print(undo(folder, head) if take_back else learn_from_cases(head, in_use, folder, anyway, console))


def _given(value: Any, name: str) -> Any:
    """What has to be said in this case."""
    if value is None:
        raise typer.BadParameter(f"{name} is needed here")
    return value


def learn_from_table(
    table: str, head: HeadName, label: str, out: Path, dev: str | None, text: str | None, title: str | None, anyway: bool, console: Console
) -> str:
    """A head from somebody's labels; it stands against what is in the folder by what was held back from each."""
    held = read_labelled(dev, label, text, title) if dev else None
    learned = learn(head, read_labelled(table, label, text, title), Path(table).name, datetime.now(UTC).date(), held)
    show(learned, console)
    if not anyway and better_before(out, learned.model.card):
        return f"{out / head}.json stays: it was better on the messages held back from it; --anyway puts the new one in its place"
    return switch(out, learned.model)


def learn_from_cases(head: HeadName, in_use: InUse, folder: Path, anyway: bool, console: Console) -> str:
    """A head from the case history. What is compared has not seen the months held back; what is switched to has learned from them too."""
    lessons, known = in_use.lessons, Counter(one.known_by for one in in_use.lessons)
    overruled = sum(one.overruled for one in lessons)
    ways = ", ".join(f"{count} by {way}" for way, count in known.most_common())
    console.print(f"{len(lessons)} cases whose department is known ({ways or 'none'}); {overruled} judgements overruled")
    made = datetime.now(UTC).date()
    compared = compare(head, lessons, in_use.answer, ZoneInfo(in_use.settings.timezone), made)
    show_comparison(compared, console)
    if not compared.better and not anyway:
        return "the model in use stays: it answers those held back as well or better; --anyway puts the new one in its place"
    taught = [one for one in lessons if label_of(head, one)]
    model = learn(head, labelled(head, taught), f"{SOURCE}, {len(taught)} cases", made).model
    figures = dict(model.card.figures) | measure_sure(compared, in_use.routing, console)
    return switch(folder, replace(model, card=model.card.model_copy(update={"figures": figures})))


def measure_sure(compared: Compared, routing: Knowledge, console: Console) -> dict[str, float]:
    """From what confidence on routing, with this head, was right about 97 of 100 cases held back; nothing where they are too few."""
    if compared.head not in ("category", "department"):
        return {}
    if len(compared.held) < LEAST_MEASURED:
        console.print(f"{len(compared.held)} cases held back are too few to measure by when to dispatch alone: that stays as it is")
        return {}
    trial = replace(routing, engine=Engine({**(routing.engine.heads if routing.engine else {}), **heads_of([compared.model])}))
    said = [proposed(trial, one) for one in compared.held]
    right = np.array([one.label == case.department for one, case in zip(said, compared.held, strict=True)])
    least = min(sure_from(np.array([one.confidence for one in said]), right), 1.0)
    console.print(f"dispatched alone from confidence {least:.3f} on, where HUIYING_ROUTING_SURE is not set")
    return {MEASURED: round(least, 4)}


async def _look(house: House, head: HeadName) -> InUse:
    """What is in use, and the lessons of the case history. Raises ColumnsFault, ModelFault, Unavailable."""
    if head == "mood":
        raise ColumnsFault(SOURCE, 1, "nobody says of a case what mood it was in; name a table with labels")
    routing: Knowledge = next(one.state["routing"] for one in house.services if one.name == "routing")
    return InUse(house.settings, await read_lessons(house.worlds["tracking"].store), _answer(routing, head, house.settings.models), routing)


def _answer(routing: Knowledge, head: HeadName, models: Path | None) -> Answer:
    """The head that services of these settings read with; where departments were never learned, what routing proposes."""
    heads = load_heads(models)[0]
    return answer_of(heads[head]) if head in heads else partial(proposed, routing)


def proposed(routing: Knowledge, one: Taught) -> Said:
    """The department that routing proposes."""
    best = propose(routing, one.title, one.text, one.place).best
    return Said(best.department, best.confidence) if best else Said("", 0.0)
