"""Trains linear heads over n-grams: the same files from the same texts on every machine.

Only sums in a fixed order, products, quotients and square roots are used, which IEEE 754 rounds alike everywhere. A logarithm is kept in 32
bits, so that its last digit, which machines may round differently, does not show.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shared.language.features import FEATURES, INPUTS, Features, Part
from shared.language.heads import Card, Guide, Head, Index, Model

Numbers = NDArray[np.float64]
Signs = NDArray[np.int8]
"""Texts × columns: 1 the class, −1 another, 0 not said."""

LEAST_TEXTS = 2
"""An input that fewer texts have tells nothing of others."""
MOST_ROWS = 131_072
"""Rows of a model at most: what it takes in memory is bounded whatever it learns from."""
TITLE_WEIGHT = 0.7
EPOCHS = 12
STILL = 1e-3
"""A text whose pulls are all smaller than this is at rest."""
TRUSTED = 0.5
"""How much it counts for an n-gram's trust that it tells classes apart; the rest is the same for all."""
EVEN = 1.0
"""Even shares of all n-grams that are added to what a class says, however small it is: what is never seen there is not beyond doubt."""


@dataclass(frozen=True, eq=False)
class Vectors:
    """Texts as sparse vectors over the rows of a model; row 0 is 1 for every text."""

    rows: list[NDArray[np.intp]]
    values: list[Numbers]
    index: Index
    rarity: NDArray[np.float32]
    guides: int = 0
    """Rows behind those of the n-grams: one for each class of a guide."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def height(self) -> int:
        """Rows of the weights."""
        return len(self.rarity) + self.guides


def rarity_of(texts: Sequence[Features], least: int = LEAST_TEXTS) -> tuple[Index, NDArray[np.float32]]:
    """The index and the rarity of the inputs that at least so many texts have; where there are too many, the more frequent ones."""
    seen = np.zeros(INPUTS, dtype=np.int64)
    for text in texts:
        for part in (text.whole, text.title):
            if part is not None:
                seen[part.inputs] += 1
    kept = np.flatnonzero(seen >= least)
    if len(kept) >= MOST_ROWS:
        kept = np.sort(kept[np.argsort(-seen[kept], kind="stable")[: MOST_ROWS - 1]])
    index = np.zeros(INPUTS, dtype=np.uint32)
    index[kept] = np.arange(1, len(kept) + 1)
    rarity = np.concatenate(([0], np.log((1 + len(texts)) / (1 + seen[kept])) + 1)).astype(np.float32)
    return index, rarity


def vectors_of(texts: Sequence[Features], index: Index, rarity: NDArray[np.float32]) -> Vectors:
    """The texts as a model with this index and rarity reads them."""
    rows, values = [], []
    for text in texts:
        parts = [_part(part, index, rarity, share) for part, share in ((text.whole, 1.0), (text.title, TITLE_WEIGHT)) if part is not None]
        rows.append(np.concatenate([[0], *(part for part, _ in parts)]).astype(np.intp))
        values.append(np.concatenate([[1.0], *(value for _, value in parts)]))
    return Vectors(rows, values, index, rarity)


def some_of(vectors: Vectors, chosen: NDArray[np.intp]) -> Vectors:
    """Some of the texts."""
    return replace(vectors, rows=[vectors.rows[text] for text in chosen], values=[vectors.values[text] for text in chosen])


def guided(vectors: Vectors, shares: Numbers) -> Vectors:
    """The same texts with what a guide makes of them, texts × its classes, beside their n-grams."""
    said = [np.flatnonzero(one) for one in shares]
    rows = [np.concatenate([own, len(vectors.rarity) + places]) for own, places in zip(vectors.rows, said, strict=True)]
    values = [np.concatenate([own, one[places]]) for own, one, places in zip(vectors.values, shares, said, strict=True)]
    return replace(vectors, rows=rows, values=values, guides=shares.shape[1])


def _part(part: Part, index: Index, rarity: NDArray[np.float32], share: float) -> tuple[Index, Numbers]:
    known = np.flatnonzero(index[part.inputs])
    rows = index[part.inputs[known]]
    values = part.times[known].astype(np.float64) * rarity[rows]
    length = np.sqrt((values * values).sum())
    return rows, values * (share / length) if len(rows) else values


def balanced(signs: Signs, cost: float) -> Numbers:
    """The cost of each text in each column, so that a rare class's own texts weigh as much together as those of a frequent one."""
    own = np.maximum((signs > 0).sum(axis=0), 1)
    weight = np.maximum((signs != 0).sum(axis=0), 1) / own / signs.shape[1] if signs.shape[1] > 1 else np.ones(1)
    found: Numbers = np.where(signs > 0, cost * weight, cost)
    return found


def trust_of(vectors: Vectors, signs: Signs, chosen: NDArray[np.intp]) -> Numbers:
    """How readily each row is believed in each column, rows × columns: the more, the more unlike its share is in the texts of the class
    and in the others. Texts keep the length that they have where every row is trusted alike; a guide is trusted as if all were.

    Source: Wang and Manning, Baselines and Bigrams (2012): the ratio of naive Bayes, here without its sign and mixed with equal trust.
    """
    rows, values = np.concatenate([vectors.rows[text] for text in chosen]), np.concatenate([vectors.values[text] for text in chosen])
    counts, known = [len(vectors.rows[text]) for text in chosen], len(vectors.rarity)
    words = (rows != 0) & (rows < known)
    rows, values = np.where(words, rows, 0), values * words
    squares = values * values
    trust = np.ones((vectors.height, signs.shape[1]))
    for column in range(signs.shape[1]):
        said = np.repeat(signs[chosen, column], counts)
        own, other = (_shares(np.bincount(rows, values * (said == sign), known)) for sign in (1, -1))
        unlike = np.abs(np.log(own / other)).astype(np.float32).astype(np.float64)
        believed = (1 - TRUSTED + TRUSTED * unlike / max(unlike.mean(), 1e-9)) ** 2
        trust[1:known, column] = believed * (squares.sum() / max((squares * np.append(0.0, believed)[rows]).sum(), 1e-9))
    return trust


