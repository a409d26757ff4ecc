"""Does things side by side, so that they share durable writes, and waits for all of them whatever happens to one."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def together(tasks: Iterable[Awaitable[T]]) -> list[T]:
    """The results in order, once every task has ended. Raises what the first that failed has raised."""
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
