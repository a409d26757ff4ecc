"""`huiying topics`: the matters that several people brought, from the messages of a table."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from services.commands.duplicates import Column, Input, Message, Output, group_messages, read_messages
from services.commands.tables import STREAM, read_table, write_table
from shared.language.central import most_central

HEADER = ("topic", "label", "people", "messages", "first", "last", "ids")
LEAST_PEOPLE = 3
LONGEST_LABEL = 60
"""Characters of a text that stand for it where it has no title."""
WRITTEN = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Topic:
    """A matter that at least three people brought: its messages in the order of receipt, and the title that stands for them."""

    label: str
    people: int
    messages: tuple[Message, ...]


def topics(
    source: Input, out: Output = STREAM, *, id: Column = None, person: Column = None, title: Column = None, text: Column = None,
    received: Column = None,
) -> None:  # fmt: skip
    """Lists the matters that at least three people brought, the one with the most people first."""
    messages = read_messages(read_table(source), id=id, person=person, title=title, text=text, received=received)
    write_table(out, HEADER, (_row(topic) for topic in find_topics(messages)))


def find_topics(messages: Sequence[Message]) -> list[Topic]:
    """The topics among messages, the one with the most people first. Who is not named is somebody else each time."""
    groups = defaultdict[int, list[int]](list)
    for number, one in enumerate(group_messages(messages)):
        groups[one.group].append(number)
    found = [_topic([messages[number] for number in some]) for some in groups.values() if len(some) >= LEAST_PEOPLE]
    return sorted((topic for topic in found if topic.people >= LEAST_PEOPLE), key=lambda topic: (-topic.people, topic.messages[0].received))


def _topic(some: Sequence[Message]) -> Topic:
    ordered = tuple(sorted(some, key=lambda one: one.received))
    named = {one.person for one in ordered if one.person}
    people = len(named) + sum(not one.person for one in ordered)
    titles = [one.title.strip() or one.text.strip()[:LONGEST_LABEL] for one in ordered]
    return Topic(" ".join(titles[most_central(titles)].split()), people, ordered)


def _row(topic: Topic) -> dict[str, object]:
    first, *_, last = topic.messages
    return {
        "topic": first.id, "label": topic.label, "people": topic.people, "messages": len(topic.messages),
        "first": first.received.strftime(WRITTEN), "last": last.received.strftime(WRITTEN),
        "ids": " ".join(one.id for one in topic.messages),
    }  # fmt: skip
