"""Sealed text: readable only with the key, and only where it belongs."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Broken(Exception):  # noqa: N818 - the house's word
    """The sealed text is not one of this key, was changed, or belongs elsewhere."""


class Seal:
    """AES-256-GCM with a 32-byte key of one purpose. `place` is what the text belongs to; it opens nowhere else."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, text: str, place: str) -> str:
        """The text sealed, as URL-safe base64."""
        nonce = os.urandom(_NONCE)
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())).decode()

    def open(self, sealed: str, place: str) -> str:
        """The text. Raises Broken."""
        try:
            raw = base64.urlsafe_b64decode(sealed.encode("ascii", "replace"))
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (binascii.Error, InvalidTag, ValueError) as fault:
            raise Broken("not sealed with this key for this place") from fault
