"""The jars of the servers that tests start: resolved by Maven from a pom with fixed versions, checked by hash, kept outside the tree.

`python -m tests.servers.jars` fetches them; the tests do so themselves where Java and Maven are there.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

JAVA = Path(__file__).parent / "java"
SUMS = JAVA / "jars.sha256"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
MISSING = "needs Java 17 and Maven for the servers of the tests (Debian: default-jre-headless, maven)"


def cache_folder() -> Path:
    """A folder for what these very hashes name, shared by all checkouts of the user."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "huiying" / f"jars-{hashlib.sha256(SUMS.read_bytes()).hexdigest()[:16]}"


def wrong_files(folder: Path) -> list[str]:
    """The jars that are missing, are not what their hash says, or have no hash."""
    expected = {name: digest for digest, name in (line.split() for line in SUMS.read_text().splitlines())}
    present = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jar")}
    return sorted(name for name in expected | present if expected.get(name) != present.get(name))


def fetch_jars() -> Path:
    """The folder with the jars, fetched on the first use. Raises OSError without Java or Maven, RuntimeError for other jars than ours."""
    folder = cache_folder()
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
            jars = Path(fresh) / "jars"
            command = ["mvn", "-q", "-B", "-f", str(JAVA / "pom.xml"), COPY, f"-DoutputDirectory={jars}", "-DincludeScope=runtime"]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            _check(jars)
            with suppress(OSError):  # another test run was quicker; the check below tells
                jars.rename(folder)
    _check(folder)
    return folder


def _check(folder: Path) -> None:
    if wrong := wrong_files(folder):
        raise RuntimeError(f"the jars in {folder} are not those of {SUMS.name}: {', '.join(wrong)}; delete the folder")


def need_jars() -> Path:
    """The folder with the jars. Skips the test where they cannot be had, with a sentence; where CI is set it fails instead."""
    if shutil.which("java") and (cache_folder().exists() or shutil.which("mvn")):
        return fetch_jars()
    if os.environ.get("CI"):
        pytest.fail(MISSING, pytrace=False)
    pytest.skip(MISSING)


if __name__ == "__main__":
    if not shutil.which("java") or not shutil.which("mvn"):
        sys.exit(f"This {MISSING}.")
    print(fetch_jars())
