"""Registers other apps and changes them, knows them by their keys, and says where and with which secret each is told."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.documents.app import APP, App, AppStep
from services.intake.documents.notice import NOTICE
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.model.apps import hook_fault
from services.intake.model.complaint import Complaint
from services.intake.model.notice import Notice
from services.intake.sealing import Seal
from shared.events import Actor
from shared.ports import Conflict, Equal, Order
from shared.runtime.keys import derive
from shared.runtime.work import Action

MOST_APPS = 200
STEPS_KEPT = 50
DELIVERIES_SHOWN = 20
LONGEST_KEY = 100


@dataclass(frozen=True)
class Issued:
    """What is shown once: the app with its new key or signing secret, empty when it was not renewed."""

    app: App
    key: str = ""
    secret: str = ""


@dataclass(frozen=True)
class Hook:
    """Where an app is told, and the secret that signs it."""

    url: str
    secret: str


async def register(door: Door, id: str, name: str, hook: str, officer: Actor) -> Issued | None:
    """The new app; None when this form was sent before. Raises Refused for a hook that may not be one, Unavailable."""
    check_hook(door, hook)
    now, key, secret = door.clock.now(), _new_key(), _new_secret() if hook else ""
    action = Action(door.store, now, officer)
    if await action.load(APP, id):
        return None
    app = App(
        id=id, name=name, key_hash=_hash(key), hook=hook or None, secret=_seal(door).close(secret, id) if secret else None,
        registered_at=now, steps=(AppStep(at=now, login=officer.id, step="registered"),),
    )  # fmt: skip
    action.apply(APP, id, app)
    try:
        await action.commit()
    except Conflict:  # the same form, at the same moment
        return None
    return Issued(app, key, secret)


async def renew_key(door: Door, id: str, officer: Actor) -> Issued | None:
    """The app with a new key; the old one opens nothing from now on. None when there is no such app."""
    key = _new_key()
    app = await _change(door, id, officer, "key", {"key_hash": _hash(key)})
    return Issued(app, key) if app else None


async def change_hook(door: Door, id: str, hook: str, officer: Actor) -> Issued | None:
    """The app with another hook and a new secret, or with none. None when there is no such app. Raises Refused."""
    check_hook(door, hook)
    secret = _new_secret() if hook else ""
    sealed = _seal(door).close(secret, id) if secret else None
    app = await _change(door, id, officer, "hook" if hook else "no_hook", {"hook": hook or None, "secret": sealed})
    return Issued(app, secret=secret) if app else None


async def set_active(door: Door, id: str, active: bool, officer: Actor) -> App | None:
    """Stops the app (its key opens nothing, nothing is posted to it) or lets it work again. None when there is no such app."""
    return await _change(door, id, officer, "started" if active else "stopped", {"active": active})


async def list_apps(door: Door) -> list[App]:
    """The newest first."""
    return await APP.find(door.store, {}, order=Order("registered_at", descending=True), limit=MOST_APPS)


async def read_app(door: Door, id: str) -> App | None:
    return await APP.read(door.store, id)


async def list_deliveries(door: Door, id: str) -> list[Notice]:
    """The newest notices for this app."""
    return await NOTICE.find(door.store, {"app": Equal(id)}, order=Order("queued_at", descending=True), limit=DELIVERIES_SHOWN)


async def app_of(door: Door, key: str) -> App | None:
    """The working app whose key this is."""
    if not 0 < len(key) <= LONGEST_KEY:
        return None
    found = await APP.find(door.store, {"key_hash": Equal(_hash(key))}, order=Order("key_hash"), limit=1)
    return found[0] if found and found[0].active else None


async def hook_of(door: Door, complaint: Complaint) -> Hook | None:
    """Where the app that filed this complaint is told; None when it has no hook (any more). Raises Broken for a secret of another key."""
    app = await read_app(door, complaint.app) if complaint.app else None
    if app is None or not app.active or app.hook is None or app.secret is None:
        return None
    return Hook(app.hook, _seal(door).open(app.secret, app.id))


def check_hook(door: Door, hook: str) -> None:
    """Raises Refused for a URL that notices may not be posted to."""
    settings = door.world.settings
    fault = hook_fault(hook, trial=settings.mode == "trial", inside=settings.hooks_inside) if hook else None
    if fault:
        raise Refused("hook", fault)


async def _change(door: Door, id: str, officer: Actor, step: str, changes: Mapping[str, Any]) -> App | None:
    """One change by an administrator. Raises Conflict when somebody else changed it at the same moment."""
    now = door.clock.now()
    action = Action(door.store, now, officer)
    app = await action.load(APP, id)
    if app is None:
        return None
    steps = (*app.steps, AppStep(at=now, login=officer.id, step=step))[-STEPS_KEPT:]
    app = app.model_copy(update={**changes, "steps": steps})
    action.apply(APP, id, app)
    await action.commit()
    return app


def _seal(door: Door) -> Seal:
    return Seal(derive(door.world.keys.contacts, "hooks"))


def _new_key() -> str:
    return f"hy_{secrets.token_urlsafe(24)}"


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _hash(key: str) -> str:
    """192 random bits need no salt and no slowness."""
    return hashlib.sha256(key.encode()).hexdigest()
