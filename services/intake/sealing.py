"""Sealed text: readable only with the key, and only where it belongs."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NOT_OURS = "not sealed with this key for this place"
_NONCE = 12


class Broken(Exception):  # noqa: N818 - the house's word
    """The sealed text is not one of this key, was changed, or belongs elsewhere."""


class Seal:
    """AES-256-GCM with a 32-byte key of one purpose. `place` is what the text belongs to; it opens nowhere else."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, text: str, place: str) -> str:
        """The text sealed, as URL-safe base64."""
        return base64.urlsafe_b64encode(self.close_file(text.encode(), place)).decode()

    def open(self, sealed: str, place: str) -> str:
        """The text. Raises Broken."""
        try:
            return self.open_file(base64.urlsafe_b64decode(sealed.encode("ascii", "replace")), place).decode()
        except (binascii.Error, ValueError) as fault:
            raise Broken(NOT_OURS) from fault

    def close_file(self, content: bytes, place: str) -> bytes:
        """The same for content of any kind."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, place.encode())

    def open_file(self, sealed: bytes, place: str) -> bytes:
        """The content. Raises Broken."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except (InvalidTag, ValueError) as fault:
            raise Broken(NOT_OURS) from fault
