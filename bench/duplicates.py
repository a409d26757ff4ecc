"""Measures duplicates and topics, found one after the other in a stream of messages, and how fast.

`python -m bench.duplicates [DATA]`: DATA is the folder with complaints_stream.csv (columns id, person, title, text, received) and
topics_gold.csv (id, topic), by default ../shared/data. Pairs: two messages that were judged to be the same topic are to be in the same
group. Two in one group that were judged to be of different topics count against it and, strictly, so do a judged message and one that
nobody judged: what was not judged to be in a topic is taken to be outside it. Topics are those judged ones that at least three people
brought; each is held against the produced group that has most of it.
"""

import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.sentiment import DATA
from bench.table import Figure, show
from services.commands.duplicates import Message, group_messages, read_messages
from services.commands.tables import read_table
from services.commands.topics import LEAST_PEOPLE, find_topics
from shared.language.duplicates import Duplicates
from shared.language.likeness import fingerprint

STREAM, JUDGED = "complaints_stream.csv", "topics_gold.csv"
GOOD_PAIRS, GOOD_RECALL, GOOD_PURITY = 0.82, 0.9, 0.85
MADE_UP = 20_000
"""Messages kept while the speed on many is measured."""
MEASURED = 500

Topics = Mapping[str, str]


def measure_duplicates(data: Path = DATA) -> list[Figure]:
    """Pairs, topics and speed on the stream; nothing where the data is not there."""
    if not (data / STREAM).exists() or not (data / JUDGED).exists():
        return [Figure("duplicates: not measured", "-", note=f"there is no {data / STREAM} with {JUDGED}")]
    messages = read_messages(read_table(str(data / STREAM)))
    with (data / JUDGED).open(encoding="utf-8-sig", newline="") as file:
        judged = {row["id"]: row["topic"] for row in csv.DictReader(file)}
    began = time.perf_counter()
    grouped = group_messages(messages)
    rate = len(messages) / (time.perf_counter() - began)
    groups = {one.id: messages[place.group].id for one, place in zip(messages, grouped, strict=True)}
    return [
        *_pairs(groups, judged),
        *_topics(messages, judged),
        Figure("duplicates: messages a second, one core", f"{rate:,.0f}", note=f"{len(messages):,} messages, some 1,000 kept at a time"),
    ]


def run(data: Path = DATA) -> list[Figure]:
    """The figures, for the table of all benchmarks."""
    return measure_duplicates(data)


def pair_scores(groups: Mapping[str, str], judged: Topics, *, strict: bool) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of messages. `groups`: each message's group by its id."""
    members = defaultdict[str, list[str]](list)
    for one, group in groups.items():
        members[group].append(one)
    together = wrong = 0
    for some in members.values():
        topics = Counter(judged[one] for one in some if one in judged)
        known = topics.total()
        right = sum(_pairs_of(count) for count in topics.values())
        together += right
        wrong += _pairs_of(known) - right + (known * (len(some) - known) if strict else 0)
    wanted = sum(_pairs_of(count) for count in Counter(judged.values()).values())
    found = together + wrong
    return together / (found or 1), together / (wanted or 1), 2 * together / ((found + wanted) or 1)


def _pairs_of(count: int) -> int:
    return count * (count - 1) // 2


def _pairs(groups: Mapping[str, str], judged: Topics) -> list[Figure]:
    figures = []
    for name, strict in (("strict", True), ("among the judged", False)):
        precision, recall, f1 = pair_scores(groups, judged, strict=strict)
        note = f"precision {precision:.3f}, recall {recall:.3f}; 2–3-gram cosine online .73, MinHash .33–.49"
        figures.append(Figure(f"duplicates: pair F1, {name}", f"{f1:.3f}", f"≥ {GOOD_PAIRS}", f1 >= GOOD_PAIRS, note))
    return figures


def topic_scores(found: Sequence[frozenset[str]], wanted: Sequence[frozenset[str]]) -> tuple[float, float]:
    """Recall and purity: of all judged messages, those in the found topic that has most of theirs; of those topics, what belongs there."""
    if not found or not wanted:
        return 0.0, 0.0
    best = [max(found, key=lambda some: (len(some & topic), -len(some))) for topic in wanted]
    shared = [len(topic & some) for topic, some in zip(wanted, best, strict=True)]
    held = sum(len(some) for some, count in zip(best, shared, strict=True) if count)
    return sum(shared) / sum(map(len, wanted)), sum(shared) / (held or 1)


def _topics(messages: Sequence[Message], judged: Topics) -> list[Figure]:
    people = defaultdict[str, set[str]](set)
    members = defaultdict[str, set[str]](set)
    for one in messages:
        if topic := judged.get(one.id):
            people[topic].add(one.person)
            members[topic].add(one.id)
    wanted = [frozenset(some) for topic, some in members.items() if len(people[topic]) >= LEAST_PEOPLE]
    found = [frozenset(one.id for one in topic.messages) for topic in find_topics(messages)]
    recall, purity = topic_scores(found, wanted)
    note = f"{len(wanted)} judged topics of three people or more; {len(found)} found in all"
    return [
        Figure("topics: recall", f"{recall:.3f}", f"≥ {GOOD_RECALL}", recall >= GOOD_RECALL, note),
        Figure("topics: purity", f"{purity:.3f}", f"≥ {GOOD_PURITY}", purity >= GOOD_PURITY, note),
    ]


def measure_speed(messages: Sequence[Message], kept: int = MADE_UP) -> Figure:
    """Messages a second while so many are kept, each made of the heads of two true ones."""
    index, began = Duplicates(most=kept), 0.0
    for number in range(kept + MEASURED):
        if number == kept:
            began = time.perf_counter()
        one, other = messages[number % len(messages)], messages[number * 7919 // len(messages) % len(messages)]
        index.add(fingerprint(one.title[:12] + other.title[12:], f"{number}号。{other.text[:90]}{one.text[90:]}"), number / kept)
    rate = MEASURED / (time.perf_counter() - began)
    return Figure(f"duplicates: messages a second, {kept:,} kept", f"{rate:,.0f}", note="made up of true ones")


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    figures = measure_duplicates(folder)
    if (folder / STREAM).exists():
        figures.append(measure_speed(read_messages(read_table(str(folder / STREAM)))))
    show("Duplicates and topics", figures)
