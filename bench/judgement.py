"""Measures what judging costs and how well heads learn: speed of the engine beside snownlp, load, and a city's labels by grouped folds.

`python -m bench.judgement [DATA]`: DATA is the folder with complaints_labelled.csv (columns id, category, title, text), by default
../shared/data. One core; processor time, the best of some runs.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from bench.sentiment import DATA, rows_of
from bench.table import Figure, show
from services.commands.learn import Labelled, learn
from services.sentiment.loading import load_knowledge
from services.sentiment.model.hazards import find_hazards
from services.sentiment.model.reading import Knowledge
from shared.language.batch import read_many
from shared.language.engine import Heard
from shared.language.features import extract
from shared.language.learning import macro_f1
from shared.language.normalise import fold

MESSAGES = "complaints_labelled.csv"
TODAY = date(2026, 11, 22)
LENGTH, TEXTS, RUNS, BATCH = 200, 1_000, 5, 256
HEADS = ("category", "type", "urgency", "emotions", "nuisance", "mood")
GOOD_F1, GOOD_COVERAGE, GOOD_SPEED, GOOD_BATCH, GOOD_TIMES, GOOD_LOAD, GOOD_MEMORY = 0.92, 0.82, 16_000, 50_000, 300, 0.05, 60

LOADING = """
import time, numpy, psutil
before = psutil.Process().memory_info().rss
from shared.language import model_files, characters
start = time.perf_counter()
characters.characters(); model_files.load_heads()
print(time.perf_counter() - start, psutil.Process().memory_info().rss - before)
"""


def measure_learning(data: Path = DATA) -> list[Figure]:
    """The labelled messages by five folds, near-duplicates together; each fold's threshold from the others."""
    rows = rows_of(data / MESSAGES)
    labelled = Labelled([row["title"] for row in rows], [row["text"] for row in rows], [row["category"] for row in rows])
    learned = learn("category", labelled, MESSAGES, TODAY)
    score = macro_f1(learned.outcome.true, learned.outcome.given)
    alone, right = learned.coverages()[0.97]
    return [
        Figure("learned category: macro-F1", f"{score:.3f}", f"≥ {GOOD_F1}", score >= GOOD_F1, f"{len(rows)} messages, 5 grouped folds"),
        Figure("… answered alone", f"{alone:.1%}", f"≥ {GOOD_COVERAGE:.0%}", alone >= GOOD_COVERAGE, f"{right:.1%} of those rightly"),
    ]


def seconds(run: Callable[[], object], runs: int = RUNS) -> float:
    """Processor time of the quickest of some runs."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return min(spent)


def read_one(text: str, known: Knowledge) -> Heard:
    """All heads and the hazard rules of one text, as values; words to show and events are not made."""
    written = fold(text, known.characters)
    heard = known.engine.read(extract(written, 0))
    for name in HEADS:
        heard.own(name)
    tokens = known.rules.lexicon.find(written.folded)
    find_hazards(written.folded, tokens, known.rules, TODAY)
    return heard


def measure_speed(data: Path = DATA) -> list[Figure]:
    """Texts of 200 characters, one by one and in batches, and snownlp in the same run."""
    texts = [row["text"][:LENGTH] for row in rows_of(data / MESSAGES) if len(row["text"]) >= LENGTH][:TEXTS]
    known = load_knowledge()
    one = len(texts) / seconds(lambda: [read_one(text, known) for text in texts])
    batch = len(texts) / seconds(lambda: [read_many(some, known.engine, HEADS) for some in _batches(texts)])
    slow = load_knowledge("snownlp")
    few = [fold(text, known.characters) for text in texts[:20]]
    heard = known.engine.read(extract(few[0], 0))
    snownlp = len(few) / seconds(lambda: [slow.mood.judge(text, heard) for text in few], 1)
    note = f"{len(texts)} texts of {LENGTH} characters, one core"
    return [
        Figure("all heads and hazard rules, one by one", f"{one:,.0f}/s", f"≥ {GOOD_SPEED:,}", one >= GOOD_SPEED, note),
        Figure(f"all heads, in batches of {BATCH}", f"{batch:,.0f}/s", f"≥ {GOOD_BATCH:,}", batch >= GOOD_BATCH, note),
        Figure("… one by one beside snownlp", f"{one / snownlp:,.0f} times", f"≥ {GOOD_TIMES}", one / snownlp >= GOOD_TIMES, "same run"),
    ]


def _batches(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]


def measure_load() -> list[Figure]:
    """What the characters and the models take at start, in a process of its own."""
    runs = []
    for _ in range(RUNS):
        done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True, env={**os.environ})
        runs.append([float(one) for one in done.stdout.split()])
    took, memory = np.min(runs, axis=0)
    return [
        Figure("load of all models", f"{took * 1e3:.0f} ms", f"< {GOOD_LOAD * 1e3:.0f} ms", bool(took < GOOD_LOAD), "quickest of 5 starts"),
        Figure("… memory beyond numpy", f"{memory / 2**20:.0f} MB", f"< {GOOD_MEMORY} MB", bool(memory / 2**20 < GOOD_MEMORY)),
    ]


def run(data: Path = DATA) -> list[Figure]:
    """The figures; none, and a sentence, when the messages are not there."""
    if not (data / MESSAGES).is_file():
        print(f"judgement: skipped, there is no {MESSAGES} in {data}")
        return []
    return [*measure_learning(data), *measure_speed(data), *measure_load()]


if __name__ == "__main__":
    show("Judging, measured", run(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
