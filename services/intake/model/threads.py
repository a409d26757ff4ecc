"""Threads: which matter an answer by mail belongs to, from signs that nobody else can make and mail systems leave alone."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable
from uuid import UUID

COMPLAINANT = ""
"""The recipient that is the complainant; everybody else who is told has the id of a follower, which is a UUID."""
LONGEST_LOCAL_PART = 64
"""Signs before the @ (RFC 5321, 4.5.3.1.1)."""
_NUMBER_BYTES = 8
_SEAL_BYTES = 10
_LEAST_DIGITS = 13
_MESSAGE_ID = re.compile(r"<([0-9a-f-]{36})\.([a-z2-7]{16})@[^<>@\s]{1,255}>")


def reply_token(key: bytes, number: str, recipient: str = COMPLAINANT) -> str:
    """The sign for the answers of one recipient on one matter: small letters and digits 2 to 7, with 80 bits of HMAC-SHA256.

    Base32, because some mail systems fold the case of addresses. Raises ValueError for a recipient that is no UUID.
    """
    plain = int(number).to_bytes(_NUMBER_BYTES, "big") + (UUID(recipient).bytes if recipient else b"")
    return _base32(plain + _seal(key, b"reply", plain))


def read_reply_token(key: bytes, token: str) -> tuple[str, str] | None:
    """The number and recipient that a token of ours was made for, whatever the case of its letters; None for anything else."""
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        number = str(int.from_bytes(raw[:_NUMBER_BYTES], "big")).zfill(_LEAST_DIGITS)
        who = raw[_NUMBER_BYTES:-_SEAL_BYTES]
        recipient = str(UUID(bytes=who)) if who else COMPLAINANT
        ours = reply_token(key, number, recipient)
    except (binascii.Error, ValueError, OverflowError):
        return None
    return (number, recipient) if hmac.compare_digest(ours.encode(), token.lower().encode()) else None


def reply_address(mail_address: str, token: str) -> str:
    """Where an answer goes: name+token@domain. Raises ValueError when the part before the @ grows beyond 64 signs."""
    name, _, domain = mail_address.rpartition("@")
    local = f"{name}+{token}"
    if len(local) > LONGEST_LOCAL_PART:
        raise ValueError(f"{mail_address} is too long to carry a token")
    return f"{local}@{domain}"


def read_reply_addresses(key: bytes, addresses: Iterable[str]) -> tuple[str, str] | None:
    """The number and recipient of the first of these addresses that carries a token of ours."""
    for address in addresses:
        local, _, _ = address.strip().strip("<>").rpartition("@")
        _, plus, token = local.rpartition("+")
        if plus and (found := read_reply_token(key, token)):
            return found
    return None


def message_id(key: bytes, notice_id: str, domain: str) -> str:
    """The Message-ID of a notice's mail, the same for every try: <id.seal@domain>."""
    return f"<{notice_id}.{_message_seal(key, notice_id)}@{domain}>"


def read_message_id(key: bytes, text: str) -> str | None:
    """The notice that the last genuine Message-ID of ours in a header (Message-ID, In-Reply-To, References) names, or None."""
    genuine: str | None = None
    for notice_id, seal in _MESSAGE_ID.findall(text.lower()):
        if hmac.compare_digest(_message_seal(key, notice_id), seal):
            genuine = notice_id
    return genuine


def _message_seal(key: bytes, notice_id: str) -> str:
    return _base32(_seal(key, b"message", notice_id.encode()))


def _seal(key: bytes, purpose: bytes, plain: bytes) -> bytes:
    return hmac.digest(key, purpose + b"\0" + plain, "sha256")[:_SEAL_BYTES]


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()
