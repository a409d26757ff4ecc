"""The fingerprint of a message: the same whenever and by whichever way it is delivered again."""

import hashlib

from services.intake.mime.tree import Entity

_FIELDS = ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "content-type", "content-transfer-encoding")
"""What the sender wrote. All that mail systems add or change on the way (Received, Delivered-To, signatures, X-…) is left out."""
_CHUNK = 64 * 1024


def fingerprint(mail: Entity) -> str:
    """Hex SHA-256 over the sender's fields and the body, without line ends: an IMAP server and a Maildir write them differently."""
    digest = hashlib.sha256()
    for name in _FIELDS:
        for value in mail.headers.all(name):
            digest.update(name.encode() + b":" + b"".join(value.split()) + b"\n")
    body = memoryview(mail.raw)[mail.start : mail.end]
    for start in range(0, len(body), _CHUNK):
        digest.update(bytes(body[start : start + _CHUNK]).translate(None, b"\r\n"))
    return digest.hexdigest()
