"""Changes that somebody else's get in the way of: made anew, and not for ever."""

import pytest

from shared.ports import Conflict
from shared.runtime.work import MOST_TRIES, until_written


@pytest.mark.parametrize("refused", [0, 1, MOST_TRIES - 1])
async def test_a_change_is_made_anew_until_it_is_written(refused: int) -> None:
    tries = []

    async def attempt() -> int:
        tries.append(1)
        if len(tries) <= refused:
            raise Conflict("complaint", "1")
        return len(tries)

    assert await until_written(attempt) == refused + 1


async def test_one_that_never_gets_through_says_so() -> None:
    tries = []

    async def attempt() -> None:
        tries.append(1)
        raise Conflict("complaint", "1")

    with pytest.raises(Conflict):
        await until_written(attempt)
    assert len(tries) == MOST_TRIES
