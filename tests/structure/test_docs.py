"""What is drawn from the code is current, and what the README promises is there."""

import re
from pathlib import Path

import pytest

from shared import telemetry
from shared.runtime.settings import Settings
from tests.servers import kafka, mongo
from tools.generate_docs import pages

ROOT = Path(__file__).parents[2]
LARGEST_PICTURE = 150_000


@pytest.mark.parametrize("name", ["life-of-a-case.md", "events.md", "settings.md"])
def test_a_drawn_page_is_current(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages()[name], "run: make docs"


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/running.md"])
def test_every_command_and_link_in_the_readme_is_real(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert {"run", "test"} <= _targets()
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.M)) <= _targets()
    for link in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (ROOT / name).parent.joinpath(link).exists(), f"{name} points at {link}"


def test_every_picture_is_shown_and_small():
    folder = ROOT / "docs/pictures"
    shown = set(re.findall(r"\]\(([a-z-]+\.png)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert {path.name for path in folder.glob("*.png")} == shown
    assert max(path.stat().st_size for path in folder.glob("*.png")) <= LARGEST_PICTURE


def test_every_setting_that_the_pages_name_exists():
    known = {f"HUIYING_{field.upper()}" for field in Settings.model_fields}
    settings_page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    known |= set(re.findall(r"`(HUIYING_[A-Z_]+)`", settings_page)) | {kafka.NAMED, mongo.NAMED}
    for name in ("README.md", "README.zh-CN.md", "docs/running.md"):
        assert set(re.findall(r"HUIYING_[A-Z_]*[A-Z]", (ROOT / name).read_text(encoding="utf-8"))) <= known


def test_every_metric_that_the_runbook_names_exists():
    there = {
        f"{metric._name}{'_total' if metric._type == 'counter' else ''}"
        for metric in vars(telemetry).values()
        if hasattr(metric, "_name") and hasattr(metric, "_type")
    }
    named = set(re.findall(r"`(huiying_[a-z_]+)`", (ROOT / "docs/running.md").read_text(encoding="utf-8")))
    assert named
    assert named <= there
    assert all(name.endswith(("_total", "_seconds", "_records", "_notices")) for name in there), "a metric's name ends in its unit"
