"""The standard questions: every category has some, and what is wrong with a file is told with its line."""

import pytest

from services.intake.questions import QuestionsFault, load_questions
from shared.places import load_places

PLACES = load_places()


def test_there_is_something_to_ask_about_every_category():
    questions = load_questions(PLACES)
    groups = {category: questions.about(category) for category in PLACES.categories}
    assert all(groups.values())
    assert groups["gas_heat.gas"].category == "gas_heat.gas"
    assert groups["roads.light"].category == "roads", "what has no questions of its own has those of its first level"
    assert questions.about("nothing") is None
    assert "119" in "".join(groups["gas_heat.gas"].asked("zh-CN"))
    assert len(groups["gas_heat.gas"].asked("en")) == len(groups["gas_heat.gas"].asked("zh-CN"))


GOOD = '[[questions]]\ncategory = "work"\nzh = ["问一", "问二", "问三"]\nen = ["one", "two", "three"]\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "questions"),
        ('[other]\nx = 1\n', 1, "questions"),
        (GOOD + GOOD, 5, "twice"),
        (GOOD.replace('"work"', '"nowhere"'), 1, "nowhere"),
        ("\n\n" + GOOD.replace('"three"', '"three", "four"'), 3, "3 questions in zh and 4 in en"),
        (GOOD.replace(', "问三"', ""), 1, "zh"),
        (GOOD + "[[questions]]\ncategory = 1\n", 5, "category"),
        ("[[questions\n", 1, "not TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, text, line, words):
    path = tmp_path / "asks.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionsFault) as fault:
        load_questions(PLACES, path)
    assert (fault.value.file, fault.value.line) == ("asks.toml", line)
    assert words in str(fault.value)


async def test_a_city_asks_its_own(open_intake, tmp_path):
    path = tmp_path / "asks.toml"
    path.write_text(GOOD, encoding="utf-8")
    house = await open_intake({"questions": path})
    assert [group.category for group in house.door.questions.groups] == ["work"]
