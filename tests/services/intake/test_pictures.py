"""Pictures: what is redrawn, what is refused, and that nothing but the picture is left."""

import io
import struct
import zlib

import pytest
from PIL import Image

from services.intake import pictures
from services.intake.faults import Refused
from services.intake.pictures import LARGEST_PICTURE, LONGEST_SIDE, redraw

from .pictures import picture


def opened(content):
    return Image.open(io.BytesIO(content))


def redrawn(raw):
    return redraw(raw)[0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_each_kind_becomes_a_jpeg(kind):
    developed = opened(redrawn(picture(kind)))
    assert (developed.format, developed.size) == ("JPEG", (64, 48))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_each_mode_of_colour_is_taken(mode):
    assert opened(redrawn(picture("PNG" if mode != "CMYK" else "JPEG", mode=mode))).mode == "RGB"


def test_what_is_transparent_becomes_white():
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    assert opened(redrawn(out.getvalue())).getpixel((4, 4)) == (255, 255, 255)


def test_nothing_that_tells_of_the_sender_is_left():
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[2] = (28.0, 12.0, 30.0)
    for kind in ("JPEG", "PNG", "WEBP"):
        raw = picture(kind, exif=exif)
        assert b"SecretPhone" in raw
        content = redrawn(raw)
        assert b"SecretPhone" not in content
        assert not opened(content).getexif()


def test_a_photo_taken_on_its_side_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(redrawn(picture("JPEG", exif=exif))).size == (48, 64)


def test_a_large_photo_is_made_smaller():
    developed = opened(redrawn(picture("JPEG", size=(6_000, 3_000))))
    assert max(developed.size) == LONGEST_SIDE
    assert developed.size == (2_560, 1_280)


def bomb():
    """A PNG of a few bytes that claims 60,000 by 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "fault.photo_unreadable"),
        (b"%PDF-1.7 not a photo", "fault.photo_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "fault.photo_unreadable"),
        (picture("JPEG")[:200], "fault.photo_unreadable"),
        (picture("PNG")[:-20] + b"x" * 20, "fault.photo_unreadable"),
        (bomb(), "fault.photo_too_many_pixels"),
    ],
    ids=["empty", "pdf", "svg", "cut short", "broken", "bomb"],
)
def test_what_is_no_photo_is_refused(raw, why):
    with pytest.raises(Refused, match=why) as refusal:
        redrawn(raw)
    assert refusal.value.field == "photos"


def test_a_picture_that_is_too_large_is_not_even_opened():
    with pytest.raises(Refused, match="photo_too_large"):
        redrawn(b"\xff\xd8\xff" + b"\0" * LARGEST_PICTURE)


def test_pixels_are_counted_before_they_are_decoded(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 64 * 48 - 1)
    with pytest.raises(Refused, match="too_many_pixels"):
        redrawn(picture("PNG"))
