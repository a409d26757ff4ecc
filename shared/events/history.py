"""How events written by older versions are read today: one function for each version that was left behind.

A new optional field needs nothing here. Anything else raises the event's `v` and adds `(type, old version): function` to UPGRADES,
where the function turns the old event's plain dict into the next version's.
"""

from collections.abc import Callable, Mapping
from typing import Any

Plain = dict[str, Any]

UPGRADES: Mapping[tuple[str, int], Callable[[Plain], Plain]] = {}


def as_of_today(name: str, version: int, event: Plain, upgrades: Mapping[tuple[str, int], Callable[[Plain], Plain]] = UPGRADES) -> Plain:
    """The event as the newest version would have written it; unchanged when nothing was left behind."""
    while (name, version) in upgrades:
        event = upgrades[name, version](event)
        version += 1
        event["v"] = version
    return event
