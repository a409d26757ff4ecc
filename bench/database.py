"""The store on MongoDB's protocol beside raw bulk writes of the same documents by the same driver, on the tests' server with its index."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop
from pymongo import AsyncMongoClient, InsertOne, UpdateOne
from pymongo.write_concern import WriteConcern

from bench.store import KIND, change_of
from bench.table import Figure
from shared.adapters.mongo_store import MongoStore, read_place
from shared.ports import Change
from tests.servers.mongo import ProtocolServer, help_updates

DOCUMENTS, BATCH, ROUNDS = 20_000, 250, 5


def run() -> list[Figure]:
    server = ProtocolServer(memory="2g")
    try:
        return uvloop.run(_measure(server.url))
    finally:
        server.stop()


async def _measure(url: str) -> list[Figure]:
    """Raw and ours in turns, each round in databases of its own; a figure is the median of the rounds' ratios."""
    rounds = [(await _raw(url, f"raw{turn}"), await _ours(url, f"ours{turn}")) for turn in range(ROUNDS)]
    return [
        _figure("documents with an event inserted, store ÷ raw bulk_write", [(raw[0], ours[0]) for raw, ours in rounds]),
        _figure("… replaced, version checked", [(raw[1], ours[1]) for raw, ours in rounds]),
    ]


def _figure(what: str, rates: list[tuple[float, float]]) -> Figure:
    raw, ours = sorted(rates, key=lambda pair: pair[1] / pair[0])[len(rates) // 2]
    note = f"{ours:,.0f}/s beside {raw:,.0f}/s; {BATCH} at a time, {ROUNDS} × {DOCUMENTS:,}"
    return Figure(what, f"{ours / raw:.2f}", "≥ 0.6", ours / raw >= 0.6, note)


async def _raw(url: str, name: str) -> tuple[float, float]:
    """What anybody would write by hand: the same fields, the same events inside, one bulk write a batch."""
    async with AsyncMongoClient[dict[str, Any]](url) as client:
        help_updates(url, name, KIND.name)
        documents = client[name].get_collection(KIND.name, write_concern=WriteConcern("majority"))

        async def insert(changes: list[Change]) -> None:
            await documents.bulk_write([InsertOne({"_id": one.key, **_fields(one)}) for one in changes], ordered=False)

        async def replace(changes: list[Change]) -> None:
            wanted = [UpdateOne({"_id": one.key, "_version": one.expected}, {"$set": _fields(one)}) for one in changes]
            done = await documents.bulk_write(wanted, ordered=False)
            assert done.matched_count == len(changes)

        return await _rates(insert, replace)


def _fields(change: Change) -> dict[str, Any]:
    events = [{"number": number, "case": one.case, "raw": one.raw} for number, one in enumerate(change.events)]
    return {"_version": change.expected + 1, "_body": change.body, "_handled": [], "_outbox": events, **change.fields}


async def _ours(url: str, name: str) -> tuple[float, float]:
    store = MongoStore(read_place(f"{url}{name}", "bench"), [KIND])
    await store.prepare()
    help_updates(url, f"{name}_bench", KIND.name)

    async def commit(changes: list[Change]) -> None:
        assert await store.commit(changes) == []

    try:
        return await _rates(commit, commit)
    finally:
        await store.close()


async def _rates(
    insert: Callable[[list[Change]], Awaitable[None]], replace: Callable[[list[Change]], Awaitable[None]]
) -> tuple[float, float]:
    """Documents in a second, inserted and then replaced."""
    rates = []
    for expected, write in ((0, insert), (1, replace)):
        batches = [[change_of(start + number, expected) for number in range(BATCH)] for start in range(0, DOCUMENTS, BATCH)]
        started = time.perf_counter()
        for batch in batches:
            await write(batch)
        rates.append(DOCUMENTS / (time.perf_counter() - started))
    return rates[0], rates[1]
