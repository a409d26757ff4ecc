"""Mail: what the sender of an e-mail said, from its raw bytes. Pure: no clock, no store, no network."""

from services.intake.mime.mail import LARGEST_MAIL, Bounce, Kind, LeftOut, Mail, Part, Unreadable
from services.intake.mime.reading import read_mail

__all__ = ["LARGEST_MAIL", "Bounce", "Kind", "LeftOut", "Mail", "Part", "Unreadable", "read_mail"]