def _shares(weighed: NDArray[np.number]) -> Numbers:
    """The share of each n-gram but row 0 in what a class says, an even one added."""
    said = weighed[1:].astype(np.float64)
    found: Numbers = said / max(said.sum(), 1e-9) + EVEN / max(len(said), 1)
    return found


def train(
    vectors: Vectors, signs: Signs, cost: Numbers, chosen: NDArray[np.intp] | None = None, epochs: int = EPOCHS, trusting: bool = False
) -> Numbers:
    """Weights, rows × columns, of margins with squared hinge loss, each column against the rest, by dual coordinate descent.

    `cost` is what a text on the wrong side costs: for each column, or for each text and column; `chosen` are the texts to learn from,
    all when None. Where `trusting`, weights grow more readily on n-grams that tell the classes apart: see `trust_of`.
    Source: Hsieh et al., A Dual Coordinate Descent Method for Large-scale Linear SVM (2008).
    """
    texts = np.arange(len(vectors)) if chosen is None else chosen
    weights, shares = np.zeros((vectors.height, signs.shape[1])), np.zeros(signs.shape)
    slack = np.broadcast_to(1 / (2 * cost), signs.shape)
    trust = trust_of(vectors, signs, texts) if trusting else np.ones((len(weights), 1))
    lengths = {text: ((vectors.values[text] ** 2)[:, None] * trust[vectors.rows[text]]).sum(axis=0) for text in texts}
    shuffled = np.random.RandomState(0)  # its stream is frozen for ever
    for _ in range(epochs):
        for text in texts[shuffled.permutation(len(texts))]:
            rows, values = vectors.rows[text], vectors.values[text]
            _step(weights, trust, shares[text], rows, values, signs[text], slack[text], lengths[text])
    return weights


def _step(
    weights: Numbers, trust: Numbers, share: Numbers, rows: NDArray[np.intp], values: Numbers, signs: Signs, slack: Numbers, length: Numbers
) -> None:
    """Moves the weights to where this text wants them, as far as its share in them allows."""
    found = (weights[rows] * values[:, None]).sum(axis=0)
    pull = signs * found - 1 + slack * share
    new = np.where(signs == 0, 0, np.maximum(share - pull / (length + slack), 0))
    moved = (new - share) * signs
    if np.abs(moved).max() > STILL:
        weights[rows] += values[:, None] * trust[rows] * moved
        share[:] = new


def margins_of(vectors: Vectors, weights: Numbers, chosen: NDArray[np.intp]) -> Numbers:
    """The margins of some texts, texts × columns."""
    found: Numbers = np.array([(weights[vectors.rows[text]] * vectors.values[text][:, None]).sum(axis=0) for text in chosen])
    return found.reshape(len(chosen), weights.shape[1])


def strong_rows(vectors: Vectors, choices: Numbers, chosen: NDArray[np.intp], weak: float) -> NDArray[np.bool_]:
    """Which rows weigh in choices: all but those that pull least even at the class at which they pull hardest, as many as make up the
    share `weak` of the n-grams of the texts `chosen`. Most n-grams of a text say next to nothing of its matter.
    """
    pull = np.abs(choices).max(axis=1) * vectors.rarity
    order = np.argsort(pull, kind="stable")
    seen = np.bincount(np.concatenate([vectors.rows[text] for text in chosen]), minlength=len(pull))
    seen[0] = 0
    strong = np.ones(len(pull), dtype=np.bool_)
    strong[order[np.cumsum(seen[order]) <= weak * seen.sum()]] = False
    strong[0] = True  # what is added whatever the text says
    return strong


def assemble(card: Card, vectors: Vectors, weights: Numbers, strong: NDArray[np.bool_] | None = None, guide: Head | None = None) -> Model:
    """The model that is written to a file: the card with what the weights need to be kept in eight bits. In the choices only the
    strong rows weigh; all when None. `guide`: the head whose shares stand behind the n-grams.
    """
    weights, guiding = np.split(weights, [len(vectors.rarity)])
    widest = np.abs(weights).max(axis=0)  # the few that stand far out say most: cutting them cost more than coarser steps do
    scales = tuple(float(f"{max(one, 1e-9) / 127:.6g}") for one in widest)
    steps = np.clip(np.rint(weights / np.array(scales)), -127, 127).astype(np.int8)  # the scales are rounded
    heard = np.ones(len(weights), dtype=np.bool_) if strong is None else strong
    order = np.argsort(~heard, kind="stable")
    place = np.argsort(order, kind="stable").astype(np.uint32)
    made = card.model_copy(
        update={"rows": len(order), "strong": int(heard.sum()), "title_weight": TITLE_WEIGHT, "scales": scales, "features": FEATURES}
    )
    steps = steps[order]
    choices, others = steps[: made.strong, : card.chosen], steps[:, card.chosen :]
    return Model(
        made, place[vectors.index], vectors.rarity[order], np.ascontiguousarray(choices), np.ascontiguousarray(others),
        Guide(guide, guiding.astype(np.float32)) if guide else None,
    )  # fmt: skip
