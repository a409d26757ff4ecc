"""Reading a mail: from its bytes to what its sender said."""

import re
from collections.abc import Collection

from services.intake.mime.addresses import message_ids, recipients_of, sender_of, sent_at
from services.intake.mime.bounces import read_bounce
from services.intake.mime.contents import Contents
from services.intake.mime.fingerprint import fingerprint
from services.intake.mime.gathering import gather, is_mail
from services.intake.mime.history import Separated, separate
from services.intake.mime.kinds import kind_of
from services.intake.mime.mail import LARGEST_MAIL, LONGEST_SUBJECT, LONGEST_TEXT, Bounce, Mail, Unreadable
from services.intake.mime.marks import FORWARDED_SUBJECT
from services.intake.mime.tree import Entity, read_entity

_EMPTY_LINES = re.compile(rb"[\r\n]*")


def read_mail(raw: bytes, *, own: Collection[str] = ()) -> Mail:
    """What the bytes of a mail say. `own`: our addresses and the domains of our Message-IDs, to know our own mail again.

    Raises Unreadable and nothing else.
    """
    try:
        return _read(raw, own)
    except Unreadable:
        raise
    except Exception as fault:  # strangers write these bytes: what nobody thought of is for a person to see, and stops no other mail
        raise Unreadable("unexpected") from fault


def _read(raw: bytes, own: Collection[str]) -> Mail:
    mail = _open(raw)
    contents = gather(mail)
    name, sender = sender_of(mail.headers)
    bounce = read_bounce(mail.headers, sender, contents)
    said = _said(mail, contents, bounce)
    if len(said.new) > LONGEST_TEXT:
        contents.leave_out("text_cut")
    return Mail(
        fingerprint=fingerprint(mail),
        message_id="".join(message_ids(mail.headers, "message-id")[:1]),
        references=message_ids(mail.headers, "references", "in-reply-to"),
        sender_name=name,
        sender=sender,
        recipients=recipients_of(mail.headers),
        subject=mail.headers.line("subject")[:LONGEST_SUBJECT].strip(),
        sent_at=sent_at(mail.headers),
        text=_cut(said.new),
        quoted=_cut(said.quoted),
        signature=_cut(said.signature),
        attachments=tuple(contents.attachments),
        kind="bounce" if bounce else kind_of(mail.headers, sender, own=own),
        bounce=bounce,
        left_out=tuple(contents.left_out),
    )


def _open(raw: bytes) -> Entity:
    if len(raw) > LARGEST_MAIL:
        raise Unreadable("too_large")
    if not raw or raw.isspace():
        raise Unreadable("empty")
    first = _EMPTY_LINES.match(raw)
    mail = read_entity(raw, first.end() if first else 0, len(raw))
    if not is_mail(mail.headers):
        raise Unreadable("no_header")
    return mail


def _said(mail: Entity, contents: Contents, bounce: Bounce | None) -> Separated:
    """What is new, with what is passed on. Where nothing is new the quoted text is what was meant, but for an answer that only brings
    files: what it quotes is ours.
    """
    said = separate("\n\n".join(contents.texts))
    passed_on = [] if bounce else contents.forwarded
    answers = bool(message_ids(mail.headers, "references", "in-reply-to")) and bool(contents.attachments)
    if said.forwarded or FORWARDED_SUBJECT.match(mail.headers.line("subject")) or not (said.new or passed_on or answers):
        passed_on, said = [said.quoted, *passed_on], Separated(said.new, "", said.signature, forwarded=True)
    new = "\n\n".join(text.strip() for text in (said.new, *passed_on) if text.strip())
    return Separated(new, said.quoted, said.signature, said.forwarded)


def _cut(text: str) -> str:
    return text[:LONGEST_TEXT].strip()
