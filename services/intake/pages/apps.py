"""Other apps, for administrators: register them, renew what they hold, stop them, and see what was delivered to each."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter, ValidationError

from services.intake.actions.apps import Issued, change_hook, list_apps, list_deliveries, read_app, register, renew_key, set_active
from services.intake.actions.resending import find_notice, resend
from services.intake.documents.app import App
from services.intake.faults import Refused
from services.intake.model.apps import AppName
from services.intake.pages.knocking import door_of
from shared.web.forms import fault_summary, posted
from shared.web.identity import Identity, require
from shared.web.pages import redirect, render
from shared.web.problems import NotFound, Problem

router = APIRouter(include_in_schema=False)

Administrator = Annotated[Identity, Depends(require("administrator"))]

NAME: TypeAdapter[str] = TypeAdapter(AppName)
DONE = ("stopped", "started", "no_hook", "resent")


@router.get("/apps")
async def apps(request: Request, officer: Administrator) -> Response:
    return await _list(request, {}, {})


@router.post("/apps")
async def take_on(request: Request, officer: Administrator) -> Response:
    """Registers an app. Key and secret are on this one answer and nowhere else."""
    form = await posted(request)
    id, hook = str(form.get("id", "")), str(form.get("hook", "")).strip()
    try:
        name = NAME.validate_python(form.get("name", ""))
        issued = await register(door_of(request), _checked(id), name, hook, officer.actor)
    except ValidationError as fault:
        return await _list(request, form, {"name": fault_summary(fault)[""]}, 422)
    except Refused as refusal:
        return await _list(request, form, {refusal.field: refusal.why}, 422)
    if issued is None:
        raise Problem(409, "app_known")
    return _issued(request, issued)


@router.get("/apps/{id}")
async def app(request: Request, id: str, officer: Administrator, done: str = "") -> Response:
    return await _page(request, id, done=done if done in DONE else "")


@router.post("/apps/{id}/key")
async def new_key(request: Request, id: str, officer: Administrator) -> Response:
    await posted(request)
    return _issued(request, await renew_key(door_of(request), id, officer.actor))


@router.post("/apps/{id}/hook")
async def new_hook(request: Request, id: str, officer: Administrator) -> Response:
    hook = str((await posted(request)).get("hook", "")).strip()
    try:
        issued = await change_hook(door_of(request), id, hook, officer.actor)
    except Refused as refusal:
        return await _page(request, id, 422, typed=hook, faults={refusal.field: refusal.why})
    return _issued(request, issued) if issued is None or issued.secret else redirect(f"/apps/{id}?done=no_hook")


@router.post("/apps/{id}/active")
async def stop_or_start(request: Request, id: str, officer: Administrator) -> Response:
    active = (await posted(request)).get("active") == "yes"
    if await set_active(door_of(request), id, active, officer.actor) is None:
        raise NotFound
    return redirect(f"/apps/{id}?done={'started' if active else 'stopped'}")


@router.post("/apps/{id}/resend")
async def send_again(request: Request, id: str, officer: Administrator) -> Response:
    """A delivery of this app once more, whatever became of it."""
    form, door = await posted(request), door_of(request)
    notice = await find_notice(door, str(form.get("notice", "")))
    if notice is None or notice.app != id:
        raise NotFound
    await resend(door, notice, officer.actor, request.state.trace)
    return redirect(f"/apps/{id}?done=resent")


def _checked(id: str) -> str:
    """The id that the form carries, so that the same form sent twice registers one app; a new one when it was tampered with."""
    known = len(id) == 16 and set(id) <= set("0123456789abcdef")
    return id if known else secrets.token_hex(8)


async def _list(request: Request, form: Mapping[str, Any], faults: Mapping[str, str], status: int = 200) -> Response:
    typed = {name: str(form.get(name, "")) for name in ("name", "hook")} | {"id": str(form.get("id", "")) or secrets.token_hex(8)}
    return render(request, "intake/apps.html", status, apps=await list_apps(door_of(request)), typed=typed, faults=faults)


async def _page(
    request: Request, id: str, status: int = 200, *, done: str = "", typed: str | None = None, faults: Mapping[str, str] | None = None
) -> Response:
    app = await _app(request, id)
    deliveries = await list_deliveries(door_of(request), id)
    hook = (app.hook or "") if typed is None else typed
    replayed = {notice.resent_from for notice in deliveries}
    return render(
        request, "intake/app.html", status, app=app, done=done, hook=hook, faults=faults or {}, deliveries=deliveries, replayed=replayed,
    )  # fmt: skip


def _issued(request: Request, issued: Issued | None) -> Response:
    """Never kept by a browser; a reload asks whether to send the form again."""
    if issued is None:
        raise NotFound
    return render(request, "intake/app_issued.html", issued=issued)


async def _app(request: Request, id: str) -> App:
    app = await read_app(door_of(request), id)
    if app is None:
        raise NotFound
    return app
