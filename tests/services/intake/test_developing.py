"""Attachments: what is kept as it is, what is refused, and that no content of any kind breaks anything."""

import io
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.intake import developing, office
from services.intake.developing import Darkroom, Developed, develop
from services.intake.faults import Refused
from services.intake.recognising import ENDINGS
from shared.adapters.clamd_scanner import ClamdScanner
from shared.ports import Unavailable
from tests.clamd import EICAR, LARGEST, Clamd, running

from .pictures import picture
from .samples import KEPT, OPEN, PDF, WEBM, movie, old_office, package
from .samples import office as document

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # it tells of what is broken, and then raises

NOWHERE = ClamdScanner("clamd:/nowhere/clamd.ctl")
OLD_PPT_MACRO = bytes.fromhex("1f00ff0314000000 020000040c000000 05000000 01000000 02000000")


def why(raw):
    """The word for why this is refused."""
    with pytest.raises(Refused) as refusal:
        develop(raw)
    assert refusal.value.field == "photos"
    return refusal.value.why.removeprefix("fault.")


@pytest.mark.parametrize("name", KEPT)
def test_what_is_useful_is_kept_as_it_is(name):
    media_type, raw = KEPT[name]
    assert develop(raw) == Developed(raw, media_type, None)
    assert not develop(raw).picture
    assert media_type in ENDINGS


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_pictures_are_written_anew_with_a_thumbnail(kind):
    raw = picture(kind, size=(800, 600))
    developed = develop(raw)
    assert developed.picture
    assert (developed.media_type, developed.content[:3], developed.thumbnail[:3]) == ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd8\xff")
    assert develop(raw) == developed, "the same bytes give the same, or a retry would look like another complaint"


def test_what_is_hidden_in_a_picture_is_gone():
    payload = package({"evil.exe": b"MZ"}) + b"<script>alert(1)</script>"
    for kind in ("JPEG", "PNG", "GIF", "BMP"):
        developed = develop(picture(kind) + payload)
        assert b"evil" not in developed.content
        assert b"script" not in developed.content


