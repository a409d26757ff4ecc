"""Lists of cases: the queues of each role, what an officer may see in a list, pages by keyset."""

import base64
import binascii
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import get_args

from services.tracking.documents import CASE
from services.tracking.model.case import Case, Pile
from services.tracking.model.life import OPEN, Who
from services.tracking.model.visibility import RESTRICTED
from shared.events import Sensitivity
from shared.events.tracking import State
from shared.ports import Cursor, Equal, OneOf, Order, Store, Where
from shared.roles import HANDLES_RESTRICTED, SEES_RESTRICTED

ROWS = 30
OF_CARDS = 10
"""Rows of a queue whose rows say so much that thirty would be slow to load on a bad line."""
CHUNK = 200
UNRESTRICTED = tuple(level for level in get_args(Sensitivity) if level not in RESTRICTED)
EVERYTHING: Where = {}

DUE = Order("due_at")
ERRAND = Order("errand_at")
NEWEST = Order("received_at", descending=True)
LONGEST_WAITING = Order("received_at")

OF_DEPARTMENT = frozenset({"liaison", "handler", "approver", "co_handler"})
OVERSEERS = frozenset({"supervisor", "administrator", "auditor"})
"""They may look into every queue of the centre."""


class BadCursor(ValueError):  # noqa: N818 - the house's word
    """A page was asked for with a cursor that is not one of ours."""


@dataclass(frozen=True)
class Queue:
    """A list of what is to be done, most pressing first: the cases whose `field` has `value`, worked by officers with one of `roles`.

    `rows` are shown on a page.
    """

    name: str
    field: str
    value: str
    roles: frozenset[str]
    order: Order = DUE
    rows: int = ROWS

    def where(self, who: Who) -> Where:
        """The queue as this officer has it; a department's piles are those of their own."""
        return {self.field: Equal(self.value), **_own(self.field, who)}

    def has(self, case: Case) -> bool:
        return bool(getattr(case, self.field) == self.value)


PILES: tuple[Queue, ...] = tuple(Queue(pile, "pile", pile, OF_DEPARTMENT) for pile in get_args(Pile))
CENTRE_QUEUES: tuple[Queue, ...] = (
    Queue("dispatch", "state", "waiting", frozenset({"dispatcher", "agent"}), rows=OF_CARDS),
    Queue("unread", "state", "registered", frozenset({"dispatcher"})),
    Queue("hand_backs", "state", "handed_back", frozenset({"dispatcher"})),
    Queue("reviews", "state", "replied", frozenset({"reviewer"})),
    Queue("extensions", "errand", "extension", frozenset({"dispatcher"}), ERRAND),
    Queue("callbacks", "errand", "callback", frozenset({"callback_clerk"}), ERRAND),
    Queue("supervision", "state", "supervised", frozenset({"supervisor"})),
)
QUEUES: Mapping[str, Queue] = {queue.name: queue for queue in (*PILES, *CENTRE_QUEUES)}


@dataclass(frozen=True)
class Row:
    """A case in a list, and the version a step on it has to name."""

    case: Case
    version: int


@dataclass(frozen=True)
class Page:
    """Some rows of a list; `next` is the cursor of the page behind it, None on the last one."""

    rows: list[Row] = field(default_factory=list)
    next: str | None = None


@dataclass(frozen=True)
class Lists:
    """The cases as lists, never more of them than the officer may see."""

    store: Store

    async def page(self, where: Where, who: Who, *, order: Order, limit: int = ROWS, after: str | None = None) -> Page:
        """A page of what `who` may see. Raises BadCursor."""
        narrowed = narrow(where, who)
        if narrowed is None:
            return Page()
        found = await self.store.find(CASE.name, narrowed, order=order, limit=limit + 1, after=read_cursor(after) if after else None)
        rows = [Row(CASE.parse(one), one.version) for one in found[:limit]]
        return Page(rows, write_cursor(rows[-1].case, order) if len(found) > limit else None)

    async def each(self, where: Where, who: Who, *, order: Order, most: int) -> AsyncIterator[Case]:
        """The first `most` rows of a list, read in chunks."""
        after: str | None = None
        while most > 0:
            page = await self.page(where, who, order=order, limit=min(CHUNK, most), after=after)
            for row in page.rows:
                yield row.case
            most, after = most - len(page.rows), page.next
            if after is None:
                return

    async def counts(self, who: Who) -> dict[str, int]:
        """How many cases lie in each queue that this officer works or oversees, in their order."""
        queues = queues_of(who)
        found: dict[tuple[str, str], int] = {}
        for name in dict.fromkeys(queue.field for queue in queues):
            values = tuple(queue.value for queue in queues if queue.field == name)
            where = narrow({name: OneOf(values), **_own(name, who)}, who)
            numbers = await self.store.count(CASE.name, where, by=name) if where is not None else {}
            found |= {(name, str(value)): number for value, number in numbers.items()}
        return {queue.name: found.get((queue.field, queue.value), 0) for queue in queues}

    async def next_in(self, queue: Queue, who: Who, case: Case) -> Case | None:
        """The case to look at after this one: the next in the queue's order, else its first."""
        after = write_cursor(case, queue.order) if queue.has(case) and getattr(case, queue.order.field) else None
        for start in (after, None) if after else (None,):
            page = await self.page(queue.where(who), who, order=queue.order, limit=2, after=start)
            for row in page.rows:
                if row.case.number != case.number:
                    return row.case
        return None


def queues_of(who: Who) -> tuple[Queue, ...]:
    """The queues that this officer works or may look into."""
    piles = PILES if who.department and who.roles & OF_DEPARTMENT else ()
    return (*piles, *(queue for queue in CENTRE_QUEUES if who.roles & (queue.roles | OVERSEERS)))


def _own(field: str, who: Who) -> Where:
    return {"department": Equal(who.department)} if field == "pile" else EVERYTHING


def scope(who: Who) -> Where | None:
    """What of all cases an officer may see in lists; None for nothing. Never more than `may_see` allows (a test holds it)."""
    if who.centre:
        return EVERYTHING if who.roles & SEES_RESTRICTED else {"sensitivity": OneOf(UNRESTRICTED)}
    if who.department is None:
        return None
    mine: Where = {"department": Equal(who.department)}
    if "approver" in who.roles:
        return mine
    levels = (*UNRESTRICTED, "S2") if who.roles & HANDLES_RESTRICTED else UNRESTRICTED
    return {**mine, "sensitivity": OneOf(levels)}


def narrow(where: Where, who: Who) -> Where | None:
    """The condition and the officer's scope together; None when nothing can match both."""
    allowed = scope(who)
    if allowed is None:
        return None
    for name in where.keys() & allowed.keys():
        if where[name] != allowed[name]:
            return None
    return {**where, **allowed}


def of_state(state: State | None) -> tuple[Where, Order]:
    """Open cases by what is due first, ended ones by when they ended: each has the field that it is sorted by."""
    if state is None:
        return {"open": Equal(True)}, DUE
    return {"state": Equal(state)}, DUE if state in OPEN else Order("closed_at", descending=True)


def write_cursor(case: Case, order: Order) -> str:
    """The place of a case in a list, as text that is safe in a URL."""
    place = json.dumps([CASE.values(case)[order.field], case.number], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Raises BadCursor."""
    try:
        place = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as fault:
        raise BadCursor(text) from fault
    match place:
        case [str(value), str(key)] if value.isascii() and key.isascii():
            return Cursor(value, key)
    raise BadCursor(text)
