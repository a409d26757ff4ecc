"""Writes the pages of docs/ that are drawn from the code: life-of-a-case.md, events.md, settings.md. A test holds them current."""

import asyncio
import tempfile
from pathlib import Path
from typing import get_args

from services.house import PLANS, settings_of
from services.tracking.model.life import STATES, STEPS, TABLE, WHO
from shared.events import Event, event_types
from shared.events.intake import IntakeEvent
from shared.events.tracking import State, TrackingEvent
from shared.runtime.host import open_house
from shared.runtime.service import Service
from shared.runtime.settings import OwnSettings, Settings
from shared.web.words import Words, read_words

DOCS = Path(__file__).parents[1] / "docs"
NOTE = "<!-- Drawn from the code by `make docs`; change the code, not this page. -->\n\n"


def life_of_a_case(words: Words) -> str:
    """The table as a drawing and as a list."""
    arrows = "\n".join(f"    {state} --> {to}: {step}" for (state, step), to in TABLE.items() if state != to)
    staying = "\n".join(f"- `{state}`: {', '.join(_staying_in(state))}" for state in STATES if _staying_in(state))
    rows = "\n".join(f"| `{step}` | {_in_words(words, step)} | {', '.join(sorted(WHO[step]))} |" for step in STEPS)
    parts = (
        NOTE + "# The life of a case",
        "One table, `(state, step) → state`, in `services/tracking/model/life.py`. From it come the buttons on the desk, the API's steps,"
        " this drawing and the test of every pair.",
        f"```mermaid\nstateDiagram-v2\n    [*] --> registered\n{arrows}\n```",
        "Steps that leave the state as it is:",
        staying,
        "## Who takes each step",
        f"| step | 按钮 | button | who |\n|---|---|---|---|\n{rows}\n",
    )
    return "\n\n".join(parts)


def _staying_in(state: State) -> list[str]:
    return [f"`{step}`" for (at, step), to in TABLE.items() if at == state == to]


def _in_words(words: Words, step: str) -> str:
    """The step as its button says it, in both languages; what no person takes has no button."""
    key = f"desk.step.{step}"
    return f"{words.say(key, 'zh-CN')} | {words.say(key, 'en')}" if key in words else "| (follows by itself)"


def events(services: list[Service]) -> str:
    """Every event with its owner, its fields and who listens."""
    owners = {"intake": get_args(IntakeEvent), "tracking": get_args(TrackingEvent)}
    lines = [f"{NOTE}# Events\n\nOne topic, keyed by case. Past tense; a new optional field keeps `v`, anything else raises it.\n"]
    listeners = {service.name: service.handlers for service in services}
    for name, kind in event_types().items():
        owner = next((owner for owner, kinds in owners.items() if kind in kinds), None) or kind.__module__.rsplit(".", 1)[-1]
        heard = ", ".join(service for service, handlers in listeners.items() if kind in handlers) or "nobody"
        head = f"## `{name}` v{kind.model_fields['v'].default}"
        lines.append(f"{head}\n\n{_first_line(kind)}\n\nFrom {owner}; heard by {heard}.\n\n{_fields(kind)}\n")
    return "\n".join(lines)


def _first_line(kind: type[Event]) -> str:
    return (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")


def _fields(kind: type[Event]) -> str:
    fields = [f"`{name}`{'' if field.is_required() else '?'}" for name, field in kind.model_fields.items() if name not in ("type", "v")]
    return f"Fields: {', '.join(fields)}" if fields else "No fields."


def settings() -> str:
    """Every variable there is."""
    tables = [_table("All services", "", Settings)]
    tables += [_table(plan.name, f"{plan.name}_", plan.own) for plan in PLANS if plan.own.model_fields]
    rule = "Every variable begins with `HUIYING_`; an unknown one is an error at start. Empty means the default."
    return f"{NOTE}# Settings\n\n{rule}\n\n" + "\n".join(tables)


def _table(title: str, prefix: str, model: type[OwnSettings]) -> str:
    rows = []
    for name, field in model.model_fields.items():
        default = "" if field.default in (None, "") else f"`{field.default}`"
        rows.append(f"| `HUIYING_{prefix.upper()}{name.upper()}` | {default} | {field.description or ''} |")
    return f"## {title}\n\n| variable | default | what it is |\n|---|---|---|\n" + "\n".join(rows) + "\n"


async def _services() -> list[Service]:
    """The services as they are built, in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        shared, own = settings_of({"HUIYING_DATA": folder})
        house = open_house(shared, own, PLANS)
        await house.close()
        return house.services


def pages() -> dict[str, str]:
    """Each generated page by its file name."""
    services = asyncio.run(_services())
    words = read_words([service.words for service in services if service.words])
    return {"life-of-a-case.md": life_of_a_case(words), "events.md": events(services), "settings.md": settings()}


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")
