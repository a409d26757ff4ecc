"""The API attacked with what its own description allows and forbids: bad input never gives a 500."""

import socket

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from tests.processes import System

TRIES = 25

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """The real system with one complaint in it; its address and an officer's token."""
    system = System(tmp_path_factory.mktemp("attacked"), _free())
    system.wait_ready()
    system.huiying("account", "add", "chief", "--name", "chief", "--role", "dispatcher", "--role", "supervisor", "--role", "agent")
    yield system, system.huiying("token", "chief")
    system.stop()


def test_no_input_makes_the_api_fall_over(attacked):
    system, token = attacked
    schema = schemathesis.openapi.from_url(f"{system.address}/openapi.json")
    attacked_paths = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        attacked_paths.add(operation.path)
        _attack(operation, token)
    lines = httpx.get(f"{system.address}/metrics").text.splitlines()
    statuses = {line.split('status="')[1][:3] for line in lines if line.startswith("huiying_request_seconds_count{")}
    assert {"200", "201", "404", "422"} <= statuses, "what is allowed and what is not was tried"
    some = {"/api/v1/complaints", "/api/v1/progress", "/api/v1/calls", "/api/v1/calls/{call_id}", "/api/v1/cases/{number}/steps/{step}"}
    assert some <= attacked_paths


def _attack(operation, token):
    @settings(max_examples=TRIES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None, database=None)
    @given(case=st.one_of(*[operation.as_strategy(generation_mode=mode) for mode in _modes(operation)]))
    def attack(case):
        case.call_and_validate(checks=(not_a_server_error,), headers={"Authorization": f"Bearer {token}"})

    attack()


def _modes(operation):
    """What is allowed, and what is not where there is anything to get wrong."""
    return list(GenerationMode) if operation.body or operation.query or operation.path_parameters else [GenerationMode.POSITIVE]


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
