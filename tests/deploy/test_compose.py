"""The compose file: what the schema allows, and every setting, command, port, path and secret in it is real."""

import base64
import ipaddress
import json
import re
import subprocess
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from shared.runtime.settings import SettingsError
from tests.deploy.compose import EXAMPLE, FILE, SECRETS, Missing, example_lines, read_compose, variables
from tests.deploy.house_parts import KEYS, PORT, SERVICES, secret_settings, try_command, try_house, try_settings
from tests.deploy.needs import need_tool
from tests.deploy.paths import DEPLOY, ROOT

COMPOSE = read_compose(SECRETS)
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"].startswith("huiying:")}
MISTAKES = [("depends_on:", "depend_on:"), ("internal: true", "internal: [1]"), ("tmpfs: [", "tmpfs: [{}, ")]
PROMISED = re.compile(r"```sh\n((?:[^`]*)\.env(?:[^`]*))```")


def services_of(text: str = "") -> dict[str, Any]:
    return dict(read_compose(SECRETS, text)["services"])


def is_valid(compose: dict[str, Any]) -> bool:
    schema = json.loads(need_tool("compose-spec.json").read_text())
    return bool(jsonschema.validators.validator_for(schema)(schema).is_valid(compose))


def test_it_is_what_the_schema_allows():
    assert is_valid(COMPOSE)


@pytest.mark.parametrize(("right", "wrong"), MISTAKES)
def test_the_schema_catches_a_mistake(right, wrong):
    text = FILE.read_text()
    assert right in text
    assert not is_valid(read_compose(SECRETS, text.replace(right, wrong)))


def test_each_service_of_the_house_runs_by_a_command_that_there_is():
    assert set(OURS) == {*SERVICES, "prepare"}
    for name, service in OURS.items():
        assert try_command(service["command"]) == (("prepare", ()) if name == "prepare" else ("run", (name,)))


def test_every_setting_is_known_and_takes_its_value():
    for service in OURS.values():
        try_settings(service["environment"])


@pytest.mark.parametrize("name", SERVICES)
async def test_each_service_opens_with_its_settings(name, tmp_path):
    await try_house(OURS[name]["environment"], name, tmp_path)


async def test_an_address_that_cannot_be_read_is_caught(tmp_path):
    text = FILE.read_text().replace("kafka://kafka:9092", "kafka://kafka:9O92")
    with pytest.raises(SettingsError, match="HUIYING_LOG_URL"):
        await try_house(services_of(text)["intake"]["environment"], "intake", tmp_path)


def test_a_misspelt_setting_is_caught():
    text = FILE.read_text().replace("HUIYING_TRUSTED_PROXIES", "HUIYING_TRUSTED_PROXY")
    with pytest.raises(SettingsError, match="HUIYING_TRUSTED_PROXY"):
        try_settings(services_of(text)["intake"]["environment"])


def test_all_instances_share_the_session_key_and_intake_alone_has_the_contacts_key():
    holders = {name: KEYS & service["environment"].keys() for name, service in OURS.items()}
    assert holders == {name: {"HUIYING_SESSION_KEY"} for name in SERVICES} | {"intake": KEYS, "prepare": set()}
    others = [service.get("environment", {}) for name, service in COMPOSE["services"].items() if name not in OURS]
    assert not [environment for environment in others if KEYS & environment.keys()]


def test_no_secret_stands_in_the_file():
    for name, service in COMPOSE["services"].items():
        for variable, value in (service.get("environment") or {}).items():
            secret = variable in secret_settings() - {"HUIYING_LOG_URL", "HUIYING_NOTIFY_URL"} or variable.endswith(("PASSWORD", "KEY"))
            assert not secret or any(given in value for given in SECRETS.values()), f"{name}: {variable} is written out"
    for variable in ("HUIYING_LOG_URL", "HUIYING_NOTIFY_URL"):
        assert urlsplit(OURS["intake"]["environment"][variable]).password is None


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_without_a_secret_nothing_starts(name):
    with pytest.raises(Missing, match=f"{name} is empty in .env"):
        read_compose({**SECRETS, name: ""})


def test_the_example_names_every_variable_and_no_other():
    assert example_lines() == {name: default or "" for name, default in variables().items()}


def test_the_command_of_the_docs_fills_the_example(tmp_path):
    runbook = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    (command,) = [block for block in PROMISED.findall(runbook) if EXAMPLE.name in block]
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / EXAMPLE.name).write_text(EXAMPLE.read_text())
    subprocess.run(["sh", "-euc", command.split("docker")[0]], cwd=tmp_path, check=True)
    filled = dict(line.split("=", 1) for line in (tmp_path / ".env").read_text().splitlines() if re.match(r"\w+=", line))
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert filled.keys() == SECRETS.keys()
    assert len(set(filled.values())) == len(SECRETS)
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in filled.values())


