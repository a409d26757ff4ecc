"""Photos: checked, turned upright, made smaller and written anew, so that nothing but the picture is left of what was sent."""

import asyncio
import io

from PIL import Image, ImageOps

from services.intake.faults import Refused

LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 52_000_000
"""Above what phones take (50 megapixels); decoding needs some 400 MB at worst."""
LONGEST_SIDE = 2_560
MEDIA_TYPE = "image/jpeg"
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85


class Darkroom:
    """Develops at most `places` photos at a time, away from the event loop, so that memory stays bounded."""

    def __init__(self, places: int = 2) -> None:
        self._places = asyncio.Semaphore(places)

    async def develop(self, raw: bytes) -> bytes:
        """The photo as a JPEG of at most 2560 pixels a side, without metadata. Raises Refused."""
        if len(raw) > LARGEST_FILE:
            raise Refused("photos", "fault.photo_too_large")
        async with self._places:
            return await asyncio.to_thread(develop, raw)


def develop(raw: bytes) -> bytes:
    """The same, at once and on the caller's thread."""
    try:
        return _develop(raw)
    except Refused:
        raise
    except Image.DecompressionBombError as fault:
        raise Refused("photos", "fault.photo_too_many_pixels") from fault
    except Exception as fault:  # Pillow raises many kinds for broken files, not all of them documented
        raise Refused("photos", "fault.photo_unreadable") from fault


def _develop(raw: bytes) -> bytes:
    with Image.open(io.BytesIO(raw), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused("photos", "fault.photo_too_many_pixels")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        page = Image.new("RGB", upright.size, "white")
        seen = upright.convert("RGBA")
        page.paste(seen, mask=seen)
        out = io.BytesIO()
        page.save(out, "JPEG", quality=_QUALITY, optimize=True)
        return out.getvalue()


def photo_file(photo: str) -> str:
    """The name of a complaint's photo among the attachments."""
    return f"photo-{photo}.jpg"
