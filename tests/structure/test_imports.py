"""Who may import whom: the walls of the house, read from the code itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("intake", "sentiment", "routing", "tracking")
TECHNOLOGIES = {"sqlite3", "pymongo", "kafka", "httpx", "gridfs", "bson", "imap_tools"}
DATA = {"shared.events", "shared.gazetteer", "shared.language", "shared.places", "shared.refusals", "shared.roles", "shared.spoken"}
NOT_IN_RULES = {"now", "today", "utcnow", "uuid4", "uuid7", "open", "random"}
HOUSE = {"services/__main__.py", "services/house.py", "services/command.py"}

MAY: dict[str, set[str]] = {
    "model": DATA,
    "documents": DATA | {"shared.documents", "shared.ports"},
    "handlers": DATA | {"shared.documents", "shared.ports", "shared.runtime.work"},
    "actions": DATA | {"shared.documents", "shared.ports", "shared.runtime", "shared.telemetry"},
}
"""What the inner rooms of a service may import of `shared`; the outer ones (pages, jobs, service, commands) may use all but adapters."""


def _files(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _starts(name: str, prefixes: set[str]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def _room(path: Path) -> tuple[str, str]:
    parts = path.relative_to(ROOT / "services").with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else "__init__"


@pytest.mark.parametrize("path", _files("services"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_service_keeps_to_its_walls(path):
    if str(path.relative_to(ROOT)) in HOUSE or path.parent in (ROOT / "services", ROOT / "services/commands"):
        return
    service, room = _room(path)
    names = _imports(path)
    others = {f"services.{other}" for other in SERVICES if other != service} | {"services.house", "services.command"}
    assert not [name for name in names if _starts(name, others)], "a service never reaches into another"
    assert not [name for name in names if _starts(name, {"shared.adapters", *TECHNOLOGIES})], "technology stays behind the ports"
    if room in MAY:
        ours = {name for name in names if name.startswith("shared")}
        allowed = MAY[room] | {"shared"}
        assert not [name for name in ours if name != "shared" and not _starts(name, allowed)], f"{room} may import {sorted(allowed)}"
        inner = {"model": {"model"}, "documents": {"model", "documents"}, "handlers": {"model", "documents", "handlers"}}.get(room)
        mine = {name.split(".")[2] for name in names if name.startswith(f"services.{service}.")}
        assert inner is None or mine <= inner | {room}, f"{room} may import the rooms {sorted(inner or ())} of its own service"


@pytest.mark.parametrize(
    "path", [path for path in _files("services") if _room(path)[1] == "model"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_rules_have_no_clock_no_file_and_no_chance(path):
    tree = ast.parse(path.read_text())
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Await | ast.AsyncFunctionDef)]
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    assert not called & NOT_IN_RULES
    assert not _imports(path) & {"random", "secrets", "time", "os", "pathlib", "asyncio", "socket"}


@pytest.mark.parametrize("path", _files("shared"), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_shared_knows_no_service_and_one_technology(path):
    names, place = _imports(path), str(path.relative_to(ROOT))
    assert not [name for name in names if _starts(name, {"services"})]
    if place.startswith("shared/adapters/"):
        allowed = {"shared.adapters", "shared.ports", "shared.events"}
        assert not [name for name in names if name.startswith("shared.") and not _starts(name, allowed)]
        assert len({name.split(".")[0] for name in names} & TECHNOLOGIES) <= 1
    else:
        assert not {name.split(".")[0] for name in names} & TECHNOLOGIES
        assert place == "shared/runtime/wiring.py" or not [name for name in names if _starts(name, {"shared.adapters"})]
    if place.startswith("shared/events/"):
        assert not [name for name in names if name.startswith("shared.") and not _starts(name, {"shared.events"})]
