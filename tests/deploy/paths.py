"""What deploy/paths.toml says, for the tests that hold the rest to it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


@dataclass(frozen=True)
class Paths:
    """`services` are the prefixes of each, `closed` are served to nobody outside, `inside` to officers alone."""

    services: dict[str, tuple[str, ...]]
    closed: tuple[str, ...]
    inside: tuple[str, ...]

    def owner(self, path: str) -> str:
        """The service whose prefix is the longest that fits."""
        fitting = [(len(prefix), name) for name, prefixes in self.services.items() for prefix in prefixes if fits(path, prefix)]
        return max(fitting)[1]

    def is_inside(self, path: str) -> bool:
        return any(fits(path, prefix) for prefix in self.inside)

    @property
    def owned(self) -> dict[str, str]:
        """The service of each prefix."""
        return {prefix: name for name, prefixes in self.services.items() for prefix in prefixes}


def fits(path: str, prefix: str) -> bool:
    """Whether the path begins with the prefix, in whole parts."""
    return path == prefix or path.startswith(prefix.rstrip("/") + "/")


def read_paths(file: Path = DEPLOY / "paths.toml") -> Paths:
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    services = {name: tuple(service["prefixes"]) for name, service in found.pop("services").items()}
    return Paths(services, tuple(found.pop("closed")), tuple(found.pop("inside")))
