"""How two models are shown side by side: in all, per class, what is confused, whether confidence means what it says, coverage."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from rich.console import Console
from rich.table import Table as Shown

from services.commands.lessons import Compared, Said, confusions, coverages
from shared.language.heads import NEVER

STEPS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)


def show_comparison(compared: Compared, console: Console) -> None:
    """The whole table, of the same messages for both."""
    console.print(f"learned from {compared.taught} cases, held against {len(compared.true)} of {', '.join(compared.months)}")
    for table in (_in_all(compared), _per_class(compared), _confused(compared), _calibration(compared)):
        console.print(table)
    if compared.thresholds:
        console.print(_coverage(compared))


def _in_all(compared: Compared) -> Shown:
    shown = Shown("held back", "new", "in use", title=f"{compared.head}: in all")
    shown.add_row("macro-F1", *(f"{compared.f1(said):.3f}" for said in (compared.new, compared.old)))
    shown.add_row("right", *(f"{compared.right(said).mean():.1%}" for said in (compared.new, compared.old)))
    return shown


def _per_class(compared: Compared) -> Shown:
    shown = Shown("class", "cases", "new: precision", "recall", "F1", "in use: precision", "recall", "F1", title="per class")
    for name in sorted(set(compared.true)):
        figures = [f"{figure:.2f}" for said in (compared.new, compared.old) for figure in scores_of(name, compared.true, said)]
        shown.add_row(name, str(compared.true.count(name)), *figures)
    return shown


def scores_of(name: str, true: Sequence[str], said: Sequence[Said]) -> tuple[float, float, float]:
    """Precision, recall and F1 of one class."""
    own, given = np.array([one == name for one in true]), np.array([one.label == name for one in said])
    hits = float((own & given).sum())
    return hits / max(float(given.sum()), 1), hits / max(float(own.sum()), 1), 2 * hits / max(float(own.sum() + given.sum()), 1)


def _confused(compared: Compared) -> Shown:
    shown = Shown("it was", "the new one said", "times", title="confused most")
    for true, taken, count in confusions(compared.true, compared.new):
        shown.add_row(true, taken, str(count))
    return shown


def _calibration(compared: Compared) -> Shown:
    """What was said and what came, by steps of confidence."""
    shown = Shown("confidence", "new: cases", "right", "in use: cases", "right", title="does confidence mean what it says")
    for low, high in pairwise(STEPS):
        cells = []
        for said in (compared.new, compared.old):
            within = np.array([low <= one.confidence < high for one in said])
            cells += [str(int(within.sum())), f"{compared.right(said)[within].mean():.1%}" if within.any() else ""]
        shown.add_row(f"{low:.0%} – {min(high, 1):.0%}", *cells)
    return shown


def _coverage(compared: Compared) -> Shown:
    shown = Shown("to be right", "from confidence", "answered alone", "of them right", title="coverage; thresholds from what was learned")
    for share, least, alone, right in coverages(compared):
        never = least >= NEVER
        shown.add_row(f"{share:.0%}", "never" if never else f"{least:.3f}", f"{alone:.1%}", "" if never else f"{right:.1%}")
    return shown
