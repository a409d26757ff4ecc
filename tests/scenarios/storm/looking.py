"""What people and watchers are told while the database cannot be reached, and whether it is the truth."""

import re
import time
from contextlib import suppress
from dataclasses import dataclass

import httpx

from tests.processes import PATIENCE
from tests.topology.processes import Processes

TYPED = "我写了很久的一段话，不想再写一遍。"


@dataclass(frozen=True)
class Form:
    """The citizens' form as somebody has it open before the outage."""

    client: httpx.Client
    hidden: dict[str, str]

    def send(self) -> httpx.Response:
        return self.client.post("/complaints", data={**self.hidden, "text": TYPED}, follow_redirects=True)


def open_form(address: str) -> Form:
    client = httpx.Client(base_url=address, timeout=30, headers={"Accept-Language": "zh-CN"})
    page = client.get("/").text
    return Form(client, {name: hidden(page, name) for name in ("csrf", "idempotency")})


def sign_in(processes: Processes, login: str) -> httpx.Client:
    """A supervisor's browser."""
    password = processes.huiying("account", "add", login, "--name", "员", "--role", "supervisor")
    client = httpx.Client(base_url=processes.address, timeout=30, headers={"Accept-Language": "zh-CN"})
    csrf = hidden(client.get("/desk/sign-in").text, "csrf")
    answer = client.post("/desk/sign-in", data={"csrf": csrf, "login": login, "password": password}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def wait_red(processes: Processes) -> None:
    """Until every process says that it cannot serve, and what it waits for."""
    for one in processes.instances:
        until, waiting = time.monotonic() + PATIENCE, dict[str, str]()
        while f"{one.service}.store" not in waiting:
            assert time.monotonic() < until, f"{one.name} believes that all is well"
            with suppress(httpx.ConnectError):  # it was killed and is starting
                answer = httpx.get(f"{one.system.address}/readyz", timeout=10)
                waiting = answer.json()["waiting"]
                assert (answer.status_code == 503) == bool(waiting)
        assert all(waiting.values()), "in words"


def wait_green(processes: Processes) -> None:
    """Until all of them serve again, by themselves."""
    for one in processes.instances:
        one.system.wait_ready()


def look_at_the_outage(form: Form, officer: httpx.Client) -> None:
    """The form keeps what was typed and says why; pages that need the database say so; none of it is a crash."""
    refused = form.send()
    assert refused.status_code == 503, refused.text
    assert TYPED in refused.text
    assert "现在收不了" in refused.text
    assert int(refused.headers["retry-after"]) > 0
    for path in ("/desk/dispatch", "/hotline", "/mailbox", "/notices"):
        page = officer.get(path)
        assert page.status_code == 503, f"{path}: {page.status_code}"
        assert "Traceback" not in page.text
        assert "现在暂时不能办理" in page.text, path
    assert officer.get("/").status_code == 200, "the form itself needs no database"
    program = officer.get("/api/v1/cases")
    assert (program.status_code, program.headers["content-type"]) == (503, "application/problem+json")
