"""Measures the reading of complaints: is the mood right, how long does one take, beside snownlp. Urgency has a bench of its own.

`python -m bench.sentiment [DATA]`: DATA is the folder with urgency_labelled.csv (columns urgency, title, text), reviews_waimai.csv and
reviews_shop10.csv (columns label, text), by default ../shared/data. Some hundred of the labelled messages were looked at while the rules
were written, so their figure flatters; one on messages that nobody has seen will be lower. A seventh of the shop10 reviews stands in the
corpora that both engines learned from.
"""

import csv
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random

from bench.table import Figure, show
from services.sentiment.loading import load_knowledge
from services.sentiment.model.mood import MoodEngine
from services.sentiment.model.reading import Knowledge, read
from shared.language.features import extract
from shared.language.normalise import LIMIT, fold

DATA = Path(__file__).parents[2] / "shared" / "data"
MESSAGES, REVIEWS = "urgency_labelled.csv", {"waimai": "reviews_waimai.csv", "shop10": "reviews_shop10.csv"}
TODAY = date(2026, 11, 22)
SAMPLE = 300
"""Reviews that snownlp is asked about, spread evenly; it takes some milliseconds for each."""

GOOD_SPEED, GOOD_MOOD = 0.15, {"waimai": 0.788, "shop10": 0.827}
GOOD_GROWTH = 1.3
LONGEST, GOOD_LONGEST = 100_000, 5.0
"""Characters of the longest texts, and milliseconds that one may take."""


def area_under_curve(urgent: Sequence[float], rest: Sequence[float]) -> float:
    """How often an urgent message stands above another one; a tie counts half."""
    return sum((one > other) + 0.5 * (one == other) for one in urgent for other in rest) / (len(urgent) * len(rest))


def accuracy(feels_good: Callable[[str], bool], rows: Sequence[dict[str, str]]) -> float:
    return sum(feels_good(row["text"]) == (row["label"] == "1") for row in rows) / len(rows)


def measure_mood(known: Knowledge, other: Knowledge, name: str, rows: Sequence[dict[str, str]]) -> list[Figure]:
    """The mood's sign against the stars that were given: as read, and as each engine judges by itself on the same sample."""

    def by(engine: MoodEngine) -> Callable[[str], bool]:
        def feels_good(text: str) -> bool:
            folded = fold(text, known.characters)
            return engine.judge(folded, known.engine.read(extract(folded, 0))).value > 0

        return feels_good

    some = rows[:: max(len(rows) // SAMPLE, 1)]
    right = accuracy(lambda text: read("", text, TODAY, known).mood > 0, rows)
    ours, theirs = (accuracy(by(engine), some) for engine in (known.mood, other.mood))
    return [
        Figure(f"sentiment: mood, {name}", f"{right:.1%}", f"≥ {GOOD_MOOD[name]:.1%}", right >= GOOD_MOOD[name], f"{len(rows)} reviews"),
        Figure(f"sentiment: mood, {name}, our head · snownlp", f"{ours:.1%} · {theirs:.1%}", note=f"the same {len(some)} reviews"),
    ]


def milliseconds(known: Knowledge, texts: Sequence[str], runs: int) -> float:
    """Mean processor time of one reading; the best of some runs."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        for text in texts:
            read("", text, TODAY, known)
        spent.append((time.process_time() - start) / len(texts) * 1_000)
    return min(spent)


def measure_speed(known: Knowledge, other: Knowledge, rows: Sequence[dict[str, str]]) -> list[Figure]:
    """One reading of 200 characters, beside snownlp, and whether a long text costs more for each character."""
    short = [row["text"][:200] for row in rows if len(row["text"]) >= 200]
    ours, theirs = milliseconds(known, short, runs=5), milliseconds(other, short[:20], runs=1)
    half, whole = ("".join(row["text"] for row in rows)[:length] for length in (LIMIT // 2, LIMIT))
    growth = milliseconds(known, [whole], runs=5) / milliseconds(known, [half], runs=5) / 2
    return [
        Figure("sentiment: one reading, 200 characters", f"{ours:.3f} ms", f"≤ {GOOD_SPEED} ms", ours <= GOOD_SPEED, "processor time"),
        Figure("sentiment: … beside snownlp", f"{theirs / ours:.0f} times as fast", note=f"snownlp {theirs:.1f} ms"),
        Figure("sentiment: cost of a character in 20,000 over 10,000", f"{growth:.2f}", f"≤ {GOOD_GROWTH}", growth <= GOOD_GROWTH),
    ]


def measure_longest(known: Knowledge, rows: Sequence[dict[str, str]]) -> list[Figure]:
    """The slowest of some texts made to be slow: nothing but words of the rules, or of its hazards, or one demand again and again."""
    tags = dict(zip(known.rules.lexicon.known.words, known.rules.lexicon.tags, strict=True))
    words = sorted(tags)
    hazards = [word for word in words if any(tag.startswith("hazard ") for tag in tags[word])]
    texts = {
        "messages": "".join(row["text"] for row in rows),
        "words of the rules": "".join(Random(1).choices(words, k=LONGEST)),
        "hazards": "".join(Random(1).choices(hazards, k=LONGEST)),
        "a denied hazard": "没有着火" * LONGEST,
        "demands": "一是请帮忙。" * LONGEST,
    }
    spent = {name: milliseconds(known, [text[:LONGEST]], runs=5) for name, text in texts.items()}
    slowest = max(spent, key=spent.__getitem__)
    good = spent[slowest] < GOOD_LONGEST
    return [Figure(f"sentiment: {LONGEST:,} characters", f"{spent[slowest]:.1f} ms", f"< {GOOD_LONGEST} ms", good, f"slowest: {slowest}")]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(data: Path = DATA) -> list[Figure]:
    """The figures; none, and a sentence, when the messages are not there."""
    missing = [name for name in (MESSAGES, *REVIEWS.values()) if not (data / name).is_file()]
    if missing:
        print(f"sentiment: skipped, there is no {missing[0]} in {data}")
        return []
    known, other = load_knowledge(), load_knowledge("snownlp")
    messages = rows_of(data / MESSAGES)
    moods = [figure for name, file in REVIEWS.items() for figure in measure_mood(known, other, name, rows_of(data / file))]
    return [*moods, *measure_speed(known, other, messages), *measure_longest(known, messages)]


if __name__ == "__main__":
    show("Reading, measured", run(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
