"""The manifests of base and overlays: what Kubernetes and KEDA allow, known settings, real commands, no secret in them."""

import re
import shutil
import subprocess
import tomllib
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from shared.runtime.settings import SettingsError
from tests.deploy.house_parts import SERVICES, STAND_INS, secret_settings, try_command, try_house, try_settings
from tests.deploy.manifests import K8S, OVERLAYS, container, environment, of_kind, pods, render, secrets_of
from tests.deploy.needs import need_tool
from tests.deploy.paths import ROOT
from tools.generate_config import FILE, settings_file

VERSIONS = ("1.30", "1.34")
"""The oldest Kubernetes that the docs speak of, and a newer one."""
KEDA_KINDS = {"ScaledObject": "scaledobjects.yaml", "TriggerAuthentication": "triggerauthentications.yaml"}
overlays = pytest.mark.parametrize("overlay", OVERLAYS)


def faults(manifest: dict[str, Any], version: str = VERSIONS[0]) -> list[str]:
    """What is wrong with one manifest; its schema is strict about fields that there are not."""
    if manifest["kind"] in KEDA_KINDS:
        definition = yaml.safe_load(need_tool(KEDA_KINDS[manifest["kind"]]).read_text())
        schema = forbid_unknown(definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
        return [fault.message for fault in jsonschema.Draft202012Validator(schema).iter_errors(manifest)]
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as fault:
        return [fault.message]
    return []


def forbid_unknown(schema: Any) -> Any:
    """The schema with every object closed whose fields it names: the cluster drops the others without a word."""
    if isinstance(schema, list):
        return [forbid_unknown(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: forbid_unknown(part) for name, part in schema.items()}
    if closed.get("type") == "object" and closed.get("properties"):
        closed.setdefault("additionalProperties", False)
    return closed


@pytest.mark.parametrize("version", VERSIONS)
@overlays
def test_every_manifest_is_what_the_cluster_allows(overlay, version):
    for manifest in render(overlay):
        assert faults(manifest, version) == [], f"{manifest['kind']} {manifest['metadata']['name']}"


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("base/every-pod.yaml", "failureThreshold: 3", "failureTreshold: 3"),
        ("base/every-pod.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: [1]"),
        ("base/network.yaml", "policyTypes:", "policyType:"),
        ("scaling/events.yaml", "minReplicaCount:", "minReplicas:"),
        ("scaling/events.yaml", "maxReplicaCount: 12", "maxReplicaCount: many"),
    ],
)
def test_a_mistake_in_a_manifest_is_caught(file, right, wrong, tmp_path):
    shutil.copytree(K8S, tmp_path / "k8s")
    text = (tmp_path / "k8s" / file).read_text()
    assert right in text
    (tmp_path / "k8s" / file).write_text(text.replace(right, wrong))
    assert [fault for manifest in render(tmp_path / "k8s/overlays/production") for fault in faults(manifest)]


def test_the_settings_of_the_cluster_are_drawn_from_the_code():
    assert FILE.read_text(encoding="utf-8") == settings_file(), "run: make docs"


@overlays
def test_every_pod_has_settings_that_are_known(overlay):
    manifests = render(overlay)
    for pod in pods(manifests).values():
        settings = try_settings(environment(manifests, pod, STAND_INS))
        assert (settings.host, str(settings.data)) == ("0.0.0.0", "/data")  # noqa: S104


@pytest.mark.parametrize("name", SERVICES)
async def test_each_service_opens_with_its_settings(name, tmp_path):
    manifests = render("overlays/production")
    await try_house(environment(manifests, pods(manifests)[name], STAND_INS), name, tmp_path)


def test_a_setting_that_is_not_known_is_caught(tmp_path):
    shutil.copytree(K8S, tmp_path / "k8s")
    file = tmp_path / "k8s/overlays/production/kustomization.yaml"
    file.write_text(file.read_text().replace("HUIYING_PUBLIC_URL", "HUIYING_PUBLIC_ADDRESS"))
    manifests = render(tmp_path / "k8s/overlays/production")
    with pytest.raises(SettingsError, match="HUIYING_PUBLIC_ADDRESS"):
        try_settings(environment(manifests, pods(manifests)["intake"], STAND_INS))


