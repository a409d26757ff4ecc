"""The programs and schemas that the tests of deploy/ need: skipped with a sentence where one is missing, failed where CI is set."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tools.test_tools import tools_folder


def need_program(name: str, package: str) -> str:
    """The path of a program that a Debian package brings."""
    return shutil.which(name) or missing(f"needs {name} (Debian: {package})")


def need_tool(name: str) -> Path:
    """One of the files that tools/test_tools.py fetches."""
    path = tools_folder() / name
    return path if path.exists() else missing(f"needs {name}: run python -m tools.test_tools, which needs Go")


def missing(sentence: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
