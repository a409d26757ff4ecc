"""Mails for tests, composed by hand: as bytes, so that what is wrong in them stays wrong."""

import base64
import quopri
from collections.abc import Mapping
from pathlib import Path

SAID = "东门的路灯坏了三个星期，请修理。"
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 64
GIF = b"GIF89a" + b"\0" * 500
HEADERS = {
    "From": "Li Ming <liming@mail.example>",
    "To": "huiying@city.example",
    "Subject": "Street lamp",
    "Date": "Tue, 02 Jan 2024 10:00:00 +0800",
    "Message-ID": "<one@mail.example>",
}


def compose(body: bytes | str, headers: Mapping[str, str | bytes | None] | None = None, *, end: bytes = b"\r\n") -> bytes:
    """A mail with the usual headers, changed and completed by these (None takes one away), and a body that is used as it is."""
    given = {**HEADERS, **(headers or {})}
    lines = [name.encode() + b": " + _bytes(value) for name, value in given.items() if value is not None]
    return end.join([*lines, b"", _bytes(body)])


def part(content: bytes | str, media_type: str = "text/plain; charset=utf-8", *, encoding: str = "", **headers: str) -> bytes:
    """A part of a multipart; header names are written with _ for -."""
    lines = [f"Content-Type: {media_type}"] if media_type else []
    lines += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + encoded(_bytes(content), encoding)


def photo(name: str = "photo.jpg", content: bytes = JPEG, **headers: str) -> bytes:
    """A picture as an attachment."""
    given = {"Content_Disposition": f'attachment; filename="{name}"', **headers}
    return part(content, f'image/jpeg; name="{name}"', encoding="base64", **given)


def html(text: str) -> bytes:
    """A part of HTML that says this."""
    return part(f"<html><body><div>{text}</div></body></html>", "text/html; charset=utf-8", encoding="quoted-printable")


def multipart(kind: str, *parts: bytes, boundary: str, parameters: str = "") -> tuple[str, bytes]:
    """The Content-Type and the body of a multipart of these parts."""
    delimiter = f"\r\n--{boundary}".encode()
    body = (
        b"This is a multi-part message in MIME format.\r\n" + b"".join(delimiter + b"\r\n" + one for one in parts) + delimiter + b"--\r\n"
    )
    return f'multipart/{kind}; boundary="{boundary}"{parameters}', body


def nested(kind: str, *parts: bytes, boundary: str, parameters: str = "") -> bytes:
    """A multipart as a part of another."""
    media_type, body = multipart(kind, *parts, boundary=boundary, parameters=parameters)
    return f"Content-Type: {media_type}\r\n\r\n".encode() + body


def whole(
    kind: str,
    *parts: bytes,
    headers: Mapping[str, str | bytes | None] | None = None,
    boundary: str = "=_whole",
    parameters: str = "",
) -> bytes:
    """A mail that is a multipart."""
    media_type, body = multipart(kind, *parts, boundary=boundary, parameters=parameters)
    return compose(body, {"MIME-Version": "1.0", "Content-Type": media_type, **(headers or {})})


def sections(name: str) -> dict[str, str]:
    """The texts of a file beside this one, by the title that stands above each."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return dict(section.split("\n", 1) for section in text.split("=== ") if section)


def encoded(content: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(content)
    return quopri.encodestring(content) if encoding == "quoted-printable" else content


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
