"""Writes deploy/k8s/base/settings.env from the settings: what the ConfigMap of the cluster is made of. A test holds it current."""

from pathlib import Path

from pydantic.fields import FieldInfo

from services.house import PLANS
from shared.runtime.settings import PREFIX, OwnSettings, Settings

FILE = Path(__file__).parents[1] / "deploy/k8s/base/settings.env"
NOTE = """\
# Drawn from the code by `make docs`: every setting that is no secret, with its default. Change it in an overlay, not here.
# Secrets come from Secrets; docs/running.md says which.
"""
IN_A_CLUSTER = {"HUIYING_HOST": "0.0.0.0", "HUIYING_DATA": "/data"}  # noqa: S104 - a pod is reached from outside of it
"""Where a container differs from a laptop: it is reached from outside, and writes to the folder that is mounted for it."""


def settings_file() -> str:
    """The whole file: a variable with a default as it stands, one without as a comment that names it."""
    parts = [_part("All services", "", Settings)]
    parts += [_part(plan.name, f"{plan.name}_", plan.own) for plan in PLANS if plan.own.model_fields]
    return NOTE + "".join(parts)


def _part(title: str, prefix: str, model: type[OwnSettings]) -> str:
    lines = [_line(f"{PREFIX}{prefix}{name}".upper(), field) for name, field in model.model_fields.items() if not is_secret(field)]
    return f"\n## {title}\n" + "".join(lines)


def is_secret(field: FieldInfo) -> bool:
    """Whether the type of a setting says that nobody is to see it."""
    return "SecretStr" in str(field.annotation)


def _line(variable: str, field: FieldInfo) -> str:
    value = IN_A_CLUSTER.get(variable, field.default)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"\n# {field.description}\n" + (f"#{variable}=\n" if value in (None, "") else f"{variable}={text}\n")


if __name__ == "__main__":
    FILE.write_text(settings_file(), encoding="utf-8")
    print("deploy/k8s/base/settings.env")
