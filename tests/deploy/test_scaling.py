"""Scaling: who is scaled by what, and that the lag which is watched is that of the group which reads."""

import re

import pytest

from shared.adapters.kafka_cluster import USUAL_TOPIC, group_id
from tests.deploy.house_parts import SERVICES, STAND_INS, try_settings
from tests.deploy.manifests import container, environment, of_kind, pods, render, secrets_of
from tests.deploy.needs import need_tool

PRODUCTION = "overlays/production"
FOR_PEOPLE, FOR_EVENTS = {"intake", "tracking"}, {"sentiment", "routing"}


def test_everything_is_scaled_by_one_and_only_one():
    manifests = render(PRODUCTION)
    by_load = of_kind(manifests, "HorizontalPodAutoscaler")
    by_lag = of_kind(manifests, "ScaledObject")
    assert (by_load.keys(), by_lag.keys()) == (FOR_PEOPLE, FOR_EVENTS)
    assert set(SERVICES) == FOR_PEOPLE | FOR_EVENTS
    for name, scaler in (by_load | by_lag).items():
        target = scaler["spec"]["scaleTargetRef"]
        assert (target["kind"], target["name"]) == ("Deployment", name)
        assert "replicas" not in of_kind(manifests, "Deployment")[name]["spec"], "two would set it in turn"


@pytest.mark.parametrize("overlay", ["base", "overlays/trial"])
def test_the_others_need_no_scaler_to_be_installed(overlay):
    assert not of_kind(render(overlay), "HorizontalPodAutoscaler", "ScaledObject", "TriggerAuthentication")


def test_the_load_is_measured_against_what_a_pod_asks_for():
    manifests = render(PRODUCTION)
    for name, scaler in of_kind(manifests, "HorizontalPodAutoscaler").items():
        assert [metric["resource"]["name"] for metric in scaler["spec"]["metrics"]] == ["cpu"]
        assert "cpu" in container(pods(manifests)[name])["resources"]["requests"]
        assert 2 <= scaler["spec"]["minReplicas"] < scaler["spec"]["maxReplicas"]


def test_the_lag_that_is_watched_is_that_of_the_service():
    manifests = render(PRODUCTION)
    for name, scaler in of_kind(manifests, "ScaledObject").items():
        (trigger,) = scaler["spec"]["triggers"]
        settings = try_settings(environment(manifests, pods(manifests)[name], STAND_INS))
        assert trigger["type"] == "kafka"
        assert trigger["metadata"]["topic"] == USUAL_TOPIC == settings.log.rpartition("/")[2]
        assert trigger["metadata"]["consumerGroup"] == group_id(USUAL_TOPIC, name)
        assert scaler["spec"]["maxReplicaCount"] <= settings.log_partitions, "more would stand idle"
        assert scaler["spec"]["minReplicaCount"] >= 2
        assert trigger["metadata"]["sasl"] == settings.log_mechanism.lower().replace("-", "_").replace("sha_", "sha")


def test_the_trigger_has_only_fields_that_are_read():
    """The schema leaves them open, and a misspelt one would mean its default."""
    read = set(re.findall(r'"(\w+)"', need_tool("kafka_scaler.go").read_text()))
    assert "lagThreshold" in read
    assert "lagTreshold" not in read
    for scaler in of_kind(render(PRODUCTION), "ScaledObject").values():
        assert scaler["spec"]["triggers"][0]["metadata"].keys() <= read


def test_who_asks_for_the_lag_has_a_secret_of_its_own():
    manifests = render(PRODUCTION)
    (authentication,) = of_kind(manifests, "TriggerAuthentication").items()
    name, found = authentication
    references = {one["parameter"]: one["name"] for one in found["spec"]["secretTargetRef"]}
    assert references == dict.fromkeys(("username", "password", "ca"), "huiying-keda")
    assert {scaler["spec"]["triggers"][0]["authenticationRef"]["name"] for scaler in of_kind(manifests, "ScaledObject").values()} == {name}
    assert not [pod for pod in pods(manifests).values() if "huiying-keda" in {secret for secret, _ in secrets_of(pod).values()}]
