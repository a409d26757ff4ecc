"""Measures the reply gate: are replies that answer nothing stopped, and good ones let go, beside what their length alone would tell.

`python -m bench.replies [DATA]`: DATA is the folder with complaints_with_replies.csv (columns id, title, text, reply), by default
../shared/data. The judged ids stand in tests/model/tracking/replies_judged.csv in the order in which they were drawn: the gate was made
while looking at the first half, the second was held out. The rubric is docs/replies.md.
"""

import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.sentiment import DATA, area_under_curve
from bench.table import Figure, show
from services.commands.check_reply import judge
from services.tracking.model.replies import check_reply
from services.tracking.model.reply_gate.knowledge import ReplyKnowledge
from services.tracking.rules import load_replies
from shared.events.gate import Verdict

JUDGED = Path(__file__).parents[1] / "tests" / "model" / "tracking" / "replies_judged.csv"
REPLIES = "complaints_with_replies.csv"
GOOD_AUC, GOOD_STOPPED, GOOD_HELD_UP = 0.95, 0.90, 0.10
GOOD_MILLISECONDS = 5.0

Row = dict[str, str]
Judged = tuple[bool, float, Verdict, int]
"""Whether a reply was judged to answer nothing, the gate's score and verdict, its length in characters."""


def measure_replies(data: Path = DATA) -> list[Figure]:
    """Both halves of the judged replies, and how long the longest takes; nothing where the data is not there."""
    source = data / REPLIES
    if not source.exists():
        return [Figure("replies: not measured", "-", note=f"there is no {source}")]
    known = load_replies()
    rows = {row["id"]: row for row in read_rows(source)}  # of an id that comes twice the later reply is the judged one
    judged = [(row["label"] == "1", rows[row["id"]]) for row in read_rows(JUDGED)]
    middle = len(judged) // 2
    return [
        *_figures("half looked at", [_judge(bad, row, known) for bad, row in judged[:middle]]),
        *_figures("half held out", [_judge(bad, row, known) for bad, row in judged[middle:]]),
        _longest(known),
    ]


def run(data: Path = DATA) -> list[Figure]:
    """The figures, for the table of all benchmarks."""
    return measure_replies(data)


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _judge(bad: bool, row: Row, known: ReplyKnowledge) -> Judged:
    check = judge(row["title"], row["text"], row["reply"], known)
    return bad, check.score, check.verdict, len(row["reply"])


def _figures(part: str, judged: Sequence[Judged]) -> list[Figure]:
    bad, good = [one for one in judged if one[0]], [one for one in judged if not one[0]]
    area = _area([one[1] for one in bad], [one[1] for one in good])
    length = _area([-one[3] for one in bad], [-one[3] for one in good])
    stopped, held_up = _share(bad), _share(good)
    note = f"{part}: {len(bad)} bad, {len(good)} good"
    return [
        Figure("replies: answers nothing, AUC", f"{area:.3f}", f"≥ {GOOD_AUC}", area >= GOOD_AUC, f"{note}; length alone {length:.3f}"),
        Figure("replies: bad ones stopped or looked at", f"{stopped:.1%}", f"≥ {GOOD_STOPPED:.0%}", stopped >= GOOD_STOPPED, note),
        Figure("replies: good ones stopped or looked at", f"{held_up:.1%}", f"≤ {GOOD_HELD_UP:.0%}", held_up <= GOOD_HELD_UP, note),
        Figure("replies: stopped, bad and good", f"{_share(bad, ('stop',)):.1%}, {_share(good, ('stop',)):.1%}", note=note),
    ]


def _area(above: Sequence[float], below: Sequence[float]) -> float:
    """The area under the curve of two lists of scores, by their ranks."""
    ranks = {value: rank for rank, value in enumerate(sorted({*above, *below}))}
    return area_under_curve([ranks[value] for value in above], [ranks[value] for value in below])


def _share(judged: Sequence[Judged], verdicts: tuple[Verdict, ...] = ("stop", "look")) -> float:
    return sum(one[2] in verdicts for one in judged) / len(judged)


def _longest(known: ReplyKnowledge) -> Figure:
    """A hundred thousand characters on both sides, the quickest of some turns."""
    text = "您反映的问题我们已转交有关部门，13 栋的水管今天更换。" * 4_000
    turns = []
    for _ in range(7):
        began = time.perf_counter()
        check_reply("停水", text, (), text, known)
        turns.append(1_000 * (time.perf_counter() - began))
    best = min(turns)
    return Figure("replies: one of 100,000 characters", f"{best:.1f} ms", f"< {GOOD_MILLISECONDS:.0f} ms", best < GOOD_MILLISECONDS)


if __name__ == "__main__":
    show("The reply gate", measure_replies(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
