"""The life of a rating link: for the newest answer, once, for a while."""

from datetime import timedelta

import pytest

from services.intake.model.complaint import HistoryLine, Progress
from services.intake.model.ratings import answers, link_state
from tests.builders import MONDAY

LIFE = timedelta(days=15)


def progress(*keys, may=("rate",)):
    """One line a day from Monday on."""
    return Progress(history=tuple(HistoryLine(at=MONDAY + timedelta(days=day), key=key) for day, key in enumerate(keys)), may=may)


@pytest.mark.parametrize(
    ("keys", "may", "answer", "state"),
    [
        (("received", "replied"), ("rate",), 1, "open"),
        (("received", "replied", "callback_missed", "missed"), ("rate",), 1, "open"),
        (("received", "replied", "you_rated"), (), 1, "rated"),
        (("received", "replied", "you_rated", "redone"), (), 1, "rated"),
        (("received", "replied", "you_rated", "closed"), (), 1, "rated"),
        (("received", "replied", "rated", "redone"), (), 1, "rated"),
        (("received", "replied", "you_rated", "refused_rate"), ("rate",), 1, "rated"),
        (("received", "replied", "closed"), (), 1, "over"),
        (("replied", "you_rated", "redone", "replied"), ("rate",), 1, "over"),
        (("replied", "you_rated", "redone", "replied"), ("rate",), 2, "open"),
        (("replied",), ("rate",), 2, "over"),
        (("received", "answered"), (), 1, "over"),
        (("received",), ("rate",), 0, "over"),
    ],
)
def test_what_became_of_a_link(keys, may, answer, state):
    assert link_state(progress(*keys, may=may), answer, MONDAY + timedelta(days=4), LIFE) == state


def test_a_link_ends_to_the_moment():
    given = progress("replied")
    assert link_state(given, 1, MONDAY + LIFE - timedelta(seconds=1), LIFE) == "open"
    assert link_state(given, 1, MONDAY + LIFE, LIFE) == "expired"


def test_each_answer_that_was_given_counts():
    assert [line.key for line in answers(progress("received", "answered", "missed", "replied"))] == ["answered", "replied"]
