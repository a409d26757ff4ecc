"""What a head says that was trained on the city's own dispatches: whose matter it is, beside what is known from the start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.routing.model.standings import Standing

HEAD = "department"
WEIGHT = 1.0
"""The head's part, beside 1 for categories and catalogue together."""


def prefer(standings: Sequence[Standing], shares: Mapping[str, float]) -> list[Standing]:
    """The departments by the mean of their own shares and the head's. One that no category speaks for has no duty to show and stays out."""
    weighed = [replace(one, points=(one.points + WEIGHT * shares.get(one.department, 0.0)) / (1 + WEIGHT)) for one in standings]
    return sorted(weighed, key=lambda one: (-one.points, one.department))
