"""Finding known words: the longest at each place, none inside another, dates among them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from shared.language.lexicon import DATE, MOST_WORDS, Lexicon, Token, compile_lexicon

SMALL = compile_lexicon([("着火", "fire"), ("着火点", None), ("着火", "danger"), ("火", "hot"), ("没有", "not")])


def find(lexicon: Lexicon, text: str) -> list[Token]:
    return lexicon.find(text)


def test_the_longest_word_is_taken_and_a_lookalike_has_no_tags() -> None:
    assert find(SMALL, "着火点火") == [(0, 3, ()), (3, 4, ("hot",))]
    assert find(SMALL, "没有着火") == [(0, 2, ("not",)), (2, 4, ("fire", "danger"))]


def test_a_word_of_one_character_is_found_where_no_longer_one_begins() -> None:
    assert find(SMALL, "火着") == [(0, 1, ("hot",))]


def test_a_word_that_ends_behind_another_is_found_but_not_behind_a_lookalike() -> None:
    words = compile_lexicon([("要杀", "kill"), ("杀我全家", "all"), ("全家", "home"), ("看着火", None), ("火车", "train")])
    assert [token.tags for token in find(words, "要杀我全家")] == [("kill",), ("all",)]
    assert find(words, "看着火车") == [(0, 3, ())]


def test_dates_stand_among_the_words() -> None:
    assert find(SMALL, "2019年5月着火") == [(0, 7, (DATE,)), (7, 9, ("fire", "danger"))]


def test_an_empty_text_has_no_words() -> None:
    assert find(SMALL, "") == []


def test_long_words_are_found_and_one_that_the_end_cuts_off_is_not() -> None:
    words = compile_lexicon([("一二三四五六七", "seven"), ("一二三四五六七八", "eight"), ("一二三四五六七八九十", "ten")])
    assert [find(words, "一二三四五六七八九十"[:size]) for size in (6, 7, 9, 10)] == [
        [], [(0, 7, ("seven",))], [(0, 8, ("eight",))], [(0, 10, ("ten",))]
    ]  # fmt: skip


def test_among_very_many_beginnings_every_word_is_found() -> None:
    text = "没没火" + 2 * ("没" * 1_500 + "火")
    assert [token.end for token in find(compile_lexicon([("没没火", "tag")]), text)] == [3, 1_504, len(text)]


def test_of_very_many_places_the_first_and_the_last_are_looked_at() -> None:
    text = "火车" + 2 * ("火" * 1_500 + "火车")
    ends = [token.end for token in find(compile_lexicon([("火车", "train"), ("火", None)]), text) if token.tags]
    assert ends == [2, len(text)]


def test_of_very_many_words_the_first_and_the_last_are_given() -> None:
    found = find(SMALL, "火" * 1_300)
    assert len(found) == MOST_WORDS
    assert (found[0].start, found[-1].end) == (0, 1_300)


@given(
    words=some.dictionaries(some.text("煤气着火", min_size=1, max_size=10), some.sampled_from(["tag", None]), min_size=1),
    text=some.text("煤气着火,", max_size=40),
)
def test_the_words_are_those_found_place_by_place(words: dict[str, str | None], text: str) -> None:
    found: list[tuple[int, int]] = []
    barred = 0
    for start in range(len(text)):
        end = max((start + len(word) for word in words if text.startswith(word, start)), default=0)
        if start >= barred and end > max((other for _, other in found), default=0):
            found.append((start, end))
            barred = barred if words[text[start:end]] else end
    assert [(token.start, token.end) for token in find(compile_lexicon(words.items()), text)] == found


@given(words=some.sets(some.text("煤气着火点没有", min_size=1, max_size=4), min_size=1), text=some.text("煤气着火点没有,", max_size=40))
def test_nothing_is_found_that_is_not_there_and_nothing_is_missed(words: set[str], text: str) -> None:
    found = find(compile_lexicon((word, word) for word in words), text)
    assert all(text[token.start : token.end] == token.tags[0] for token in found)
    assert all(one.start < other.start and one.end < other.end for one, other in pairwise(found))
    covered = {place for token in found for place in range(token.start, token.end)}
    missed = [(word, at) for word in words for at in range(len(text)) if text.startswith(word, at) and at not in covered]
    assert not missed
