"""Passwords: made, hashed with argon2id, checked; off the event loop and a few at a time."""

import asyncio
import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 4
"""Hashes worked out at the same time: each takes 64 MB."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of a made password: none that is read for another."""
GROUPS, GROUP = 4, 4


class Passwords:
    """One hasher for a process; its parameters are the library's defaults (RFC 9106, low memory)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, hashed: str | None, password: str) -> bool:
        """Whether the password belongs to the hash; without a hash it is wrong, and takes as long to say so."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, hashed, password)

    def _verify(self, hashed: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobody, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobody(self) -> str:
        """A hash of something that nobody knows."""
        return self._hasher.hash(secrets.token_hex())


def make_password() -> str:
    """A password to be told once, in groups that are easy to copy: about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
