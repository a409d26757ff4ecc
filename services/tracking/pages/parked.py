"""The page of parked events, of every service that runs in this process: what is stuck and why; replay and dismiss."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.tracking.actions.parked import mark_of
from services.tracking.pages.asking import STILL_OPEN, desk_of, refused_models
from shared.events import Unknown, Unreadable, read
from shared.ports import Store
from shared.runtime.parked import ParkedCase, ParkedRecord
from shared.runtime.service import Service
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.pages import redirect, render
from shared.web.problems import NotFound
from shared.web.speaking import Speaker

PATH = "/desk/parked"
ROWS = 30
WRITTEN = frozenset({"text", "title", "words", "public", "internal", "reason", "address", "channel_told", "basis"})
"""Members of an event that people wrote: what they say is for those who may see the case, not for this page."""
KEPT_FAULT = 300

Administrator = Annotated[Identity, Depends(require("administrator"))]
Parts = Sequence[tuple[Service, Store]]

router = APIRouter(prefix=PATH, dependencies=STILL_OPEN)


@dataclass(frozen=True)
class Stuck:
    """A parked case: its oldest record, that record's event without what people wrote, and the mark that names it."""

    parked: ParkedCase
    first: ParkedRecord
    event: str | None
    mark: str


@router.get("")
async def parked(request: Request, officer: Administrator) -> Response:
    speaker, lists = Speaker(request), []
    for service, store in _parts(request):
        lists.append((service.name, [_stuck(speaker, one) for one in await desk_of(request).parked.page(store, ROWS)]))
    shown: dict[str, Any] = {"lists": lists, "waiting": any(rows for _, rows in lists), "said": _said(request, speaker)}
    return render(request, "tracking/parked.html", refused=refused_models(request), **shown)


@router.post("/{service}/{case}/replay")
async def replay(request: Request, service: str, case: str, officer: Administrator) -> Response:
    await posted(request)
    part, store = _part(request, service)
    replayed = await desk_of(request).parked.replay(part, store, case)
    return redirect(f"{PATH}?{'still' if replayed.fault else 'replayed'}={replayed.handled}")


@router.post("/{service}/{case}/dismiss")
async def dismiss(request: Request, service: str, case: str, officer: Administrator) -> Response:
    form = await posted(request)
    _, store = _part(request, service)
    await desk_of(request).parked.dismiss(store, case, str(form.get("mark", "")), officer.actor)
    return redirect(f"{PATH}?dismissed=1")


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.stores
    return parts


def _part(request: Request, name: str) -> tuple[Service, Store]:
    found = next((part for part in _parts(request) if part[0].name == name), None)
    if found is None:
        raise NotFound
    return found


def _said(request: Request, speaker: Speaker) -> str | None:
    """What has just been done, in words, when the address says so."""
    for name in ("replayed", "still", "dismissed"):
        count = request.query_params.get(name, "")
        if count.isascii() and count.isdigit() and len(count) < 7:
            return speaker.say(f"desk.parked.{name}", count=int(count))
    return None


def _stuck(speaker: Speaker, one: ParkedCase) -> Stuck:
    first = one.records[0]
    return Stuck(one, first, _event(speaker, first), mark_of(first))


def _event(speaker: Speaker, record: ParkedRecord) -> str | None:
    """The record as JSON, its written parts replaced by their length; None when it cannot be read."""
    try:
        plain = read(record.raw.encode()).model_dump(mode="json")
    except (Unknown, Unreadable):
        return None
    return json.dumps(_masked(speaker, plain), ensure_ascii=False, indent=1)


def _masked(speaker: Speaker, value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _masked(speaker, inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(speaker, inner, name) for inner in value]
    return speaker.say("desk.parked.hidden", count=len(value)) if name in WRITTEN and isinstance(value, str) and value else value
