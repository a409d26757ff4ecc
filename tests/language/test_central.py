"""Which title stands for several."""

import pytest

from shared.language.central import most_central


def test_the_title_with_most_in_common_stands_for_all() -> None:
    assert most_central(["求助", "柳堤路工地夜间施工扰民", "柳堤路工地夜间施工", "关于工地"]) == 2


def test_the_first_of_equals_and_titles_without_words() -> None:
    assert most_central(["停水了", "停水了"]) == 0
    assert most_central(["", "a"]) == 0


def test_there_has_to_be_one() -> None:
    with pytest.raises(ValueError, match=r"."):
        most_central([])
