"""Attachments that are sent ahead of their complaint: kept for a day, copied into the complaints that name them, then removed."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from services.intake.developing import Developed
from services.intake.documents import UPLOAD, Upload
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.numbering import MACHINE
from services.intake.recognising import ENDINGS
from shared.ports import Between, Conflict, Order, stamp
from shared.runtime.work import Action

BATCH = 100


async def keep_upload(door: Door, raw: bytes) -> Upload:
    """Develops and keeps an attachment. Raises Refused, Unavailable. Its document comes first, so that no file is ever forgotten."""
    developed = await door.darkroom.develop(raw)
    now = door.clock.now()
    upload = Upload(
        id=secrets.token_hex(16), sha256=developed.sha256, size=len(developed.content), media_type=developed.media_type,
        expires_at=now + timedelta(hours=door.own.upload_hours),
    )  # fmt: skip
    action = Action(door.store, now, MACHINE)
    await action.load(UPLOAD, upload.id)
    action.apply(UPLOAD, upload.id, upload)
    await action.commit()
    if developed.thumbnail is not None:
        await door.files.put(_thumbnail(upload.id), developed.thumbnail)
    await door.files.put(_file(upload), developed.content)
    return upload


async def read_uploads(door: Door, ids: Sequence[str]) -> list[Developed]:
    """The attachments in the order given. Raises Refused when one is unknown or has waited too long."""
    found = await door.store.get(UPLOAD.name, ids) if ids else {}
    uploads = [UPLOAD.parse(found[name]) for name in ids if name in found]
    if len(uploads) < len(ids):
        raise Refused("photos", "fault.upload_unknown")
    return [await _read(door, upload) for upload in uploads]


async def _read(door: Door, upload: Upload) -> Developed:
    content = await door.files.get(_file(upload))
    if content is None:
        raise Refused("photos", "fault.upload_unknown")
    return Developed(content, upload.media_type, await door.files.get(_thumbnail(upload.id)))


async def remove_expired(door: Door) -> int:
    """Removes attachments that nobody used in time, and those that were copied; returns how many."""
    now = door.clock.now()
    found = await UPLOAD.find(door.store, {"expires_at": Between(high=stamp(now))}, order=Order("expires_at"), limit=BATCH)
    for expired in found:
        await _remove(door, expired)
        action = Action(door.store, now, MACHINE)
        upload = await action.load(UPLOAD, expired.id)
        if upload is None or upload.expires_at is None:
            continue
        action.apply(UPLOAD, upload.id, upload.model_copy(update={"expires_at": None}))
        try:
            await action.commit()
        except Conflict:
            continue  # another process removes the same ones
    return len(found)


async def _remove(door: Door, upload: Upload) -> None:
    await door.files.remove(_file(upload))
    await door.files.remove(_thumbnail(upload.id))


def _file(upload: Upload) -> str:
    return f"upload-{upload.id}.{ENDINGS[upload.media_type]}"


def _thumbnail(upload: str) -> str:
    return f"upload-{upload}-small.jpg"
