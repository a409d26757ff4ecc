"""Fetches what the tests of deploy/ need beside Python: kustomize and schemas, from Go modules of fixed versions held by their hashes.

They are kept outside the tree, by version: a second run finds them and does nothing.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Module:
    """A Go module; `sum` is what go.sum would say of it. A module that is a program brings a go.sum for all that it is built from."""

    path: str
    version: str
    sum: str


KUSTOMIZE = Module("sigs.k8s.io/kustomize/kustomize/v5", "v5.6.0", "h1:MWtRRDWCwQEeW2rnJTqJMuV6Agy56P53SkbVoJpN7wA=")
COMPOSE = Module("github.com/compose-spec/compose-go/v2", "v2.4.7", "h1:WNpz5bIbKG+G+w9pfu72B1ZXr+Og9jez8TMEo8ecXPk=")
KEDA = Module("github.com/kedacore/keda/v2", "v2.16.1", "h1:LfYsxfSX8DjetLW8q9qnriImH936POrQJvE+caRoScI=")

COPIES = {
    "compose-spec.json": (COMPOSE, "schema/compose-spec.json"),
    "scaledobjects.yaml": (KEDA, "config/crd/bases/keda.sh_scaledobjects.yaml"),
    "triggerauthentications.yaml": (KEDA, "config/crd/bases/keda.sh_triggerauthentications.yaml"),
    "kafka_scaler.go": (KEDA, "pkg/scalers/kafka_scaler.go"),  # the only place that knows every field of its trigger
}
"""The files by the name they are kept under, and where in which module they lie."""
NEEDS_GO = "needs Go 1.22 or newer, for kustomize and the schemas of compose files and KEDA objects: https://go.dev/doc/install"


class HashError(Exception):
    """A module is not what its hash says; the message says which."""


def tools_folder() -> Path:
    """The folder for exactly these versions, shared by all checkouts of the user."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    versions = (f"{name}-{module.version}" for name, module in (("kustomize", KUSTOMIZE), ("compose", COMPOSE), ("keda", KEDA)))
    return home / "huiying" / "_".join(versions)


def fetch(module: Module) -> Path:
    """The module's folder, read-only. Raises HashError for other contents than the hash names, CalledProcessError when it cannot be had."""
    said = subprocess.run(
        ["go", "mod", "download", "-json", f"{module.path}@{module.version}"],
        cwd=tempfile.gettempdir(), stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found = json.loads(said.stdout)
    if found["Sum"] != module.sum:
        raise HashError(f"{module.path} {module.version} is {found['Sum']} and should be {module.sum}")
    return Path(found["Dir"])


def build(module: Module, program: Path) -> None:
    """Builds the program of a module in its own folder, so that its own go.sum holds everything that it is made of."""
    subprocess.run(["go", "build", "-mod=readonly", "-trimpath", "-o", program, "."], cwd=fetch(module), check=True)


def fetch_tools() -> Path:
    """The folder with the program and the schemas; whole or not there at all. Raises OSError without Go, and what fetch() raises."""
    folder = tools_folder()
    if all((folder / name).exists() for name in ("kustomize", *COPIES)):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
        tools = Path(fresh) / "tools"
        tools.mkdir()
        for name, (module, place) in COPIES.items():
            shutil.copyfile(fetch(module) / place, tools / name)
        build(KUSTOMIZE, tools / "kustomize")
        tools.rename(folder)
    return folder


if __name__ == "__main__":
    try:
        print(fetch_tools())
    except FileNotFoundError:
        sys.exit(f"This {NEEDS_GO}")
    except (HashError, subprocess.CalledProcessError) as fault:
        sys.exit(f"The tools of the tests could not be fetched: {fault}")
