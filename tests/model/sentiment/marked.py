"""Messages with their demands marked, and how well the spans that were found cover them."""

from pathlib import Path

FILE = Path(__file__).parent / "demands.txt"
"""One message a line, its demands between 【 and 】. The first, third … were looked at while the rules were made, the others not."""

ENOUGH = 0.5
"""Share of two spans together that both cover, from which they are the same demand."""

Span = tuple[int, int]


def read_marked() -> list[tuple[str, list[Span]]]:
    """Each message without its marks, and where its demands stand."""
    return [_marked(line) for line in FILE.read_text("utf-8").splitlines()]


def _marked(line: str) -> tuple[str, list[Span]]:
    text, spans, start = "", [], 0
    for character in line:
        if character == "【":
            start = len(text)
        elif character == "】":
            spans.append((start, len(text)))
        else:
            text += character
    return text, spans


def same(one: Span, other: Span) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared >= ENOUGH * (max(one[1], other[1]) - min(one[0], other[0]))


def compare(pairs: list[tuple[list[Span], tuple[Span, ...]]]) -> tuple[float, float]:
    """Precision and recall of the spans found (second of each pair) against those marked (first)."""
    right = sum(any(same(one, other) for other in marked) for marked, found in pairs for one in found)
    heard = sum(any(same(one, other) for other in found) for marked, found in pairs for one in marked)
    return right / sum(len(found) for _, found in pairs), heard / sum(len(marked) for marked, _ in pairs)
