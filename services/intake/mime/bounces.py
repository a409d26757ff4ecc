"""Bounces: what mail systems say became of a mail of ours, in the standard form (RFC 3464) and in the words of those that have none."""

import re
from collections.abc import Iterator

from services.intake.mime.addresses import find_addresses, find_in_prose, message_ids
from services.intake.mime.contents import Contents
from services.intake.mime.headers import Headers, read_headers
from services.intake.mime.kinds import comes_from_nobody
from services.intake.mime.mail import MOST_RECIPIENTS, Bounce

MOST_GROUPS = 100
LONGEST_SEARCHED = 100_000
_DELIVERED = {"delivered", "relayed", "expanded"}
_DAEMON = re.compile(r"mailer-daemon|postmaster|mail-daemon|mdaemon|bounces?|maildelivery", re.IGNORECASE)
_RETURNED = re.compile(
    r"undeliver|not delivered|delivery (?:status|failure|failed|has failed|delayed)|returned (?:mail|to sender)|failure notice"
    r"|message delayed|mail delivery|mail system error|退信|退件|延迟|延遲|[未没沒]能?[送传傳][达達递遞]"
    r"|(?:投递|发送|傳送)失[败敗]|无法(?:投递|送达|发送)",
    re.IGNORECASE,
)
_DELAYED_SUBJECT = re.compile(r"delay|warning|延迟|延遲", re.IGNORECASE)
_STILL_TRYING = re.compile(r"will (?:keep|continue) (?:trying|to try)|will be (?:retried|attempted again)|still trying", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_MESSAGE_ID = re.compile(r"^[>\s]{0,9}message-id:\s{0,9}(<[^<>\s]{3,400}>)", re.IGNORECASE | re.MULTILINE)


def read_bounce(headers: Headers, sender: str, contents: Contents) -> Bounce | None:
    """What the mail says as a bounce, or None when it is none."""
    reported = _worst(contents.reports)
    text = "\n".join(contents.texts)[:LONGEST_SEARCHED]
    if reported is None and not _is_returned(headers, sender, contents, text):
        return None
    originals = contents.enclosed[0] if contents.enclosed else Headers()
    to = [address for name in ("to", "cc") for address in find_addresses(originals.line(name))]
    if reported is not None:
        status, action = reported.line("status"), reported.token("action")
        recipient = _first_address(reported.line("final-recipient"), reported.line("original-recipient")) or "".join(to[:1])
        found = _STATUS.search(status)
        delivered, permanent = action in _DELIVERED, action in {"failed", ""}
    else:
        found, recipient = _STATUS.search(text), _recipient_in(headers, sender, text, to)
        delivered, permanent = False, not (_DELAYED_SUBJECT.search(headers.line("subject")) or _STILL_TRYING.search(text))
    return Bounce(
        permanent=permanent,
        delivered=delivered,
        status=found[0] if found else "",
        recipient=recipient,
        original_message_id=_original_id(headers, originals, text),
        original_recipients=tuple(dict.fromkeys(to))[:MOST_RECIPIENTS],
    )


def _is_returned(headers: Headers, sender: str, contents: Contents, text: str) -> bool:
    """A bounce in free words: a mail system is the sender, and it returns the mail or says that it does."""
    if headers.first("x-failed-recipients"):
        return True
    if "disposition-notification" in headers.line("content-type").lower():
        return False
    named = _DAEMON.fullmatch(sender.partition("@")[0]) or "mailer-daemon" in headers.line("from").lower()
    daemon = bool(named) or comes_from_nobody(headers)
    said = _RETURNED.search(headers.line("subject")) or _MESSAGE_ID.search(text)
    return daemon and bool(said or (contents.enclosed and _RETURNED.search(text)))


def _worst(reports: list[bytes]) -> Headers | None:
    """The fields of the recipient who fared worst, of all that are reported."""
    groups = [group for report in reports for group in _groups(report) if group.first("action") or group.first("final-recipient")]
    rank = {"failed": 0, "": 1, "delayed": 2}
    return min(groups, key=lambda group: rank.get(group.token("action"), 3), default=None)


def _groups(report: bytes) -> Iterator[Headers]:
    """The groups of fields: one for the mail, then one for each recipient."""
    position = 0
    for _ in range(MOST_GROUPS):
        group, after = read_headers(report, position, len(report))
        yield group
        if after <= position:
            return
        position = after


def _first_address(*texts: str) -> str:
    return next((address for text in texts for address in find_addresses(text)), "")


def _recipient_in(headers: Headers, sender: str, text: str, to: list[str]) -> str:
    """Whom a bounce in free words is about: who is named failed, an address of the returned mail, else the first that is named."""
    named = find_in_prose(text)
    others = [address for address in named if address.lower() != sender.lower()]
    known = [address for address in others if address in to] or to[:1] or others
    return _first_address(headers.line("x-failed-recipients")) or "".join(known[:1])


def _original_id(headers: Headers, originals: Headers, text: str) -> str:
    """The id of our mail: from its returned headers, from what is quoted of them, else from what the bounce answers to."""
    quoted = _MESSAGE_ID.search(text)
    answered = message_ids(headers, "references", "in-reply-to")
    returned = message_ids(originals, "message-id")
    return returned[0] if returned else quoted[1] if quoted else answered[-1] if answered else ""
