"""`huiying learn`: from a table or from the city's own cases; what is held back gives nothing away; a switch can be taken back."""

import asyncio
import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from services.command import application
from services.commands.learn import HeadName
from services.commands.lessons import Compared, Said, Taught, compare, confusions, hold_back, read_lessons
from services.commands.models import BEFORE, UNDONE
from services.intake.columns import ColumnsFault
from services.tracking.documents import CASE, KINDS
from services.tracking.model.case import Case
from shared.adapters.sqlite_store import SqliteStore
from shared.events.intake import Place
from shared.events.routing import DepartmentProposed, Proposal
from shared.language.model_files import read_model
from shared.ports import Change
from shared.runtime.parked import PARKED
from tests.builders import judged, reading, registered, take
from tests.conftest import OpenStore

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2026, 1, 5, 3, tzinfo=UTC)
WORDS = {
    "water_company": ("停水", "水管", "水压低", "自来水", "断水", "水表", "漏水", "抢修", "供水", "没水用"),
    "education": ("学校", "老师", "补课", "学费", "食堂", "校车", "招生", "作业", "家长", "教室"),
}
PLAIN = ("我们小区", "昨天开始", "一直没有", "请尽快", "打了电话", "不知道", "为什么", "三天了", "邻居都说", "希望处理", "多次反映")
TRACKED = (*KINDS, PARKED)


def said(department: str, number: int) -> str:
    """Sentences of their own for each number: no two are near-duplicates."""
    draw = random.Random(f"{department} {number}")  # noqa: S311 - the same sentences in every run
    return "，".join(draw.choice(pool) for _ in range(9) for pool in (PLAIN, WORDS[department]))


def taught(department: str, number: int, day: int, **changes) -> Taught:
    facts = {"text": said(department, number), "category": f"{department}.some", "department": department, "urgency": "U4"}
    moment = FIRST + timedelta(days=day)
    return Taught(title="", place=Place(), received_at=moment, known_by="closed", overruled=False, **(facts | changes))


