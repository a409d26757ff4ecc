"""`make up-local`: everything comes up and says where, what dies is started again, and Ctrl-C leaves nothing running."""

import os
import re
import signal
import subprocess
import sys

import httpx
import psutil
import pytest

from tests.processes import PATIENCE, ROOT
from tests.scenarios.storm.looking import hidden

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def up(kafka_brokers, mongo_url):
    named = {"HUIYING_TEST_KAFKA": kafka_brokers, "HUIYING_TEST_MONGO": mongo_url}
    command = [sys.executable, "-m", "tests.topology", "--port", "0", "--instances", "1"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | named, stdout=subprocess.PIPE, text=True)
    yield process
    process.send_signal(signal.SIGINT)
    process.wait(PATIENCE)


def read_until(process, words):
    """What it prints, up to and with the line that has these words."""
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def test_it_comes_up_raises_the_dead_and_stops_everything(up):
    said = read_until(up, "Ctrl-C")
    address = re.search(r"desk \S+ +(\S+)/desk\n", said)[1]
    password = re.search(r"Sign in as +admin +with +(\S+)", said)[1]
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        csrf = hidden(client.get("/desk/sign-in").text, "csrf")
        page = client.post("/desk/sign-in", data={"csrf": csrf, "login": "admin", "password": password})
        assert page.url.path.startswith("/desk/dispatch"), page.url
        assert client.get("/apps").status_code == 200, "the other service knows the session"
    children = psutil.Process(up.pid).children()
    assert len(children) == 5, "four services and the gateway"
    next(child for child in children if child.cmdline()[-1] == "routing").kill()
    assert "routing-1 ended with -9 and was started again" in read_until(up, "ended")
    children = psutil.Process(up.pid).children()
    up.send_signal(signal.SIGINT)
    assert up.wait(PATIENCE) == 0
    _, left = psutil.wait_procs(children, timeout=5)
    assert left == []
