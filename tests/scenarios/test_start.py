"""What keeps the system from starting is said in a sentence to the one who can act, with file and line where there is one."""

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.processes import PATIENCE, System

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "services/routing/catalogue"


def start(folder, **settings):
    """Starts the system, which must not come up; what it says."""
    environment = os.environ | {"HUIYING_DATA": str(folder), "HUIYING_PORT": "0"} | settings
    done = subprocess.run([sys.executable, "-m", "services"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_an_unknown_setting_is_named(tmp_path):
    assert "unknown setting HUIYING_COLOUR" in start(tmp_path, HUIYING_COLOUR="green")


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = start(tmp_path, HUIYING_PORT=str(taken.getsockname()[1]))
    assert "choose another with HUIYING_PORT" in said


def test_a_department_that_the_catalogue_does_not_know_is_named_with_file_and_line(tmp_path):
    catalogue = tmp_path / "catalogue"
    catalogue.mkdir()
    for path in CATALOGUE.glob("*.toml"):
        changed = path.read_text(encoding="utf-8").replace('"water_company"', '"moon_office"')
        catalogue.joinpath(path.name).write_text(changed, encoding="utf-8")
    said = start(tmp_path / "data", HUIYING_ROUTING_CATALOGUE=str(catalogue))
    assert "moon_office" in said
    file, line = next(word for word in said.replace("'", " ").split() if ".toml:" in word).rsplit("/", 1)[-1].split(":")[:2]
    assert "moon_office" in catalogue.joinpath(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_places_with_a_mistake_are_refused_with_the_line(tmp_path):
    places = tmp_path / "places.toml"
    places.write_text("[[department]]\ncode = 'water'\n", encoding="utf-8")
    assert "places.toml:" in start(tmp_path, HUIYING_PLACES=str(places))


def test_a_database_of_a_newer_version_is_left_alone(tmp_path, free_port):
    system = System(tmp_path, free_port)
    system.wait_ready()
    system.stop()
    with sqlite3.connect(tmp_path / "tracking.db") as database:
        database.execute("PRAGMA user_version = 99")
        before = "\n".join(database.iterdump())
    said = start(tmp_path)
    assert "newer version" in said
    assert "tracking.db" in said
    with sqlite3.connect(tmp_path / "tracking.db") as database:
        assert "\n".join(database.iterdump()) == before
        assert database.execute("PRAGMA user_version").fetchone() == (99,)


def test_a_learned_model_that_is_broken_is_named_and_the_one_that_ships_is_used(tmp_path, free_port):
    models = tmp_path / "models"
    models.mkdir()
    models.joinpath("category.json").write_text("{}")
    system = System(
        tmp_path / "data", free_port, settings={"HUIYING_MODELS": str(models)}, log=tmp_path / "log", out=tmp_path / "out"
    )  # fmt: skip
    try:
        system.wait_ready()
        ready = httpx.get(f"{system.address}/readyz")
    finally:
        assert system.stop() == 0
    assert ready.status_code == 200, "it serves all the same"
    (remark,) = ready.json()["remarks"]["models"]
    assert remark.startswith("category.json:1: is not a card of this version")
    printed = tmp_path.joinpath("out").read_text("utf-8") + tmp_path.joinpath("log").read_text("utf-8")
    assert printed.count("category.json:1: is not a card of this version") == 2, "on the terminal and in the log"
    assert "the one that ships is used in its place: category.json:1:" in printed


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"]])
def test_a_service_that_there_is_not_is_named(tmp_path, arguments):
    environment = os.environ | {"HUIYING_DATA": str(tmp_path), "HUIYING_PORT": "0"}
    command = [sys.executable, "-m", "services", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2
    assert "intake, sentiment, routing, tracking" in done.stderr


def test_a_service_runs_by_itself_and_says_what_it_waits_for(tmp_path, free_port):
    system = System(tmp_path, free_port, "tracking")
    try:
        system.wait_ready()
        assert httpx.get(f"{system.address}/livez").status_code == 200
        assert httpx.get(f"{system.address}/desk/sign-in").status_code == 200
        assert httpx.get(f"{system.address}/api/v1/complaints").status_code == 404, "intake is another process"
    finally:
        assert system.stop() == 0
