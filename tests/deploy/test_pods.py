"""Pods: nobody in particular, who can write nowhere, with probes that are routes, bounds, and somebody left when one goes."""

import pytest

from services.house import SHUTDOWN_SECONDS
from shared.runtime.settings import Settings
from tests.deploy.house_parts import PORT, SERVICES
from tests.deploy.manifests import OVERLAYS, Manifest, container, of_kind, pods, render, selected
from tests.deploy.test_image import LAST, words

overlays = pytest.mark.parametrize("overlay", OVERLAYS)
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
FOR_PEOPLE = {"intake", "tracking"}


@overlays
def test_no_pod_may_become_more_than_it_is(overlay):
    (user,) = words("USER", LAST)
    for name, pod in pods(render(overlay)).items():
        whole, own = pod["spec"]["securityContext"], container(pod)["securityContext"]
        assert whole["runAsNonRoot"] is True, name
        assert f"{whole['runAsUser']}:{whole['runAsGroup']}" == user
        assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
        assert own == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["serviceAccountName"] in of_kind(render(overlay), "ServiceAccount")


@overlays
def test_no_pod_is_given_variables_that_the_settings_do_not_know(overlay):
    """With service links a pod would see INTAKE_PORT and others for every Service; one that begins with HUIYING_ would end its start."""
    assert not [name for name, pod in pods(render(overlay)).items() if pod["spec"]["enableServiceLinks"]]


@overlays
def test_a_pod_writes_only_where_nothing_is_kept(overlay):
    for pod in pods(render(overlay)).values():
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        for mount in container(pod)["volumeMounts"]:
            assert mount.get("readOnly") or volumes[mount["name"]]["emptyDir"]["sizeLimit"]
        writable = {mount["mountPath"] for mount in container(pod)["volumeMounts"] if not mount.get("readOnly")}
        assert writable == {"/data", "/tmp"}  # noqa: S108 - a mount


@overlays
def test_uploads_find_room(overlay):
    pod = pods(render(overlay))["intake"]
    (uploads,) = [volume for volume in pod["spec"]["volumes"] if volume["name"] == "uploads"]
    gigabytes = int(uploads["emptyDir"]["sizeLimit"].removesuffix("Gi"))
    assert gigabytes * 1024 >= 10 * Settings().max_body_mb


@overlays
def test_every_pod_has_its_bounds(overlay):
    for name, pod in pods(render(overlay)).items():
        resources = container(pod)["resources"]
        assert resources["requests"].keys() == {"cpu", "memory"}, name
        assert resources["limits"].keys() == {"memory"}, name


@overlays
def test_the_probes_are_routes_of_the_service(overlay, alone):
    manifests = render(overlay)
    for name in SERVICES:
        one = container(pods(manifests)[name])
        (port,) = one["ports"]
        assert port == {"name": "http", "containerPort": PORT, **({"protocol": "TCP"} if "protocol" in port else {})}
        for probe in PROBES:
            asked = one[probe]["httpGet"]
            assert asked["path"] in alone[name].shared
            assert asked["port"] == "http"


@overlays
def test_the_pages_stay_while_the_store_is_away_and_workers_wait_to_be_replaced(overlay):
    manifests = render(overlay)
    for name in SERVICES:
        asked = [container(pods(manifests)[name])[probe]["httpGet"]["path"] for probe in PROBES]
        assert asked == (["/readyz", "/livez", "/livez"] if name in FOR_PEOPLE else ["/livez", "/readyz", "/livez"])


@overlays
def test_a_pod_that_goes_has_time_to_finish(overlay):
    for name in SERVICES:
        pod = pods(render(overlay))[name]
        before = container(pod).get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["sleep", "0"])
        assert (before != ["sleep", "0"]) == (name in FOR_PEOPLE)
        assert int(before[1]) + SHUTDOWN_SECONDS < pod["spec"]["terminationGracePeriodSeconds"]


@overlays
def test_each_selector_means_the_pods_of_its_name(overlay):
    manifests = render(overlay)
    for name, service in of_kind(manifests, "Service").items():
        if name != "closed":
            assert selected(manifests, {"matchLabels": service["spec"]["selector"]}) == {name}
            assert service["spec"]["ports"] == [{"name": "http", "port": PORT, "targetPort": "http"}]
    for name, budget in of_kind(manifests, "PodDisruptionBudget").items():
        assert selected(manifests, budget["spec"]["selector"]) == {name}
        assert budget["spec"]["maxUnavailable"] == 1
    assert of_kind(manifests, "PodDisruptionBudget").keys() == set(SERVICES)
    for name in SERVICES:
        deployment = of_kind(manifests, "Deployment")[name]["spec"]
        assert selected(manifests, deployment["selector"]) == {name}
        assert {spread["topologyKey"] for spread in spreads(deployment)} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
        assert all(selected(manifests, spread["labelSelector"]) == {name} for spread in spreads(deployment))


def spreads(deployment: Manifest) -> list[Manifest]:
    return list(deployment["template"]["spec"]["topologySpreadConstraints"])


@overlays
def test_the_job_is_the_only_thing_that_ends(overlay):
    (job,) = of_kind(render(overlay), "Job").values()
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    assert job["spec"]["backoffLimit"] > 0
