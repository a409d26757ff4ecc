"""Attachments on their way in: looked at, scanned, pictures written anew, everything else kept as it is or refused."""

import asyncio
import hashlib
from dataclasses import dataclass
from functools import cached_property

from services.intake.faults import Refused
from services.intake.pictures import MEDIA_TYPE, redraw
from services.intake.recognising import is_picture, recognise
from shared.ports import Scanner, Unavailable
from shared.telemetry import OUTAGES, logger

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes; of pictures pictures.LARGEST_PICTURE."""

log = logger(__name__)


@dataclass(frozen=True)
class Developed:
    """What is kept of an attachment. `media_type` is one of recognising.ENDINGS; a picture, and only a picture, has a `thumbnail`."""

    content: bytes
    media_type: str
    thumbnail: bytes | None = None

    @property
    def picture(self) -> bool:
        return self.media_type == MEDIA_TYPE

    @cached_property
    def sha256(self) -> str:
        """Of the content, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


class Darkroom:
    """Develops at most `places` attachments at a time, away from the event loop, so that memory stays bounded."""

    def __init__(self, scanner: Scanner | None = None, places: int = 2) -> None:
        self._scanner = scanner
        self._places = asyncio.Semaphore(places)

    async def develop(self, raw: bytes) -> Developed:
        """The attachment as it will be kept; the same bytes give the same. Raises Refused for what cannot be taken, Unavailable when
        there is a scanner and it cannot be asked. One that can be asked, and not about this, would not look at it tomorrow either.
        """
        if len(raw) > LARGEST_FILE:
            raise Refused("photos", "fault.attachment_too_large")
        await self._scan(raw)
        async with self._places:
            return await asyncio.to_thread(develop, raw)

    async def _scan(self, raw: bytes) -> None:
        if self._scanner is None:
            return
        try:
            found = await self._scanner.scan(raw)
        except Unavailable as outage:
            OUTAGES.labels("intake", "scanner").inc()
            log.error("attachment not scanned", reason=str(outage))
            await self._scanner.ping()
            raise Refused("photos", "fault.attachment_not_scanned") from outage
        if found:
            log.warning("infected attachment refused", found=found)
            raise Refused("photos", "fault.attachment_infected")


def develop(raw: bytes) -> Developed:
    """The same without a scanner, at once and on the caller's thread."""
    if is_picture(raw):
        picture, thumbnail = redraw(raw)
        return Developed(picture, MEDIA_TYPE, thumbnail)
    return Developed(raw, recognise(raw))
