"""Words: two languages for each key, facts in place, faults told with file and line."""

from pathlib import Path

import pytest
from markupsafe import Markup

from shared.web.words import Words, WordsFault, read_words


def read(folder: Path, text: str) -> Words:
    path = folder / "words.toml"
    path.write_text(text)
    return read_words([path])


def test_a_key_is_its_tables_and_its_name(tmp_path: Path) -> None:
    words = read(tmp_path, '[refusal.reply]\ntoo_short = { zh = "太短，至少 {least} 字", en = "too short: {least} characters" }\n')
    assert list(words) == ["refusal.reply.too_short"]
    assert "refusal.reply.too_short" in words
    assert words.say("refusal.reply.too_short", "zh-CN", least=10) == "太短，至少 10 字"
    assert words.say("refusal.reply.too_short", "en", least=10) == "too short: 10 characters"


def test_english_may_count(tmp_path: Path) -> None:
    words = read(tmp_path, '[a]\nb = { zh = "{count} 天", en = { one = "{count} day", other = "{count} days" } }\n')
    assert [words.say("a.b", "en", count=count) for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert words.say("a.b", "zh-CN", count=1) == "1 天"


def test_a_fact_that_is_markup_makes_markup_and_the_others_are_escaped(tmp_path: Path) -> None:
    words = read(tmp_path, '[a]\nb = { zh = "{who}：{link}", en = "{who}: {link}" }\n')
    said = words.say("a.b", "en", who="<b>", link=Markup("<a>x</a>"))
    assert isinstance(said, Markup)
    assert said == "&lt;b&gt;: <a>x</a>"
    assert not isinstance(words.say("a.b", "en", who="<b>", link="x"), Markup)


def test_an_unknown_key_and_a_missing_fact_are_errors(tmp_path: Path) -> None:
    words = read(tmp_path, '[a]\nb = { zh = "{who}", en = "{who}" }\n')
    with pytest.raises(LookupError, match=r"a\.c"):
        words.say("a.c", "en")
    with pytest.raises(LookupError, match="who"):
        words.say("a.b", "en")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[a]\nb = { zh = "一" }\n', r"words\.toml:2: a\.b needs zh and en"),
        ('[a]\nb = { zh = "一", en = "" }\n', r"words\.toml:2: a\.b must be a text"),
        ('[a]\nb = { zh = "{n}", en = "{m}" }\n', r"words\.toml:2: a\.b has other facts"),
        ('[a]\nb = { zh = "{count}", en = { one = "one", other = "{n}" } }\n', r"words\.toml:2: a\.b has other facts"),
        ('[a]\n\nb = "text"\n', r"words\.toml:3: a\.b must be \{ zh"),
        ('[a]\nb = { zh = "一", en = { few = "x", other = "y" } }\n', r"words\.toml:2: a\.b must be a text"),
        ("[a\n", r"words\.toml:1: not TOML"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(WordsFault, match=message):
        read(tmp_path, text)


def test_a_key_may_stand_in_one_file_only(tmp_path: Path) -> None:
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text('[a]\nb = { zh = "一", en = "one" }\n')
    with pytest.raises(WordsFault, match=r"two\.toml:2: a\.b stands twice"):
        read_words([tmp_path / "one.toml", tmp_path / "two.toml"])
