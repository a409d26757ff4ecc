"""A part of the demonstration's day that is quick to play."""

from collections import Counter
from collections.abc import Iterable

from demo.matters import Matter


def some_of_each_story(matters: Iterable[Matter], count: int) -> list[Matter]:
    """So many of each story and channel: enough to see each scene, few enough to be quick."""
    seen: Counter[tuple[str, str]] = Counter()
    chosen = []
    for one in matters:
        seen[one.story, one.channel] += 1
        if seen[one.story, one.channel] <= count:
            chosen.append(one)
    return chosen