@overlays
def test_every_pod_runs_a_command_that_there_is(overlay):
    commands = {name: try_command(container(pod)["args"]) for name, pod in pods(render(overlay)).items()}
    assert commands == {name: ("run", (name,)) for name in SERVICES} | {"prepare": ("prepare", ())}


@overlays
def test_every_image_has_the_version_of_the_project(overlay):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    images = {container(pod)["image"] for pod in pods(render(overlay)).values()}
    assert len(images) == 1
    assert re.fullmatch(rf"([\w.-]+/)*huiying:{re.escape(version)}", images.pop())


@overlays
def test_secrets_are_only_referred_to(overlay):
    manifests = render(overlay)
    assert not of_kind(manifests, "Secret")
    for config in of_kind(manifests, "ConfigMap").values():
        assert not secret_settings() & config["data"].keys()
    for name, pod in pods(manifests).items():
        literal = {one["name"] for one in container(pod)["env"] if "value" in one}
        assert not secret_settings() & literal, name


@overlays
def test_each_pod_is_given_its_own_secrets_and_no_other(overlay):
    given = {name: secrets_of(pod) for name, pod in pods(render(overlay)).items()}
    for name, secrets in given.items():
        holders = {secret for secret, _ in secrets.values()}
        assert holders == ({"huiying-prepare"} if name == "prepare" else {f"huiying-{name}", "huiying-session"})
        expected = {"HUIYING_STORE_URL", "HUIYING_LOG_URL"} | ({"HUIYING_SESSION_KEY"} if name != "prepare" else set())
        assert secrets.keys() == (secret_settings() if name == "intake" else expected)
        for variable, (_, key) in secrets.items():
            assert key == variable.removeprefix("HUIYING_").lower().replace("_", "-")
    assert [name for name, secrets in given.items() if "HUIYING_CONTACTS_KEY" in secrets] == ["intake"]
    mounted = {
        name: [volume["secret"]["secretName"] for volume in pod["spec"]["volumes"] if "secret" in volume]
        for name, pod in pods(render(overlay)).items()
    }
    assert {name for name, secrets in mounted.items() if secrets} == {"intake"}


def test_the_docs_say_which_secrets_to_make():
    """Every Secret that a manifest names, and every key of it, stands in the table; and nothing else does."""
    table = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|$", (ROOT / "docs/running.md").read_text(encoding="utf-8"), re.M)
    rows = {name: set(re.findall(r"`([\w.-]+)`", keys)) for names, keys in table for name in re.findall(r"`([\w-]+)`", names)}
    manifests = render("overlays/production")
    needed: dict[str, set[str]] = {}
    for pod in pods(manifests).values():
        for secret, key in secrets_of(pod).values():
            needed.setdefault(secret, set()).add(key)
    for one in of_kind(manifests, "TriggerAuthentication")["huiying-log"]["spec"]["secretTargetRef"]:
        needed.setdefault(one["name"], set()).add(one["key"])
    assert {name: rows[name] for name in needed} == needed
    others = {volume["secret"]["secretName"] for volume in pods(manifests)["intake"]["spec"]["volumes"] if "secret" in volume}
    others |= {tls["secretName"] for ingress in of_kind(manifests, "Ingress").values() for tls in ingress["spec"]["tls"]}
    assert {name for name in rows if name.startswith("huiying-") or name.endswith("-tls")} == needed.keys() | others


def test_production_runs_as_production():
    manifests = render("overlays/production")
    for name, pod in pods(manifests).items():
        settings = try_settings(environment(manifests, pod, STAND_INS))
        assert settings.mode == ("trial" if name == "prepare" else "production")
        assert settings.log_replicas == 3
        assert settings.address.startswith("https://")


def test_what_kustomize_refuses_is_seen(tmp_path):
    shutil.copytree(K8S, tmp_path / "k8s")
    (tmp_path / "k8s/base/tracking.yaml").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        render(tmp_path / "k8s/base")
