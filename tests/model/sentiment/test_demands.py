"""What a message asks for: the demands that were marked by hand, lists, further matters, courtesies, and laws for any text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.sentiment.model.demands import MOST, find_demands
from shared.language.characters import folded
from tests.model.sentiment.marked import compare, read_marked


def demands(text: str, title_end: int = 0) -> list[str]:
    read = folded(text)
    return [read.written(start, end)[0] for start, end in find_demands(read, title_end)]


@pytest.mark.parametrize("half", [0, 1])
def test_the_demands_marked_by_hand_are_found(half: int) -> None:
    precision, recall = compare([(spans, find_demands(folded(text), 0)) for text, spans in read_marked()[half::2]])
    assert precision >= 0.8
    assert recall >= 0.85


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("一、请修路灯；二、请清垃圾；三、公开账目。", ["请修路灯", "请清垃圾", "公开账目"]),
        ("（1）退还押金（2）赔礼道歉", ["退还押金", "赔礼道歉"]),
        ("去年修的路又坏了。希望重新铺设路面。另外路灯也不亮。", ["希望重新铺设路面", "另外路灯也不亮"]),
        ("请问怎么办证？收费多少？", ["请问怎么办证", "收费多少"]),
        ("小区停水三天了，请尽快解决。", ["小区停水三天了，请尽快解决"]),
        ("三栋的电梯又停在半层，物业说等厂家。另外车库很黑，请修灯。", ["三栋的电梯又停在半层，物业说等厂家", "另外车库很黑，请修灯"]),
        ("您好。另外车库很黑，请修灯。", ["另外车库很黑，请修灯"]),
        ("三栋的电梯又停在半层，同时请修灯。", ["三栋的电梯又停在半层，同时请修灯"]),
        ("难道就没有人管吗？请公布调查结果。", ["请公布调查结果"]),
    ],
)
def test_each_matter_is_a_demand(text: str, asked: list[str]) -> None:
    assert demands(text) == asked


def test_what_asks_for_nothing_is_one_demand_the_title_or_the_text() -> None:
    assert demands("路灯坏了三天") == ["路灯坏了三天"]
    assert demands("路灯坏了\n三天没有人来", title_end=4) == ["路灯坏了"]


def test_a_date_or_a_sum_is_no_list() -> None:
    assert demands("2024.1.5 我交了 3.5 万元，请退还定金。") == ["2024.1.5 我交了 3.5 万元，请退还定金"]


@given(text=some.text(some.sampled_from("一二1.2、（）请问希望另外还有?。,,\n 的水①首先"), max_size=200), at=some.integers(0, 20))
def test_spans_are_in_order_apart_and_bounded(text: str, at: int) -> None:
    read = folded(text)
    spans = find_demands(read, min(at, len(read.folded)))
    assert len(spans) <= MOST
    assert all(0 <= start < end <= len(read.folded) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize("text", ["", " ", "。。。", "?" * 20_000, "请" * 20_000, "1、" * 10_000, " " * 20_000, "怎么" * 10_000])
def test_any_text_is_read(text: str) -> None:
    assert len(demands(text)) <= MOST
