"""The demonstration: every story comes to its end as written, and the same day plays the same way each time."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from demo.__main__ import environment, free_port, fresh_folder, outside
from demo.matters import HERE, Matter
from demo.people import CENTRE
from demo.play import Play, matters_until, play_matters
from demo.stage import open_stage
from services.intake.documents.call import CALL
from services.tracking.documents import CASE
from services.tracking.model.alarming import is_untaken
from services.tracking.model.case import Case
from tests.demo.parts import some_of_each_story

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
"""Tuesday 24 November 2026, 11:30 in the sample city."""
OF_A_STORY = 3

pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True)
class Played:
    """What a playing left behind; `messages` counts all that has gone out by then, `topics` the people of each hot topic."""

    play: Play
    matters: list[Matter]
    cases: dict[str, Case]
    calls: set[str]
    messages: int
    topics: list[int]

    def of(self, story: str) -> list[Case]:
        numbers = self.play.numbers
        found = [self.cases[numbers[one.number]] for one in self.matters if one.story == story and one.number in numbers]
        assert found, f"nothing was played of {story}"
        return found

    def states(self, story: str) -> set[str]:
        return {case.state for case in self.of(story)}


async def play(folder: Path, smtp_port: int, http_port: int, until: datetime = NOW, of_a_story: int = OF_A_STORY) -> Played:
    """Some of each story, played until then in a folder of its own."""
    fresh_folder(folder)
    async with open_stage(environment(folder, smtp_port, http_port), until) as stage:
        matters = some_of_each_story(matters_until(stage, until), of_a_story)
        playing = await play_matters(stage, matters, until, folder / "mailbox")
        found = await stage.house.worlds["tracking"].store.get(CASE.name, list(playing.numbers.values()))
        calls = await stage.house.worlds["intake"].store.count(CALL.name, {}, by="state")
        topics = [one.people for one in stage.matcher.topics(until - timedelta(days=7))]
    async with httpx.AsyncClient() as client:
        messages = len((await client.get(f"http://127.0.0.1:{http_port}/messages.json")).json())
    cases = {key: CASE.parse(one) for key, one in found.items()}
    return Played(playing, matters, cases, {str(state) for state in calls}, messages, topics)


async def test_the_stories_come_to_their_ends_and_the_same_day_plays_the_same(tmp_path: Path) -> None:
    smtp_port, http_port = free_port(0), free_port(0)
    with outside(smtp_port, http_port):
        first = await play(tmp_path / "first", smtp_port, http_port)
        second = await play(tmp_path / "second", smtp_port, http_port)
    assert not first.play.refused
    assert first.states("solved") <= {"closed", "awaiting_callback"}
    assert first.states("overdue") == {"in_hand"}
    assert any(case.overdue for case in first.of("overdue"))
    criticals_are_taken(first)
    assert first.topics == [3, 3], "what several people brought"
    assert first.states("withdrawn") == {"withdrawn"}
    assert "declined" in first.states("declined"), "of those that waited for a dispatcher"
    assert first.states("answered") == {"answered"}
    assert first.states("emergency") == {"transferred"}
    assert any(case.redos for case in first.of("redo"))
    assert any(case.hand_backs for case in first.of("handback"))
    assert {"mailbox", "letter", "hotline", "online"} == {case.channel for case in first.cases.values()}
    assert {"ended", "to_call_back", "talking"} <= first.calls
    assert any(entry.type == "case.supplemented" for case in first.cases.values() for entry in case.timeline), "by mail, in its case"
    assert second.messages - first.messages == first.messages > 20, "as much was sent the second time"
    assert {number: first.cases[case].state for number, case in first.play.numbers.items()} == {
        number: second.cases[case].state for number, case in second.play.numbers.items()
    }


@pytest.mark.parametrize("hours", [0.0, 5.0, 8.5, 17.0])
async def test_whatever_the_hour_there_is_an_answer_to_rate_and_a_hand_back_to_rule_on(tmp_path: Path, hours: float) -> None:
    until = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=hours)
    smtp_port, http_port = free_port(0), free_port(0)
    with outside(smtp_port, http_port):
        played = await play(tmp_path / "day", smtp_port, http_port, until, of_a_story=1)
    assert {"awaiting_callback", "handed_back"} <= {case.state for case in played.cases.values()}


def criticals_are_taken(played: Played) -> None:
    """Within ten minutes, before the desk is told again; all but the one that has just come in."""
    assert {is_untaken(case) for case in played.of("critical")} == {True}
    critical = [case for case in played.cases.values() if case.urgency == "U1"]
    assert {len(case.alarms) for case in critical} == {0, 1}, "none where the call itself was handed over"
    assert sum(is_untaken(case) for case in critical) == 1


def test_the_day_is_whole() -> None:
    with (HERE / "complaints.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 300
    assert len({row["text"] for row in rows if row["text"]}) == len([row for row in rows if row["text"]]), "no text stands twice"
    assert {"online", "hotline", "mailbox", "letter"} == {row["channel"] for row in rows}
    assert CENTRE.keys() >= {"agent", "clerk", "dispatcher", "reviewer", "callback", "supervisor", "auditor", "admin"}


def test_a_folder_that_is_no_demonstration_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(SystemExit, match="is no demonstration"):
        fresh_folder(tmp_path)
    assert (tmp_path / "letters.txt").read_text() == "mine"
