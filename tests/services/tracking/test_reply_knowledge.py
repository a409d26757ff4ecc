"""What the reply gate knows is read from disk at start; a wrong file is refused with its line."""

import shutil
from pathlib import Path

import pytest

from services.tracking import rules
from services.tracking.rules import RulesFault, load_replies


@pytest.fixture
def words(tmp_path: Path) -> Path:
    return Path(shutil.copy(rules.HERE / rules.REPLIES, tmp_path / rules.REPLIES))


def change(path: Path, old: str, new: str) -> int:
    """Replaces the first occurrence; returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("information = -", "information = ", "weights.information: Input should be less than 0"),
        ("stop = 0.5", "stop = 1.5", "limits.stop: Input should be less than 1"),
        ("look = 0.35", "looks = 0.35", "limits.looks is not a key that is known here"),
        ("reference = [", "references = [", "clauses.references"),
        ("receipt = [", "receipt = ['两 个', ", "clauses.receipt.0: String should match"),
        ("surnames = \"", "surnames = \"(", "leaks.surnames: String should match"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_refused_with_its_line(words, old, new, said):
    line = change(words, old, new)
    with pytest.raises(RulesFault) as refused:
        load_replies(words)
    assert said in str(refused.value)
    assert f"{rules.REPLIES}:{line}:" in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("look = 0.35", "look = 0.9", "look is higher than stop"), ("passing_on = [", "[marks]\npassing_on = [", "replies.toml")],
)
def test_what_does_not_fit_together_is_refused(words, old, new, said):
    change(words, old, new)
    with pytest.raises(RulesFault, match=said):
        load_replies(words)


def test_a_city_s_folder_may_have_words_of_its_own_or_those_that_ship(words):
    folder = words.parent
    for name in ("policy.toml", "calendar.toml"):
        shutil.copy(rules.HERE / name, folder / name)
    change(words, "stop = 0.5", "stop = 0.6")
    assert rules.load(folder).replies.limits.stop == 0.6
    words.unlink()
    assert rules.load(folder).replies.limits.stop == 0.5