def history(count: int = 60, days: int = 150) -> list[Taught]:
    names = list(WORDS)
    return [taught(names[number % 2], number, number * days // count) for number in range(count)]


def guess_water(_: Taught) -> Said:
    return Said("water_company", 0.6)


def test_the_newest_whole_months_are_held_back_a_fifth_at_least():
    learned, held, months = hold_back("department", history(), SHANGHAI)
    assert months == ("2026-05", "2026-06")
    assert len(held) >= 60 / 5
    assert max(one.received_at for one in learned) < min(one.received_at for one in held)
    assert len(learned) + len(held) == 60


def test_a_near_duplicate_of_what_is_held_back_is_learned_from_by_nobody():
    copied = taught("education", 900, 2)
    again = taught("education", 901, 149, text=copied.text + "请回复")
    learned, held, _ = hold_back("department", sorted([*history(), copied, again], key=lambda one: one.received_at), SHANGHAI)
    assert again in held
    assert copied not in learned
    assert copied not in held


@pytest.mark.parametrize("lessons", [[], history(8), [one for one in history() if one.department == "education"]])
def test_too_little_to_learn_from_is_said(lessons):
    with pytest.raises(ColumnsFault, match="it takes 20 of two kinds"):
        hold_back("department", lessons, SHANGHAI)


def test_both_answer_the_same_messages_and_the_one_that_learned_is_better():
    compared = compare("department", history(), guess_water, SHANGHAI, FIRST.date())
    assert len(compared.new) == len(compared.old) == len(compared.true) >= 12
    assert compared.f1(compared.new) > 0.95
    assert compared.better
    assert set(compared.thresholds) == {0.95, 0.97, 0.99}


def test_what_is_as_good_as_the_one_in_use_is_not_better():
    true = ["a", "b"]
    same = [Said("a", 0.9), Said("a", 0.8)]
    head: HeadName = "department"
    assert not Compared(head, (), 2, None, [], true, same, same, {}).better
    assert confusions(true, same) == [("b", "a", 1)]


def case_of(about: str, number: int, day: int, **changes) -> Case:
    at = FIRST + timedelta(days=day)
    best = Proposal(department=about, category=f"{about}.some", confidence=0.99)
    proposed = DepartmentProposed(best=best, sure=True, catalogue="test")
    case = judged(registered(at, text=said(about, number)), at, read=reading(), proposed=proposed)
    accepted, _ = take(case, "accept", at)
    return accepted.model_copy(update={"number": f"26{number:011d}", "received_at": at, **changes})


def change_of(case: Case) -> Change:
    return Change(CASE.name, case.number, 0, CASE.body(case), CASE.values(case))


async def test_the_case_history_is_read_in_order_and_restricted_words_never(open_store: OpenStore) -> None:
    cases = [case_of("education", 3, 9), case_of("water_company", 1, 2), case_of("education", 2, 5, confidential=True)]
    store = open_store("tracking", KINDS)
    assert await store.commit([change_of(one) for one in cases]) == []
    lessons = await read_lessons(store)
    assert [(one.department, one.category, one.known_by) for one in lessons] == [
        ("water_company", "water_company.some", "department"), ("education", "education.some", "department"),
    ]  # fmt: skip


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["learn", *arguments], env={"HUIYING_DATA": str(data), "HUIYING_LOG_LEVEL": "error"})


def write_cases(data: Path, cases: list[Case]) -> None:
    async def write() -> None:
        store = SqliteStore(data / "tracking.db", [kind.collection for kind in TRACKED])
        await store.commit([change_of(one) for one in cases])
        await store.close()

    data.mkdir()
    asyncio.run(write())


def test_from_the_cases_to_a_model_in_use_and_back(tmp_path: Path) -> None:
    data, models = tmp_path / "data", tmp_path / "models"
    ways = (("water_company", "urban_management"), ("education", "transport"))  # this city goes its own ways
    write_cases(data, [case_of(ways[one % 2][0], one, one * 2, department=ways[one % 2][1]) for one in range(60)])
    first = run(data, "--head", "department", "--out", str(models))
    assert first.exit_code == 0, first.output
    assert "60 cases whose department is known (60 by department)" in first.stderr
    assert "confused most" in first.stderr
    model = read_model(models / "department.json")
    assert (model.card.trained_on, model.card.texts) == ("case history, 60 cases", 60)
    assert run(data, "--head", "department", "--out", str(models), "--anyway").exit_code == 0
    assert (models / BEFORE / "department.json").exists()
    assert "the one before it" in run(data, "--head", "department", "--out", str(models), "--undo").stderr
    assert not (models / BEFORE / "department.json").exists()
    assert "the one that ships" in run(data, "--head", "department", "--out", str(models), "--undo").stderr
    assert not (models / "department.json").exists()
    assert not (models / "department.guide").exists()
    assert (models / UNDONE / "department.json").exists()
    assert read_model(models / UNDONE / "department.json").guide, "what it reads on from went with it"


def test_the_model_in_use_stays_where_what_was_learned_is_not_better(tmp_path: Path) -> None:
    data, models = tmp_path / "data", tmp_path / "models"
    write_cases(data, [case_of("water_company", number, number * 2) for number in range(40)])
    refused = run(data, "--head", "department", "--out", str(models))
    assert isinstance(refused.exception, ColumnsFault)
    assert not models.exists()


def test_from_a_table_as_before(tmp_path: Path) -> None:
    table, models = tmp_path / "labels.csv", tmp_path / "models"
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = [(one.text, one.department) for one in history(40)]
        csv.writer(file).writerows([("text", "to"), *rows])
    done = run(tmp_path / "none", str(table), "--head", "department", "--label", "to", "--out", str(models))
    assert done.exit_code == 0, done.output
    assert read_model(models / "department.json").card.trained_on == "labels.csv"
    missing = run(tmp_path / "none", str(table), "--head", "department", "--out", str(models))
    assert missing.exit_code == 2
    assert "--label is needed" in missing.stderr
