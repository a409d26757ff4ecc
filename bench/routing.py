"""Measures routing: are the categories right, are the sure ones right, does the confidence mean what it says, how long does one take.

`python -m bench.routing [DATA]`: DATA is the folder with complaints_labelled.csv (columns id, category, title, text), by default
../shared/data. The rules were written while looking at one half of the messages; the other half is the one that counts.
"""

import csv
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from bench.table import Figure, show
from services.routing.loading import load_knowledge
from services.routing.model.proposal import Knowledge, propose
from services.routing.settings import RoutingSettings
from shared.events.intake import Place
from shared.places import load_places

DATA = Path(__file__).parents[2] / "shared" / "data"
MESSAGES = "complaints_labelled.csv"

MAPPING = Path(__file__).with_name("mapping_mailbox.toml")
CLASS_OF: dict[str, str] = tomllib.loads(MAPPING.read_text("utf-8"))
"""The class of the messages into which a category of ours falls; a category of the second level goes before its first level."""


def class_of(category: str) -> str | None:
    return CLASS_OF.get(category) or CLASS_OF.get(category.partition(".")[0])


ALIKE = 60
"""Messages whose first so many characters are the same were sent twice."""

BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
GOOD_F1, GOOD_SURE, GOOD_SPEED = 0.85, 0.97, 0.2


@dataclass(frozen=True)
class Answer:
    """One message's class, the class proposed (None without a proposal), and how sure the proposal is."""

    wanted: str
    got: str | None
    confidence: float
    sure: bool

    @property
    def right(self) -> bool:
        return self.wanted == self.got


def read_halves(path: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The half looked at and the other, the same whenever asked for. What was sent twice belongs to the half looked at."""
    halves: tuple[list[dict[str, str]], list[dict[str, str]]] = ([], [])
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            halves[sha256(row["id"].encode()).digest()[0] % 2].append(row)
    seen = {_beginning(row) for row in halves[0]}
    return halves[0], [row for row in halves[1] if _beginning(row) not in seen]


def _beginning(row: dict[str, str]) -> str:
    return "".join(row["text"].split())[:ALIKE]


def answer(known: Knowledge, row: dict[str, str]) -> Answer:
    proposed = propose(known, row["title"], row["text"], Place())
    if proposed.best is None:
        return Answer(row["category"], None, 0.0, False)
    code = proposed.best.category
    return Answer(row["category"], class_of(code), proposed.best.confidence, proposed.sure)


def macro_f1(answers: Sequence[Answer]) -> float:
    """The mean over the classes of the harmonic mean of precision and recall."""
    wanted, got = Counter(one.wanted for one in answers), Counter(one.got for one in answers)
    right = Counter(one.wanted for one in answers if one.right)
    return sum(2 * right[name] / (wanted[name] + got[name]) for name in wanted) / len(wanted)


def share_right(answers: Sequence[Answer]) -> float:
    return sum(one.right for one in answers) / len(answers) if answers else 0.0


def reliability(answers: Sequence[Answer]) -> Iterable[Figure]:
    """What was said and what came, by steps of confidence."""
    for low, high in pairwise(BINS):
        some = [one for one in answers if low <= one.confidence < high]
        if some:
            said = sum(one.confidence for one in some) / len(some)
            yield Figure(f"routing: right when it says {said:.0%}", f"{share_right(some):.1%}", note=f"{len(some)} messages, other half")


def milliseconds(known: Knowledge, texts: Sequence[str]) -> float:
    """Mean processor time of one proposal for texts cut to 200 characters; the best of three runs."""
    short = [text[:200] for text in texts if len(text) >= 200][:1_000]
    runs = []
    for _ in range(3):
        start = time.process_time()
        for text in short:
            propose(known, "", text, Place())
        runs.append((time.process_time() - start) / len(short) * 1_000)
    return min(runs)


def judge(known: Knowledge, rows: Sequence[dict[str, str]], name: str) -> tuple[list[Answer], list[Figure]]:
    """The answers to some messages and the figures that sum them up."""
    answers = [answer(known, row) for row in rows]
    sure = [one for one in answers if one.sure]
    score, right = macro_f1(answers), share_right(sure)
    note = f"{len(answers)} messages, {name}"
    return answers, [
        Figure("routing: macro-F1 over 7 classes", f"{score:.3f}", f"≥ {GOOD_F1}", score >= GOOD_F1, note),
        Figure("routing: sure ones right", f"{right:.1%}", f"≥ {GOOD_SURE:.0%}", right >= GOOD_SURE, f"{len(sure)} sure of {note}"),
    ]


def run(data: Path = DATA) -> list[Figure]:
    """The figures; none, and a sentence, when the messages are not there."""
    path = data / MESSAGES
    if not path.is_file():
        print(f"routing: skipped, there is no {MESSAGES} in {data}")
        return []
    known = load_knowledge(load_places(), None, RoutingSettings().sure)
    looked_at, other = read_halves(path)
    first = judge(known, looked_at, "half looked at")[1]
    answers, second = judge(known, other, "other half")
    spent = milliseconds(known, [row["text"] for row in other])
    speed = Figure(
        "routing: one proposal, 200 characters",
        f"{spent:.3f} ms",
        f"≤ {GOOD_SPEED} ms",
        spent <= GOOD_SPEED,
        "processor time, best of three",
    )
    return [*first, *second, *reliability(answers), speed]


if __name__ == "__main__":
    show("Routing, measured", run(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
