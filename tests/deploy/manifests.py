"""The manifests as kustomize renders them, and questions that several tests ask of them."""

import functools
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.runtime.settings import PREFIX
from tests.deploy.needs import need_tool
from tests.deploy.paths import DEPLOY

K8S = DEPLOY / "k8s"
OVERLAYS = ("base", "overlays/trial", "overlays/production")
Manifest = dict[str, Any]


@functools.cache
def render(folder: str | Path) -> tuple[Manifest, ...]:
    """Every manifest of a folder with a kustomization, one of deploy/k8s by its name. Raises CalledProcessError for one it refuses."""
    said = subprocess.run([need_tool("kustomize"), "build", K8S / folder], capture_output=True, text=True, check=True)
    return tuple(yaml.safe_load_all(said.stdout))


def of_kind(manifests: tuple[Manifest, ...], *kinds: str) -> dict[str, Manifest]:
    """Those of these kinds, by name."""
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] in kinds}


def pods(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    """The pod templates of everything that runs, by the name of what makes them."""
    return {name: one["spec"]["template"] for name, one in of_kind(manifests, "Deployment", "Job").items()}


def container(pod: Manifest) -> Manifest:
    """The one container of a pod."""
    (only,) = pod["spec"]["containers"]
    assert not pod["spec"].get("initContainers")
    return dict(only)


def secrets_of(pod: Manifest) -> dict[str, tuple[str, str]]:
    """The variables that come from Secrets: the name of the Secret and the key in it."""
    references = {one["name"]: one["valueFrom"]["secretKeyRef"] for one in container(pod)["env"] if "valueFrom" in one}
    return {variable: (reference["name"], reference["key"]) for variable, reference in references.items()}


def environment(manifests: tuple[Manifest, ...], pod: Manifest, secrets: Mapping[str, str]) -> dict[str, str]:
    """The variables of a pod as it would see them; `secrets` stand in for what Secrets hold, by variable."""
    given: dict[str, str] = {}
    for source in container(pod)["envFrom"]:
        given |= of_kind(manifests, "ConfigMap")[source["configMapRef"]["name"]]["data"]
    given |= {one["name"]: one["value"] for one in container(pod)["env"] if "value" in one}
    given |= {variable: secrets[variable] for variable in secrets_of(pod)}
    assert all(variable.startswith(PREFIX) for variable in given)
    return given


def selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    assert not selector.get("matchExpressions")
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()


def selected(manifests: tuple[Manifest, ...], selector: Manifest) -> set[str]:
    """The names of what makes the pods that a selector means."""
    return {name for name, pod in pods(manifests).items() if selects(selector, pod["metadata"]["labels"])}


def paths_of(ingress: Manifest) -> Iterator[tuple[str, str]]:
    """Each path of an Ingress with the Service that it leads to."""
    (rule,) = ingress["spec"]["rules"]
    for path in rule["http"]["paths"]:
        assert path["pathType"] == "Prefix"
        assert path["backend"]["service"]["port"] == {"name": "http"}
        yield path["path"], path["backend"]["service"]["name"]
