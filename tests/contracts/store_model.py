"""A store beside a plain dict: whatever is done to both, they stay alike."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.ports import Between, Change, Equal, OneOf, Order, Scalar, Store, Where, Written
from tests.contracts.examples import matter_fields, page, record

KEYS = ("a", "b", "c", "d")
OFFICES = st.sampled_from(("west", "东", None))
VALUES = st.sampled_from(("open", "closed", None))
TICKETS = st.sampled_from((1, 2, 3, None))
FIELDS = st.fixed_dictionaries({"state": VALUES, "office": OFFICES, "ticket": TICKETS, "rank": TICKETS})
CHANGES = st.tuples(st.sampled_from(KEYS), st.sampled_from((0, 0, 0, 1)), st.integers(0, 2), FIELDS)
TESTS = st.one_of(VALUES.map(Equal), st.lists(VALUES, max_size=3).map(tuple).map(OneOf), st.builds(Between, VALUES, VALUES))
WHERES = st.dictionaries(st.sampled_from(("state", "office")), TESTS)
ORDERS = st.builds(Order, st.sampled_from(("rank", "office")), st.booleans())

_names = (f"example-{number}" for number in count())


class StoreMachine(RuleBasedStateMachine):
    """Bodies say which write they are, so that a lost or doubled write shows."""

    def __init__(self, open_store: Callable[[str], Awaitable[Store]]) -> None:
        super().__init__()
        self.open_store, self.name = open_store, next(_names)
        self.runner = asyncio.Runner()
        self.documents: dict[str, tuple[int, str]] = {}
        self.fields: dict[str, dict[str, Scalar]] = {}
        self.unsent: dict[str, list[Written]] = {key: [] for key in KEYS}
        self.writes = count()

    @initialize()
    def open(self) -> None:
        self.store = self.runner.run(_opened(self.open_store, self.name))

    @rule(changes=st.lists(CHANGES, min_size=1, max_size=4, unique_by=lambda change: change[0]))
    def commit(self, changes: list[tuple[str, int, int, dict[str, Scalar]]]) -> None:
        batch = [self._change(*change) for change in changes]
        refused = {conflict.key: conflict.unique for conflict in self.runner.run(self.store.commit(batch))}
        # a batch may be written in any order, so which of two wants the other's ticket is left open: the store says, the model checks
        written = {change.key: change for change in batch if change.key not in refused}
        outdated = {change.key for change in batch if change.expected != self.documents.get(change.key, (0, ""))[0]}
        assert {key for key, unique in refused.items() if not unique} == outdated
        before = dict(self.fields)
        for change in written.values():
            self._take(change)
        for change in batch:
            if refused.get(change.key):
                assert self._rivals(change, before) | self._rivals(change, self.fields), "refused, but nobody had the ticket"
        tickets = [(f["office"], f["ticket"]) for f in self.fields.values() if f["office"] is not None and f["ticket"] is not None]
        assert len(set(tickets)) == len(tickets)

    @rule(number=st.integers(1, 3))
    def send(self, number: int) -> None:
        some = self.runner.run(self.store.unsent(number))
        assert len(some) == min(number, sum(map(len, self.unsent.values())))
        for one in some:
            assert one.record.raw == self.unsent[one.record.case].pop(0).raw
        self.runner.run(self.store.sent([one.mark for one in some]))

    @rule(where=WHERES, order=ORDERS, limit=st.integers(1, 5))
    def find(self, where: Where, order: Order, limit: int) -> None:
        found = self.runner.run(self.store.find("matter", where, order=order, limit=limit))
        assert [one.key for one in found] == page(self.fields, where, order, limit)

    @rule()
    def reopen(self) -> None:
        self.runner.run(self.store.close())
        self.open()

    @invariant()
    def holds_the_documents(self) -> None:
        if hasattr(self, "store"):
            found = self.runner.run(self.store.get("matter", KEYS))
            assert {key: (one.version, one.body) for key, one in found.items()} == self.documents

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.runner.run(self.store.close())
        self.runner.close()

    def _change(self, key: str, lag: int, events: int, fields: dict[str, Scalar]) -> Change:
        number = next(self.writes)
        version = self.documents.get(key, (0, ""))[0]
        records = tuple(record(key, 10 * number + n) for n in range(events))
        return Change("matter", key, max(0, version - lag), json.dumps(number), matter_fields(fields), records)

    def _take(self, change: Change) -> None:
        self.documents[change.key] = (change.expected + 1, change.body)
        self.fields[change.key] = dict(change.fields)
        self.unsent[change.key] += change.events

    @staticmethod
    def _rivals(change: Change, fields: dict[str, dict[str, Scalar]]) -> set[str]:
        wanted = (change.fields["office"], change.fields["ticket"])
        return {key for key, one in fields.items() if key != change.key and (one["office"], one["ticket"]) == wanted}


async def _opened(open_store: Callable[[str], Awaitable[Store]], name: str) -> Store:
    return await open_store(name)


def check_store_against_model(open_store: Callable[[str], Awaitable[Store]]) -> None:
    class Machine(StoreMachine):
        def __init__(self) -> None:
            super().__init__(open_store)

    short = settings(max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Machine, settings=short)
