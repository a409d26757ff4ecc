"""A city at rest for the tests of moving house, played once for all of them."""

import asyncio
from pathlib import Path

import pytest

from tests.scenarios.moved import moved, play_city


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city that was played. Not to be opened but as a source; copies of it may be."""
    folder = tmp_path_factory.mktemp("city") / "played"
    play_city(folder)
    return folder


@pytest.fixture(scope="session")
def arrived(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same moved to another folder. To be copied."""
    folder = tmp_path_factory.mktemp("arrived") / "house"
    assert asyncio.run(moved(played, folder)).same
    return folder
