"""Measures urgency: messages labelled by hand, and our own set of critical messages and lookalikes.

`python -m bench.urgency [DATA]`: DATA is the folder with urgency_labelled.csv (columns id, urgency, title, text), by default
../shared/data. Of those messages and of the critical set one half, by a hash, was looked at while the rules were tuned; both halves are
shown, and the second one is the figure. Some hundred of the labelled messages were seen when the first rules were written, and whoever
wrote the critical set wrote the rules as well: on messages by somebody else both will do less well.
"""

import hashlib
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.sentiment import DATA, area_under_curve, rows_of
from bench.table import Figure, show
from services.sentiment.loading import load_knowledge
from services.sentiment.model.reading import read
from shared.events.sentiment import ComplaintRead

MESSAGES = "urgency_labelled.csv"
CRITICALS = Path(__file__).parents[1] / "tests" / "model" / "sentiment" / "criticals.csv"
UNLEARNED = CRITICALS.with_name("unlearned.csv")
"""Critical messages and lookalikes by somebody who knew neither rules nor other messages, and ordinary ones; none of them is learned."""
TODAY = date(2026, 11, 22)

GOOD_AUC, GOOD_RECALL, GOOD_FALSE = 0.90, 0.98, 0.08


def measure_urgency(data: Path = DATA) -> list[Figure]:
    """2 and 3 of the labels against the rest, by the score and by the level alone."""
    rows = rows_of(data / MESSAGES)
    known = load_knowledge()
    judged = [(row["urgency"] in "23", second_half(row["id"]), read(row["title"], row["text"], TODAY, known)) for row in rows]

    def area(some: Sequence[tuple[bool, bool, ComplaintRead]]) -> float:
        urgent, rest = ([one.urgency_score for yes, _, one in some if yes is wanted] for wanted in (True, False))
        return area_under_curve(urgent, rest)

    whole, first, second = (area([one for one in judged if half is None or one[1] is half]) for half in (None, False, True))
    raised = [sum(one.urgency in ("U1", "U2") for yes, _, one in judged if yes is wanted) for wanted in (True, False)]
    urgent = sum(yes for yes, _, _ in judged)
    note = f"{urgent} urgent of {len(rows)} messages; first half {first:.3f}, second half {second:.3f}; a flat word list .751"
    return [
        Figure("urgency: AUC, rules and head", f"{whole:.3f}", f"≥ {GOOD_AUC}", whole >= GOOD_AUC, note),
        Figure("urgency: urgent ones at U1 or U2", f"{raised[0] / urgent:.1%}", note=f"{urgent} messages"),
        Figure("urgency: others at U1 or U2", f"{raised[1] / (len(rows) - urgent):.1%}", note=f"{len(rows) - urgent} messages"),
    ]


def measure_criticals() -> list[Figure]:
    """The share of our own critical messages that are U1, and that of the lookalikes."""
    known = load_knowledge()
    judged = [(row["kind"], second_half(row["text"]), read("", row["text"], TODAY, known).urgency == "U1") for row in rows_of(CRITICALS)]

    def share(kind: str, half: bool) -> tuple[float, int]:
        some = [found for one, which, found in judged if one == kind and which is half]
        return sum(some) / len(some), len(some)

    figures = []
    for kind, goal, what in (("critical", GOOD_RECALL, "critical ones that are U1"), ("lookalike", GOOD_FALSE, "lookalikes that are U1")):
        (seen, _), (value, count) = share(kind, half=False), share(kind, half=True)
        met = value >= goal if kind == "critical" else value <= goal
        note = f"{count} messages not looked at while tuning; {seen:.1%} of those that were"
        figures.append(Figure(f"urgency: {what}", f"{value:.1%}", f"{'≥' if kind == 'critical' else '≤'} {goal:.0%}", met, note))
    return figures


def measure_unlearned() -> list[Figure]:
    """What of messages that nobody learned from is U1."""
    known = load_knowledge()
    judged = [(row["kind"], read("", row["text"], TODAY, known).urgency == "U1") for row in rows_of(UNLEARNED)]
    figures = []
    kinds = {"critical": "a stranger's critical ones", "lookalike": "a stranger's lookalikes", "ordinary": "ordinary short ones"}
    for kind, what in kinds.items():
        found = [one for which, one in judged if which == kind]
        note = f"{len(found)} messages, never learned; seen when the weighing was chosen"
        figures.append(Figure(f"urgency: {what} that are U1", f"{sum(found) / len(found):.1%}", note=note))
    return figures


def second_half(words: str) -> bool:
    """Which half of a set a message belongs to, by what it is."""
    return hashlib.sha256(words.encode()).digest()[0] % 2 == 1


def run(data: Path = DATA) -> list[Figure]:
    """The figures; those of the labelled messages only where they are there."""
    if not (data / MESSAGES).is_file():
        print(f"urgency: no labelled messages, there is no {MESSAGES} in {data}")
        return [*measure_criticals(), *measure_unlearned()]
    return [*measure_urgency(data), *measure_criticals(), *measure_unlearned()]


if __name__ == "__main__":
    show("Urgency, measured", run(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