def test_each_service_opens_its_own_database_by_its_own_account():
    for name, service in OURS.items():
        url = urlsplit(service["environment"]["HUIYING_STORE_URL"])
        assert (url.username, url.hostname, url.port, url.path) == (name, "mongo", 27017, "/huiying")
        assert url.password == SECRETS[f"MONGO_{name.upper()}_PASSWORD"]
    script = (DEPLOY / "mongo/users.js").read_text()
    assert json.loads(re.search(r"services = (\[.*?\])", script)[1]) == list(SERVICES)
    passwords = {f"MONGO_{name.upper()}_PASSWORD" for name in OURS}
    assert passwords <= COMPOSE["services"]["mongo"]["environment"].keys()


def test_the_set_has_the_name_that_the_addresses_ask_for():
    command = " ".join(COMPOSE["services"]["mongo"]["command"])
    script = (DEPLOY / "mongo/replica.js").read_text()
    (name,) = {re.search(r"replicaSet=(\w+)", service["environment"]["HUIYING_STORE_URL"])[1] for service in OURS.values()}
    assert f"--replSet {name} " in command
    assert f'_id: "{name}", members: [{{ _id: 0, host: "mongo:27017" }}]' in script
    for variable in re.findall(r"process\.env\.(\w+)", script):
        assert variable in COMPOSE["services"]["mongo"]["environment"]


def test_the_broker_listens_where_it_is_looked_for_and_keeps_what_is_asked():
    kafka = COMPOSE["services"]["kafka"]["environment"]
    settings = try_settings(OURS["intake"]["environment"])
    assert f"PLAINTEXT://{urlsplit(settings.log).netloc}" == kafka["KAFKA_ADVERTISED_LISTENERS"]
    assert settings.log_replicas == 1
    assert len(base64.urlsafe_b64decode(kafka["CLUSTER_ID"] + "==")) == 16
    assert kafka["KAFKA_LOG_DIRS"] in COMPOSE["services"]["kafka"]["volumes"][0]


def test_the_gateway_is_the_proxy_that_is_believed():
    address = COMPOSE["services"]["gateway"]["networks"]["front"]["ipv4_address"]
    subnet = COMPOSE["networks"]["front"]["ipam"]["config"][0]["subnet"]
    assert {OURS[name]["environment"]["HUIYING_TRUSTED_PROXIES"] for name in SERVICES} == {address}
    assert ipaddress.ip_address(address) in ipaddress.ip_network(subnet)
    assert COMPOSE["services"]["gateway"]["ports"][0].endswith(":8080")
    gateway = (DEPLOY / "gateway/nginx.conf").read_text()
    assert "listen 8080;" in gateway
    assert f"http://$service:{PORT};" in gateway


def test_only_the_gateway_lets_others_in_and_the_servers_have_no_way_out():
    published = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert published.keys() == {"gateway", "prometheus", "grafana", "mailpit"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert [COMPOSE["services"][name]["networks"] for name in ("kafka", "mongo", "prepare")] == [["back"]] * 3


def test_each_image_has_a_fixed_version():
    for name, service in COMPOSE["services"].items():
        assert re.fullmatch(r"[a-z0-9./-]+:v?\d+\.\d+\.\d+[\w.-]*", service["image"]), f"{name}: {service['image']}"


def test_each_file_that_is_mounted_is_there_and_read_only():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", ()):
            source, _, rest = volume.partition(":")
            if source.startswith("."):
                assert (ROOT / source).exists(), source
                assert rest.endswith(":ro")
            else:
                assert source in COMPOSE["volumes"]


def test_no_container_may_become_more_than_it_is():
    for name, service in COMPOSE["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == ("no" if name == "prepare" else "unless-stopped"), name
    assert all(service["read_only"] for service in OURS.values())


def test_everything_waits_for_what_it_needs():
    prepared = {"prepare": "service_completed_successfully"}
    for name, service in OURS.items():
        needs = prepared if name in SERVICES else {"kafka": "service_healthy", "mongo": "service_healthy"}
        assert {other: how["condition"] for other, how in service["depends_on"].items()} == needs
    for name, service in COMPOSE["services"].items():
        assert name in OURS or "healthcheck" in service, f"{name} has no healthcheck of ours"
