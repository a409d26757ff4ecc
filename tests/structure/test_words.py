"""Words: every key that is used exists, every key that exists is used, in both languages with the same facts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.web.words import COLUMNS, read_words

ROOT = Path(__file__).parents[2]
FILES = sorted([ROOT / "shared/web/words.toml", *ROOT.glob("services/*/words.toml"), *ROOT.glob("services/*/words/*.toml")])
TEMPLATES = sorted([*ROOT.glob("shared/web/templates/**/*.html"), *ROOT.glob("services/*/templates/**/*.html")])
SOURCES = sorted([*ROOT.glob("shared/**/*.py"), *ROOT.glob("services/**/*.py")])
WORDS = read_words(FILES)
KEY = re.compile(r"[a-z_]+(?:\.[A-Za-z0-9_]+)+")

SAID = re.compile(r"\bt\(\s*([\"'])(?P<key>[^\"']+)\1\s*(?P<rest>[,)~])(?P<facts>[^{}]*?)(?=\}\}|%\})", re.DOTALL)
BEGINNING = re.compile(r"[a-z_]+\.[A-Za-z0-9_.]*[._]|[a-z_]+\.")
QUOTED = re.compile(r"([\"'])([a-z_]+(?:\.[A-Za-z0-9_]*)+)\1")


def said_in_templates() -> Iterator[tuple[Path, str, bool]]:
    """Each key said by t("…"), and whether it is only the beginning of one: t("state." ~ case.state)."""
    for path in TEMPLATES:
        for found in SAID.finditer(path.read_text()):
            yield path, found["key"], found["rest"] == "~"


def strings(path: Path) -> Iterator[tuple[str, bool]]:
    """Each string of a source, and whether it is the beginning of an f-string or of a sum."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
            yield str(node.values[0].value), True
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.left, ast.Constant):
            yield str(node.left.value), True
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, False


def called(path: Path, names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Calls of these functions with their first text among the positional arguments."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in names and texts:
            yield texts[0], node


def test_every_key_said_in_a_template_exists():
    missing = [f"{path.name}: {key}" for path, key, begins in said_in_templates() if not begins and key not in WORDS]
    missing += [
        f"{path.name}: {key}…" for path, key, begins in said_in_templates() if begins and not [k for k in WORDS if k.startswith(key)]
    ]
    assert not missing


def test_every_key_said_in_a_source_exists():
    missing = []
    for path in SOURCES:
        missing += [f"{path.name}: {key}" for key, _ in called(path, {"say"}) if KEY.fullmatch(key) and key not in WORDS]
        missing += [f"{path.name}: refusal.{why}" for why, _ in called(path, {"NotAllowed"}) if f"refusal.{why}" not in WORDS]
        missing += [f"{path.name}: {why}" for why, _ in called(path, {"PydanticCustomError"}) if "." in why and why not in WORDS]
        for code, _ in called(path, {"Problem"}):
            missing += [f"{path.name}: problem.{code}.{part}" for part in ("title", "detail") if f"problem.{code}.{part}" not in WORDS]
    assert not missing


def test_refusals_are_given_the_facts_that_their_words_need():
    lacking = []
    for path in SOURCES:
        for why, call in called(path, {"NotAllowed"}):
            given = {keyword.arg for keyword in call.keywords}
            if f"refusal.{why}" in WORDS and None not in given:
                needed = WORDS.phrase(f"refusal.{why}", "en").facts
                lacking += [f"{path.name}: {why} needs {fact}" for fact in needed - given]
    assert not lacking


def used() -> tuple[set[str], set[str]]:
    """All texts that may be keys, and all that may be the beginnings of keys."""
    whole, beginnings = set(), {key for _, key, begins in said_in_templates() if begins}
    for path in TEMPLATES:
        texts = {found[1] for found in QUOTED.findall(path.read_text())}
        whole |= texts
        beginnings |= {text for text in texts if text.endswith(".")}
    for path in SOURCES:
        for text, begins in strings(path):
            (beginnings if begins else whole).update({text, f"refusal.{text}"})
            whole |= {f"problem.{text}.title", f"problem.{text}.detail"}
    return whole, {text for text in beginnings if BEGINNING.fullmatch(text)} - {"refusal.", "problem."}


def test_no_key_is_left_over():
    whole, beginnings = used()
    left_over = [key for key in WORDS if key not in whole and not key.startswith(tuple(beginnings))]
    assert not left_over


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_words_are_calm(path):
    for key in read_words([path]):
        for language in COLUMNS:
            phrase = WORDS.phrase(key, language)
            assert "!" not in phrase.other, f"{key}: no exclamation marks"
            assert "！" not in phrase.other, f"{key}: no exclamation marks"
            assert "尊敬的" not in phrase.other, key
            assert phrase.other == phrase.other.strip(), key
        assert re.search(r"[\u4e00-\u9fff]|^[^a-z]*$", re.sub(r"\{[a-z_]+\}", "", WORDS.phrase(key, "zh-CN").other)), (
            f"{key}: Chinese is missing"
        )
        assert not re.search(r"[\u4e00-\u9fff]", WORDS.phrase(key, "en").other), f"{key}: Chinese in the English"
