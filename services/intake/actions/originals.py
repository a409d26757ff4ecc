"""Mails as they came, kept as sealed files: they name their sender, and so are no more open than a contact."""

import asyncio
import hashlib

from services.intake.door import Door
from services.intake.mime import Mail, read_mail
from services.intake.sealing import Broken, Seal


async def keep_original(door: Door, content: bytes) -> str:
    """The id that the mail has from now on: the same bytes again are the same mail. Durable on return. Raises Unavailable."""
    mail, sealed = await asyncio.to_thread(_sealed, door.mails, content)
    await door.files.put(_file(mail), sealed)
    return mail


async def read_original(door: Door, mail: str) -> bytes:
    """What came. Raises Broken when it is not there or was sealed with another key, Unavailable."""
    sealed = await door.files.get(_file(mail))
    if sealed is None:
        raise Broken(f"there is no file {_file(mail)}")
    return await asyncio.to_thread(door.mails.open_file, sealed, mail)


async def read(door: Door, content: bytes) -> Mail:
    """What the mail says. Raises Unreadable."""
    ours = {door.world.settings.mail_address} - {""}
    return await asyncio.to_thread(read_mail, content, own=ours)


def _sealed(seal: Seal, content: bytes) -> tuple[str, bytes]:
    mail = hashlib.sha256(content).hexdigest()
    return mail, seal.close_file(content, mail)


def _file(mail: str) -> str:
    return f"mail-{mail}.sealed"
