"""The online index of messages: what falls together, and the laws of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.language.duplicates import ELSEWHERE, Duplicates, Placed, needed
from shared.language.kept import Kept
from shared.language.likeness import Fingerprint, fingerprint

ROAD = ("柳堤路工地半夜施工", "柳堤路12号院对面的工地每天半夜还在浇筑混凝土，噪音大得一家人睡不着。")
ROAD_AGAIN = ("柳堤路工地夜间施工扰民", "柳堤路12号院对面工地浇筑混凝土到凌晨，噪音太大，老人孩子都睡不着。")
WATER = ("望澜小区停水三天", "望澜小区从周一开始自来水停水，物业说不清楚什么时候来水。")
BUS = ("希望增加106路班次", "早高峰106路公交车二十分钟才来一班，上班总是迟到。")
ASKED = ("落户", "医保", "社保卡", "公积金", "居住证")
OTHERS = tuple((f"{word}的问题", f"想问一下{word}什么时候可以办理，需要带哪些材料。") for word in ASKED)

texts = some.lists(some.sampled_from([ROAD, ROAD_AGAIN, WATER, BUS, *OTHERS, ("", ""), ("A", "\x00")]), max_size=25)


def read(said: tuple[str, str]) -> Fingerprint:
    return fingerprint(*said)


def fill(index: Duplicates, said: list[tuple[str, str]], day: float = 0.0) -> list[Placed]:
    return [index.add(read(one), day + number / 100) for number, one in enumerate(said)]


def test_the_same_matter_in_other_words_falls_into_the_group_of_the_first() -> None:
    *_, first, _, again = fill(Duplicates(), [*OTHERS, ROAD, WATER, ROAD_AGAIN])
    assert first.of is None
    assert first.group == first.serial
    assert again.group == first.group
    assert again.of is not None
    assert again.of.serial == first.serial
    assert 0.4 < again.of.score < 1


def test_the_very_same_words_are_as_like_as_can_be() -> None:
    *_, again = fill(Duplicates(), [*OTHERS, WATER, WATER])
    assert again.of is not None
    assert again.of.score == pytest.approx(1.0, abs=0.01)


def test_another_matter_stays_alone() -> None:
    assert fill(Duplicates(), [*OTHERS, ROAD, WATER, BUS])[-1].of is None


def test_the_same_words_about_another_district_are_less_alike() -> None:
    index = Duplicates()
    fill(index, list(OTHERS))
    index.add(fingerprint(*ROAD, ["wanglan"]), 1)
    here, there, unsaid = (index.likest(fingerprint(*ROAD_AGAIN, where))[0].score for where in (["wanglan"], ["chenghu"], []))
    assert there == pytest.approx(ELSEWHERE * here)
    assert unsaid == here


def test_after_ninety_days_nothing_is_remembered() -> None:
    index = Duplicates()
    index.add(read(WATER), 0.0)
    assert index.add(read(WATER), 89.9).group == 0
    assert index.add(read(WATER), 200.0).of is None
    assert len(index) == 1


def test_a_group_lives_on_while_messages_come_in() -> None:
    index = Duplicates()
    assert [index.add(read(WATER), 60.0 * number).group for number in range(5)] == [0] * 5


def test_it_forgets_the_oldest_beyond_its_bound() -> None:
    index = Duplicates(most=3)
    fill(index, [WATER, *OTHERS])
    assert len(index) == 3
    assert index.group_of(0) is None
    assert index.add(read(WATER), 1.0).of is None


def test_looking_takes_nothing_in() -> None:
    index = Duplicates()
    fill(index, [*OTHERS, ROAD])
    found = index.likest(read(ROAD_AGAIN))
    assert found[0].serial == len(OTHERS)
    assert found == index.likest(read(ROAD_AGAIN))
    assert len(index) == len(OTHERS) + 1


@given(texts)
def test_the_same_messages_in_the_same_order_fall_into_the_same_groups(said: list[tuple[str, str]]) -> None:
    placed = fill(Duplicates(), said)
    assert placed == fill(Duplicates(), said)
    assert all(0 <= one.score <= 1 for placed_one in placed for one in placed_one.likest)


@given(texts)
def test_every_message_is_in_one_group_whose_first_is_its_oldest(said: list[tuple[str, str]]) -> None:
    index = Duplicates()
    fill(index, said)
    groups = {group for serial in range(len(said)) if (group := index.group_of(serial)) is not None}
    members = [index.members(group) for group in groups]
    assert sorted(serial for one in members for serial in one) == list(range(len(said)))
    assert all(one[0] == group for group, one in zip(groups, members, strict=True))


@given(some.text(max_size=400), some.text(max_size=4_000))
def test_any_text_can_be_taken_in(title: str, text: str) -> None:
    index = Duplicates()
    read_once = fingerprint(title, text)
    index.add(read_once, 0.0)
    again = index.add(fingerprint(title, text), 0.0)
    assert [one.score for one in again.likest] == ([pytest.approx(1.0, abs=0.01)] if len(read_once.slots) else [])


def test_room_is_made_without_losing_anything() -> None:
    index = Duplicates(most=60, _kept=Kept(room=16))
    numbered = [(f"{number}号楼的电梯坏了", f"{number * 7919}单元") for number in range(200)]
    fill(index, numbered)
    assert len(index) == 60
    assert index.likest(read(numbered[150]))[0].serial == 150


def test_it_takes_less_to_be_one_of_many() -> None:
    assert needed(1) > needed(2) > needed(10) > needed(1_000)
