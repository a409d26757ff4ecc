"""What of the complainant a reply gives away: telephone, identity number, home, name. Each must be wanted by somebody who says why."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from services.tracking.model.reply_gate.knowledge import ReplyKnowledge

LeakKind = Literal["leak_phone", "leak_identity", "leak_address", "leak_name"]

# Each begins with what it looks for, and only then looks back: so a text is passed over quickly.
MOBILE = re.compile(r"1(?<!\d1)[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
LANDLINE = re.compile(r"0(?<!\d0)\d{2,3}[ -]?\d{7,8}(?!\d)")
IDENTITY = re.compile(r"[1-9](?<!\d[1-9])\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])")
"""A Chinese identity number: place, date of birth, order, check character (GB 11643)."""
HOME = re.compile(
    r"\d{1,4}(?:(?:栋|幢|座|号楼|#)[^\d\n,，。]{0,3}(?:\d{1,2}单元)?(?:\d{1,2}[楼层])?-?\d{3,4}(?:室|房|号|户)?|单元\d{3,4})|[村组屯]\d{1,4}号"
)
BEFORE = 12
"""Characters before a telephone number or a home in which is said whose it is."""
MOST = 50
"""Of one kind that are told; who gives away more has read enough by then."""
MOST_NAMES = 3
"""Names by which one complaint may introduce its writers."""
GAPS = re.compile(r"[ -]")


class Leak(NamedTuple):
    """What is given away, and where in the folded reply."""

    start: int
    end: int
    kind: LeakKind


def leaks_of(reply: str, complaint: str, known: ReplyKnowledge) -> list[Leak]:
    """The leaks in a reply, from left to right; both texts are folded, the complaint with its title."""
    kinds = (_phones(reply, complaint, known), _identities(reply), _homes(reply, complaint, known), _names(reply, complaint, known))
    return sorted({leak for found in kinds for leak in islice(found, MOST)})


def _phones(reply: str, complaint: str, known: ReplyKnowledge) -> Iterator[Leak]:
    """A number that the complaint has too, or that is said to be the complainant's; any mobile one that is not said to be an office's."""
    said = GAPS.sub("", complaint)
    for pattern in (MOBILE, LANDLINE):
        for found in islice(pattern.finditer(reply), MOST):
            office = pattern is LANDLINE or _said_before(known.office_phone, reply, found)
            if not office or GAPS.sub("", found[0]) in said or _said_before(known.home, reply, found):
                yield Leak(*found.span(), "leak_phone")


def _said_before(words: re.Pattern[str], reply: str, found: re.Match[str]) -> bool:
    return words.search(reply, max(0, found.start() - BEFORE), found.start()) is not None


def _identities(reply: str) -> Iterator[Leak]:
    for found in IDENTITY.finditer(reply):
        yield Leak(*found.span(), "leak_identity")


def _homes(reply: str, complaint: str, known: ReplyKnowledge) -> Iterator[Leak]:
    """A flat or house number that the complaint has too, or that is said to be the complainant's."""
    for found in islice(HOME.finditer(reply), MOST):
        if found[0] in complaint or _said_before(known.home, reply, found):
            yield Leak(*found.span(), "leak_address")


def _names(reply: str, complaint: str, known: ReplyKnowledge) -> Iterator[Leak]:
    """The name by which the complaint introduces its writer, and any that the reply itself calls the complainant's."""
    own = dict.fromkeys(found[1] for found in known.own_names.finditer(complaint))
    for name in islice(own, MOST_NAMES):
        for found in re.finditer(re.escape(name), reply):
            yield Leak(*found.span(), "leak_name")
    for named in known.names.finditer(reply):
        yield Leak(*named.span(1), "leak_name")
