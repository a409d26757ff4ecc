"""The rating by link: which answer a link was for, and whether that answer may still be rated by it."""

from datetime import datetime, timedelta
from typing import Literal

from services.intake.model.complaint import HistoryLine, Progress

LinkState = Literal["open", "rated", "expired", "over"]

ANSWERS = frozenset({"replied", "answered"})
RATINGS = frozenset({"you_rated", "rated"})


def answers(progress: Progress) -> tuple[HistoryLine, ...]:
    """The answers that were given, oldest first: a redo brings another one."""
    return tuple(line for line in progress.history if line.key in ANSWERS)


def link_state(progress: Progress, answer: int, now: datetime, life: timedelta) -> LinkState:
    """What became of the link for the `answer`-th answer (from 1): it serves once, for the newest answer, for `life` from then on."""
    given = answers(progress)
    if answer != len(given) or not given:
        return "over"
    if _rated_since_answered(progress):
        return "rated"
    if "rate" not in progress.may:
        return "over"
    return "open" if now < given[-1].at + life else "expired"


def _rated_since_answered(progress: Progress) -> bool:
    newest = next((line.key for line in reversed(progress.history) if line.key in ANSWERS | RATINGS), "")
    return newest in RATINGS
