"""What a store must do for the neighbours of changes that cannot be kept, and of callers that give up."""

import asyncio
from dataclasses import replace

from shared.ports import Equal, Store
from tests.contracts.examples import matter, record
from tests.contracts.store_contract import StoreContract


class NeighbourContract(StoreContract):
    async def test_what_cannot_be_kept_is_refused_and_harms_no_neighbour(self, store: Store) -> None:
        bad = [matter("half \ud800"), replace(matter("bad"), body='"\ud800"'), matter("bad", office="\ud800"), matter("bad", ticket=2**63)]
        outcomes = await asyncio.gather(*(store.commit([change]) for change in [*bad, matter("good")]), return_exceptions=True)
        assert [isinstance(outcome, ValueError) for outcome in outcomes] == [True] * 4 + [False]
        assert set(await store.get("matter", ["half \ud800", "bad", "good"])) == {"good"}
        assert await store.commit([matter("far", ticket=2**63 - 1), matter("low", ticket=-(2**63)), matter("nan", rank=float("nan"))]) == []
        assert await store.count("matter", {"rank": Equal(None)}) == {None: 4}

    async def test_who_gives_up_waiting_harms_nobody(self, store: Store) -> None:
        waiting = [asyncio.create_task(store.commit([matter(str(n), 0, n, [record(str(n), 1)])])) for n in range(40)]
        for task in waiting[::2]:
            await asyncio.sleep(0)
            task.cancel()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert outcomes[1::2] == [[]] * 20
        there = await store.get("matter", [str(n) for n in range(40)])
        assert set(there) >= {str(n) for n in range(1, 40, 2)}
        assert {one.record.case for one in await store.unsent(100)} >= {str(n) for n in range(1, 40, 2)}
        assert await store.commit([matter("after")]) == []
