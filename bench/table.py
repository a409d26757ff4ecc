"""How a figure is shown: what was measured, the value, the goal, and what it ran on."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line of the table. `met` is None where there is no goal."""

    what: str
    value: str
    goal: str = ""
    met: bool | None = None
    note: str = ""


def show(title: str, figures: Iterable[Figure]) -> None:
    """Prints the figures as a table."""
    table = Table("measure", "figure", "goal", "", "how", title=title)
    for one in figures:
        table.add_row(one.what, one.value, one.goal, {True: "met", False: "missed", None: ""}[one.met], one.note)
    Console(width=150).print(table)


def share(values: list[float], part: float) -> float:
    """The value below which `part` of the values lie (0.5: the median)."""
    ranked = sorted(values)
    return ranked[min(int(len(ranked) * part), len(ranked) - 1)]
