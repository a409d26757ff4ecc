"""The compose file as the engine reads it: variables put in, anchors resolved."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from tests.deploy.paths import DEPLOY, ROOT

FILE = ROOT / "docker-compose.yml"
EXAMPLE = DEPLOY / "compose.env.example"
VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::(?P<kind>[?-])(?P<rest>[^}]*))?\})")


class Missing(Exception):  # noqa: N818 - what compose calls it
    """A variable that the file insists on is empty; the message is what the engine would say."""


def put_in(value: Any, given: Mapping[str, str]) -> Any:
    """Every text in the tree with the variables put in, as compose does it. Raises Missing."""

    def one(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return "$"
        if given.get(name):
            return given[name]
        if match["kind"] == "?":
            raise Missing(f"{name} {match['rest']}")
        return match["rest"] or ""

    if isinstance(value, str):
        return VARIABLE.sub(one, value)
    if isinstance(value, dict):
        return {key: put_in(inner, given) for key, inner in value.items()}
    return [put_in(inner, given) for inner in value] if isinstance(value, list) else value


def read_compose(given: Mapping[str, str], text: str = "") -> dict[str, Any]:
    """The file (or another text of it) with these variables."""
    return dict(put_in(yaml.safe_load(text or FILE.read_text(encoding="utf-8")), given))


def variables() -> dict[str, str | None]:
    """Each variable of the file with its default; None for one that has to be given."""
    found = list(VARIABLE.finditer(FILE.read_text(encoding="utf-8")))
    names = {match["name"]: None for match in found if match["name"]}
    return names | {match["name"]: match["rest"] for match in found if match["kind"] == "-"}


def example_lines() -> dict[str, str]:
    """The example file: its variables, those that are commented out with the default beside them."""
    return dict(re.findall(r"^#?(\w+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.M))


SECRETS = {name: f"{name.lower().replace('_', '')}0123456789abcdef0123456789abcdef" for name, value in variables().items() if value is None}
"""A value for each variable that has to be given, different from every other."""