REFUSED = {
    "nothing": (b"", "attachment_empty"),
    "program": (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + b"\0" * 60, "attachment_unknown"),
    "elf": (b"\x7fELF\2\1\1" + b"\0" * 60, "attachment_unknown"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "attachment_unknown"),
    "batch file": (b"@echo off\r\ndel *.*\r\n", "attachment_unknown"),
    "php": (b"<?php system($_GET['c']);", "attachment_unknown"),
    "html": ("<!DOCTYPE html><p>水".encode(), "attachment_unknown"),
    "html behind blanks": (b"\xef\xbb\xbf \n\t<HTML><script>alert(1)</script>", "attachment_unknown"),
    "html in utf-16": ("<html><script>alert(1)</script>".encode("utf-16"), "attachment_unknown"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "attachment_unknown"),
    "xml": (b"<?xml version='1.0'?><a/>", "attachment_unknown"),
    "rtf": (b"{\\rtf1\\ansi{\\object\\objdata 0105}}", "attachment_unknown"),
    "postscript": (b"%!PS-Adobe-3.0\n", "attachment_unknown"),
    "link": (b"[InternetShortcut]\r\nURL=file://host/share\r\n", "attachment_unknown"),
    "registry": (b"Windows Registry Editor Version 5.00\r\n", "attachment_unknown"),
    "zip": (package({"a.txt": "x"}), "attachment_unknown"),
    "zip with a document in it": (package({"a.docx": document()}), "attachment_unknown"),
    "jar": (package({"META-INF/MANIFEST.MF": "Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"}), "attachment_unknown"),
    "rar": (b"Rar!\x1a\7\1\0" + b"\0" * 30, "attachment_unknown"),
    "gzip": (b"\x1f\x8b\x08\0" + b"\0" * 30, "attachment_unknown"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 30, "attachment_unknown"),
    "heic": (movie(b"heic"), "photo_heic"),
    "avif": (movie(b"avif"), "photo_heic"),
    "avi": (b"RIFF\x24\0\0\0AVI LIST" + b"\0" * 40, "attachment_unknown"),
    "matroska": (WEBM.replace(b"\x84webm", b"\x88matroska"), "attachment_unknown"),
    "installer": (old_office("SummaryInformation", "Property"), "attachment_unknown"),
    "mail of outlook": (old_office("__properties_version1.0"), "attachment_unknown"),
    "word and excel at once": (old_office("WordDocument", "Workbook"), "attachment_unknown"),
    "document with a password": (old_office("EncryptedPackage", "EncryptionInfo"), "attachment_unknown"),
    "text with a bell": (b"text\x07 and more", "attachment_unknown"),
    "text that breaks off": ("水".encode()[:2] + b"\xff\xff", "attachment_unknown"),
    "pdf cut short": (PDF[:30], "attachment_unreadable"),
    "document cut short": (document()[:-30], "attachment_unreadable"),
    "old document cut short": (old_office("WordDocument")[:600], "attachment_unknown"),
    "photo cut short": (picture()[:300], "photo_unreadable"),
    "not what it begins with": (b"\x89PNG\r\n\x1a\n" + PDF, "photo_unreadable"),
    "program before a film": (b"MZ\0\x18" + movie(b"isom")[4:], "attachment_unknown"),
    "docm": (document(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "attachment_macros"),
    "xlsm": (document(main="application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "attachment_macros"),
    "docx with a macro": (document(parts={"word/vbaProject.bin": b"x"}), "attachment_macros"),
    "docx with a macro by another name": (
        document(main=f'{OPEN}wordprocessingml.document.main+xml"/><x ContentType="application/vnd.ms-office.VBAProject'),
        "attachment_macros",
    ),
    "doc with a macro": (old_office("WordDocument", below="_VBA_PROJECT"), "attachment_macros"),
    "doc with a macro in small letters": (old_office("WordDocument", below="_vba_project"), "attachment_macros"),
    "xls with a macro": (old_office("Workbook", "_VBA_PROJECT_CUR"), "attachment_macros"),
    "ppt with a macro": (old_office("PowerPoint Document") + OLD_PPT_MACRO, "attachment_macros"),
    "template": (document(main=f"{OPEN}wordprocessingml.template.main+xml"), "attachment_unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_refused_in_words(name):
    raw, expected = REFUSED[name]
    assert why(raw) == expected


def swollen(megabytes):
    """A document whose one part becomes so large."""
    out = io.BytesIO(document())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file, file.open("word/media/image.bmp", "w", force_zip64=True) as part:
        for _ in range(megabytes):
            part.write(b"\0" * 2**20)
    return out.getvalue()


def test_a_document_that_would_swell_is_refused_without_being_unpacked(monkeypatch):
    monkeypatch.setattr(office, "MOST_UNPACKED", 64 * 2**20)
    bomb = swollen(65)
    assert len(bomb) < 2**20
    assert develop(swollen(60)).media_type.startswith(OPEN)
    tracemalloc.start()
    assert why(bomb) == "attachment_unreadable"
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


def test_a_list_of_parts_that_would_swell_is_read_to_its_bound():
    bomb = package({"[Content_Types].xml": b"<Types>" + b" " * 60 * 2**20})
    tracemalloc.start()
    assert why(bomb) == "attachment_unknown"
    assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    tracemalloc.stop()


def test_a_document_of_very_many_parts_is_refused_before_they_are_listed():
    many = document() + b"PK\x01\x02" * (office.MOST_PARTS + 1)
    assert why(many) == "attachment_unreadable"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 99])
def test_a_list_of_parts_packed_strangely_harms_nobody(method):
    raw = bytearray(document())
    for at in (raw.find(b"PK\x03\x04") + 8, raw.find(b"PK\x01\x02") + 10):
        raw[at : at + 2] = struct.pack("<H", method)
    assert why(bytes(raw)) == "attachment_unreadable"


def test_two_lists_of_parts_are_one_too_many():
    """Two readers could believe two different ones."""
    out = io.BytesIO(document())
    with zipfile.ZipFile(out, "a") as file, pytest.warns(UserWarning, match="Duplicate name"):
        file.writestr("[Content_Types].xml", "<Types/>")
    assert why(out.getvalue()) == "attachment_unknown"


def test_the_directory_of_a_large_old_document_is_found():
    """Its chain stands in a sector that the header has no room to name: sector 14000 is in the 110th of the chains, named by sector 0."""
    small = old_office(*(f"Stream {place}" for place in range(4)), "PowerPoint Document")
    raw = bytearray(small[:512] + bytes(14_002 * 512))
    raw[48:52], raw[68:72] = struct.pack("<I", 14_000), struct.pack("<I", 0)
    raw[512:1024] = struct.pack("<128I", 1, *[0xFFFFFFFF] * 127)
    place = 2 * 512 + 14_000 % 128 * 4
    raw[place : place + 8] = struct.pack("<2I", 14_001, 0xFFFFFFFE)
    raw[14_001 * 512 :] = small[1024 : 1024 + 1024]
    assert develop(bytes(raw)).media_type == "application/vnd.ms-powerpoint"


def test_chains_that_bite_their_tail_end():
    raw = bytearray(old_office(*(f"Stream {place}" for place in range(20))))
    raw[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    raw[1024 + 128 + 68 : 1024 + 128 + 80] = struct.pack("<3I", 1, 1, 0)
    raw[68:72] = struct.pack("<I", 0)
    assert why(bytes(raw)) == "attachment_unknown"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_what_moves_the_first_frame_is_kept(kind):
    out = io.BytesIO()
    picture_of("red").save(out, kind, save_all=True, append_images=[picture_of("blue")])
    red, _, blue = Image.open(io.BytesIO(develop(out.getvalue()).content)).getpixel((8, 8))
    assert (red > 200, blue < 60) == (True, True)


def test_a_scan_of_several_pages_is_refused_rather_than_cut():
    out = io.BytesIO()
    picture_of("white").save(out, "TIFF", save_all=True, append_images=[picture_of("black")])
    assert why(out.getvalue()) == "photo_has_pages"


def picture_of(colour):
    return Image.new("RGB", (16, 16), colour)


@pytest.mark.parametrize(
    "raw",
    [
        b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + b"\x80\0\0" + bytes(6)
        + b"," + struct.pack("<4HB", 0, 0, 60_000, 60_000, 0) + b"\2\1\0\0;",
        b"BM" + struct.pack("<IIIIiiHHIIiiII", 58, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0) + b"\0" * 4,
    ],
    ids=["gif", "bmp"],
)  # fmt: skip
def test_claimed_pixels_are_never_decoded(raw):
    assert why(raw) == "photo_too_many_pixels"


async def test_what_is_too_large_is_refused_before_it_is_looked_at():
    with pytest.raises(Refused, match="attachment_too_large"):
        await Darkroom(NOWHERE).develop(PDF.ljust(developing.LARGEST_FILE + 1))
    assert (await Darkroom().develop(PDF.ljust(developing.LARGEST_FILE))).media_type == "application/pdf"


async def test_what_the_scanner_finds_is_refused():
    async with running(Clamd()) as url:
        with pytest.raises(Refused, match="attachment_infected"):
            await Darkroom(ClamdScanner(url)).develop(EICAR)


async def test_the_scanner_sees_what_was_sent_and_not_what_is_kept():
    clamd, raw = Clamd(), picture("PNG")
    async with running(clamd) as url:
        developed = await Darkroom(ClamdScanner(url)).develop(raw)
    assert clamd.seen == [raw]
    assert developed.content != raw


async def test_what_the_scanner_will_not_look_at_is_refused():
    async with running(Clamd()) as url:
        scanner = ClamdScanner(url)
        with pytest.raises(Refused, match="attachment_not_scanned"):
            await Darkroom(scanner).develop(PDF.ljust(LARGEST + 1))
        assert (await Darkroom(scanner).develop(PDF)).media_type == "application/pdf"


async def test_a_scanner_that_is_away_lets_nothing_through():
    with pytest.raises(Unavailable):
        await Darkroom(NOWHERE).develop(PDF)


SEEDS = [raw for _, raw in KEPT.values()] + [picture(kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")]


def taken_or_refused(raw):
    try:
        developed = develop(raw)
    except Refused:
        return
    assert developed.media_type in ENDINGS
    assert developed.content == raw or developed.picture


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused(raw):
    taken_or_refused(raw)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 3_000), st.binary(min_size=1, max_size=4)), max_size=6), st.data())
def test_any_broken_file_is_taken_or_refused(raw, slips, data):
    broken = bytearray(raw)
    for at, written in slips:
        broken[at % len(broken) : at % len(broken) + len(written)] = written
    taken_or_refused(bytes(broken[: data.draw(st.integers(0, len(broken)))]))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.sampled_from(SEEDS))
def test_two_files_in_one_are_told_by_the_first(one, other):
    """A reader that looks from the end would see the other: nobody is given it as that, and a package must begin where the file does."""
    taken_or_refused(one + other)
    try:
        alone, both = develop(one), develop(one + other)
    except Refused:
        return
    assert both.media_type == alone.media_type


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=8), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_what_people_write_is_text(text, encoding):
    said = "反映：" + text
    assert develop(said.encode(encoding)).media_type == "text/plain"
