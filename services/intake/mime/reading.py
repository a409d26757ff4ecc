"""Reading a mail: from its bytes to what its sender said."""

from collections.abc import Collection

from services.intake.mime.mail import Mail, Unreadable


def read_mail(raw: bytes, *, own: Collection[str] = ()) -> Mail:
    """What the bytes of a mail say. `own`: our addresses and the domains of our Message-IDs, to know our own mail again.

    Raises Unreadable and nothing else.
    """
    raise Unreadable("unexpected")
