"""Photos that are sent ahead of their complaint: kept for a day, copied into the complaints that name them, then removed."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from services.intake.documents import UPLOAD, Upload
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.numbering import MACHINE
from shared.ports import Between, Conflict, Order, stamp
from shared.runtime.work import Action

BATCH = 100


async def keep_upload(door: Door, raw: bytes) -> Upload:
    """Develops and keeps a photo. Raises Refused when it is none. Its document comes first, so that no file is ever forgotten."""
    content = await door.darkroom.develop(raw)
    now = door.clock.now()
    upload = Upload(
        id=secrets.token_hex(16), sha256=hashlib.sha256(content).hexdigest(), size=len(content),
        expires_at=now + timedelta(hours=door.own.upload_hours),
    )  # fmt: skip
    action = Action(door.store, now, MACHINE)
    await action.load(UPLOAD, upload.id)
    action.apply(UPLOAD, upload.id, upload)
    await action.commit()
    await door.files.put(_file(upload.id), content)
    return upload


async def read_uploads(door: Door, ids: Sequence[str]) -> list[bytes]:
    """The photos in the order given. Raises Refused when one is unknown or has waited too long."""
    return [await _read(door, name) for name in ids]


async def _read(door: Door, name: str) -> bytes:
    content = await door.files.get(_file(name))
    if content is None:
        raise Refused("photos", "fault.photo_unknown")
    return content


async def remove_expired(door: Door) -> int:
    """Removes photos that nobody used in time, and those that were copied; returns how many."""
    now = door.clock.now()
    found = await door.store.find(UPLOAD.name, {"expires_at": Between(high=stamp(now))}, order=Order("expires_at"), limit=BATCH)
    for stored in found:
        await door.files.remove(_file(stored.key))
        action = Action(door.store, now, MACHINE)
        upload = await action.load(UPLOAD, stored.key)
        if upload is None or upload.expires_at is None:
            continue
        action.apply(UPLOAD, stored.key, upload.model_copy(update={"expires_at": None}))
        try:
            await action.commit()
        except Conflict:
            continue  # another process removes the same ones
    return len(found)


def _file(upload: str) -> str:
    return f"upload-{upload}.jpg"
