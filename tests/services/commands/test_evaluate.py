"""huiying evaluate says what it cannot measure with."""

from pathlib import Path

import pytest

from services.commands.evaluate import PARTS, ROOT, evaluate
from shared.toml_file import FileFault


def test_an_unknown_part_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="there is no part 'weather'; there are category"):
        evaluate(["weather"], tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match=r"nowhere.*name their folder with --data"):
        evaluate(["mood"], tmp_path / "nowhere")


@pytest.mark.parametrize(("module", "function"), PARTS.values())
def test_each_part_is_a_benchmark_that_is_there(module: str, function: str) -> None:
    text = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text("utf-8")
    assert f"\ndef {function}(data: Path = DATA) -> list[Figure]:" in text


def test_without_messages_a_part_says_so_and_goes_on(tmp_path: Path, capsys) -> None:
    evaluate(["shipped"], tmp_path)
    assert "skipped" in capsys.readouterr().out
