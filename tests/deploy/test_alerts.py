"""Alerts and boards: every metric and label is one of ours, every alert has a section of the runbook and a test of its own."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared import telemetry
from tests.deploy.compose import SECRETS, read_compose
from tests.deploy.house_parts import PORT, SERVICES
from tests.deploy.needs import need_program
from tests.deploy.paths import DEPLOY, ROOT

ALERTS = DEPLOY / "prometheus/alerts.yml"
TESTS = Path(__file__).parent / "alerts.test.yml"
BOARD = json.loads((DEPLOY / "grafana/boards/huiying.json").read_text(encoding="utf-8"))
RULES: list[dict[str, Any]] = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
GIVEN_ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
EXPRESSIONS = [rule["expr"] for rule in RULES] + [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
NAME = re.compile(r"\b(huiying[:_][a-z0-9_:]+|up)\b")
LABELS = re.compile(r"\bby \(([^)]*)\)|\{([^}]*)\}")
FROM_PROMETHEUS = {"job", "instance", "process", "le"}
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def ours() -> dict[str, set[str]]:
    """The series that Prometheus gets from us, each with its labels."""
    metrics = [metric for metric in vars(telemetry).values() if hasattr(metric, "_labelnames")]
    return {f"{metric._name}{suffix}": set(metric._labelnames) for metric in metrics for suffix in SUFFIXES[metric._type]}


def labels_in(expression: str) -> set[str]:
    """The labels that an expression groups or chooses by."""
    found = LABELS.findall(expression)
    grouped = {label.strip() for by, _ in found for label in by.split(",") if label.strip()}
    return grouped | {label for _, chosen in found for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", chosen)}


def known(expression: str) -> bool:
    series = ours() | {"up": set()}
    recorded = {rule["record"]: labels_in(rule["expr"]) for rule in RULES if "record" in rule}
    names = set(NAME.findall(expression))
    if not names or not names <= series.keys() | recorded.keys():
        return False
    there = set().union(*((series | recorded)[name] for name in names))
    return labels_in(expression) <= there | FROM_PROMETHEUS


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([need_program("promtool", "prometheus"), *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_series_and_label_is_there(expression):
    assert known(expression)


@pytest.mark.parametrize(
    "wrong",
    ["rate(huiying_complaints_total[5m])", "huiying_batch_seconds", "sum by (servise) (huiying_lag_records)", 'up{channel="sms"}', "1 > 0"],
)
def test_a_series_or_label_that_is_not_there_is_caught(wrong):
    assert not known(wrong)


def anchors() -> set[str]:
    """The sections of the runbook as links name them."""
    text = re.sub(r"^```.*?^```", "", (ROOT / "docs/running.md").read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", sorted(GIVEN_ALERTS))
def test_each_alert_says_where_to_read_and_how_urgent_it_is(name):
    page, _, anchor = GIVEN_ALERTS[name]["annotations"]["runbook"].partition("#")
    assert page == "docs/running.md"
    assert anchor in anchors()
    assert GIVEN_ALERTS[name]["annotations"]["summary"]
    assert GIVEN_ALERTS[name]["labels"]["severity"] in ("page", "ticket")


def test_each_alert_is_tested_given_and_not_given():
    cases = [case for test in yaml.safe_load(TESTS.read_text())["tests"] for case in test["alert_rule_test"]]
    given = {case["alertname"] for case in cases if case["exp_alerts"]}
    assert given == GIVEN_ALERTS.keys()


def test_the_alerts_are_given_when_they_should_be():
    said = promtool("test", "rules", TESTS)
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_test_of_the_alerts_can_fail(tmp_path):
    text = TESTS.read_text().replace("../../deploy/prometheus/alerts.yml", str(ALERTS)).replace("severity: page", "severity: ticket")
    (tmp_path / "alerts.test.yml").write_text(text)
    assert promtool("test", "rules", tmp_path / "alerts.test.yml").returncode != 0


def test_the_configuration_of_the_compose_file_is_right():
    said = promtool("check", "config", DEPLOY / "prometheus/prometheus.yml")
    assert said.returncode == 0, said.stdout + said.stderr
    (job,) = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    assert job["static_configs"] == [{"targets": [f"{name}:{PORT}" for name in SERVICES]}]
    expression = GIVEN_ALERTS["HuiyingServiceGone"]["expr"]
    assert re.findall(r'process="(\w+)"', expression) == list(SERVICES)
    mounts = read_compose(SECRETS)["services"]["prometheus"]["volumes"]
    assert "./deploy/prometheus/alerts.yml:/etc/prometheus/alerts.yml:ro" in mounts


def test_the_configuration_for_a_cluster_is_right(tmp_path):
    """Debian's promtool was built without Kubernetes, so that its part is looked at here."""
    text = (DEPLOY / "prometheus/kubernetes.yml").read_text()
    own = "    kubernetes_sd_configs:\n      - role: pod\n"
    assert own in text
    (tmp_path / "prometheus.yml").write_text(text.replace(own, "    file_sd_configs:\n      - files: [none.json]\n"))
    said = promtool("check", "config", tmp_path / "prometheus.yml")
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_expression_of_the_board_can_be_read(tmp_path):
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "5m")} for number, expression in enumerate(EXPRESSIONS)
    ]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))
    said = promtool("check", "rules", tmp_path / "rules.yml")
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_board_is_found_and_asks_the_source_that_is_there():
    (source,) = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/huiying.yml").read_text())["providers"]
    services = read_compose(SECRETS)["services"]
    assert source["url"] == "http://prometheus:9090"
    assert f"./deploy/grafana/boards:{provider['options']['path']}:ro" in services["grafana"]["volumes"]
    sources = [one["datasource"]["uid"] for panel in BOARD["panels"] for one in (panel, *panel["targets"])]
    assert set(sources) == {source["uid"]}


def test_the_panels_do_not_lie_over_each_other():
    taken = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
