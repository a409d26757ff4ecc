"""Pictures: turned upright, made smaller and written anew, so that nothing but what can be seen is left of what was sent."""

import io

from PIL import Image, ImageOps

from services.intake.faults import Refused

LARGEST_PICTURE = 10 * 1024 * 1024
"""Bytes."""
MOST_PIXELS = 52_000_000
"""Above what phones take (50 megapixels); decoding needs some 400 MB at worst."""
LONGEST_SIDE = 2_560
THUMBNAIL_SIDE = 320
MEDIA_TYPE = "image/jpeg"
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")
_QUALITY = 85
_THUMBNAIL_QUALITY = 80


def redraw(raw: bytes) -> tuple[bytes, bytes]:
    """The picture (of an animation its first frame) as a JPEG of at most 2560 pixels a side without metadata, and its thumbnail of at
    most 320. The same bytes give the same bytes. Raises Refused.
    """
    if len(raw) > LARGEST_PICTURE:
        raise Refused("photos", "fault.photo_too_large")
    try:
        return _redraw(raw)
    except Refused:
        raise
    except Image.DecompressionBombError as fault:
        raise Refused("photos", "fault.photo_too_many_pixels") from fault
    except Exception as fault:  # Pillow raises many kinds for broken files, not all of them documented
        raise Refused("photos", "fault.photo_unreadable") from fault


def _redraw(raw: bytes) -> tuple[bytes, bytes]:
    with Image.open(io.BytesIO(raw), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused("photos", "fault.photo_too_many_pixels")
        if image.format == "TIFF" and _has_more(image):
            raise Refused("photos", "fault.photo_has_pages")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        page = Image.new("RGB", upright.size, "white")
        seen = upright.convert("RGBA")
        page.paste(seen, mask=seen)
    picture = _jpeg(page, _QUALITY)
    page.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return picture, _jpeg(page, _THUMBNAIL_QUALITY)


def _has_more(image: Image.Image) -> bool:
    """Whether a scan goes on after its first page: the other pages must not be lost in silence."""
    try:
        image.seek(1)
    except EOFError:
        image.seek(0)
        return False
    return True


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
