"""Transfer encodings: from the seven bits that mail travels in back to bytes (RFC 2045, 6), however broken."""

import binascii

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OTHERS = bytes(set(range(256)) - set(_ALPHABET))


def unpack(encoding: str, content: bytes | memoryview) -> bytes:
    """The bytes that were sent. An encoding that is not known says nothing, as RFC 2045 wants the content then unread but whole."""
    if encoding == "base64":
        return from_base64(content)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    return bytes(content)


def from_base64(content: bytes | memoryview) -> bytes:
    """As much as can be read, up to the padding: what follows it is often a scanner's footer."""
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        signs = bytes(content).split(b"=", 1)[0].translate(None, _OTHERS)
        whole = signs[: len(signs) - (len(signs) % 4 == 1)]
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
