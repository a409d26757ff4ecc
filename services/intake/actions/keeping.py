"""Keeps attachments as files, each under a name of our own, before the document that leads to them is committed."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.intake.developing import Developed
from services.intake.door import Door
from services.intake.recognising import ENDINGS
from shared.events.intake import Attachment


@dataclass(frozen=True)
class Attached:
    """An attachment of a complaint with its content."""

    attachment: Attachment
    developed: Developed


def describe(number: str, attachments: Sequence[Developed]) -> tuple[Attached, ...]:
    """The attachments under new ids of this complaint, in the order given."""
    return tuple(Attached(_describe(number, one), one) for one in attachments)


def _describe(number: str, one: Developed) -> Attachment:
    return Attachment(id=f"{number}-{secrets.token_hex(4)}", sha256=one.sha256, media_type=one.media_type, size=len(one.content))


def photos(kept: Iterable[Attached]) -> tuple[Attachment, ...]:
    """Those that are pictures."""
    return tuple(one.attachment for one in kept if one.developed.picture)


def files(kept: Iterable[Attached]) -> tuple[Attachment, ...]:
    """All others."""
    return tuple(one.attachment for one in kept if not one.developed.picture)


async def keep(door: Door, kept: Iterable[Attached]) -> None:
    """Durable on return: a receipt never stands for files that are not there. Raises Unavailable."""
    for one in kept:
        await door.files.put(file_name(one.attachment), one.developed.content)
        if one.developed.thumbnail is not None:
            await door.files.put(thumbnail_name(one.attachment), one.developed.thumbnail)


async def drop(door: Door, kept: Iterable[Attached]) -> None:
    """Removes what no document leads to after all."""
    for one in kept:
        await door.files.remove(file_name(one.attachment))
        await door.files.remove(thumbnail_name(one.attachment))


def file_name(attachment: Attachment) -> str:
    """The name of its file."""
    ending = ENDINGS[attachment.media_type]
    return f"{'photo' if ending == 'jpg' else 'file'}-{attachment.id}.{ending}"


def thumbnail_name(attachment: Attachment) -> str:
    """The name of its thumbnail's file."""
    return f"photo-{attachment.id}-small.jpg"
