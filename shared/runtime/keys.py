"""The two secrets: one that every service shares (sessions, tokens, forms), one that intake alone holds (contacts, query codes)."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from shared.runtime.settings import Settings, SettingsError

LEAST = 32


@dataclass(frozen=True, repr=False)
class Keys:
    session: bytes
    contacts: bytes


def load_keys(settings: Settings, *, contacts: bool = True) -> Keys:
    """The keys from the settings, else from the data folder, made there on the first run. Production takes them only from settings.

    A process without intake has no use for the contacts key and starts without it.
    """
    return Keys(
        session=_load(settings.session_key, "session", settings),
        contacts=_load(settings.contacts_key, "contacts", settings) if contacts else b"",
    )


def derive(key: bytes, purpose: str, size: int = 32) -> bytes:
    """A key for one purpose; keys of different purposes say nothing about each other (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=b"huiying:" + purpose.encode()).derive(key)


def _load(given: SecretStr | None, name: str, settings: Settings) -> bytes:
    variable = f"HUIYING_{name.upper()}_KEY"
    if given is not None:
        value = given.get_secret_value()
        if len(value) < LEAST:
            raise SettingsError(f"{variable}: at least {LEAST} characters")
        return value.encode()
    if settings.mode == "production":
        raise SettingsError(f"{variable}: production needs a secret of its own; make one with: openssl rand -hex 32")
    return _load_or_make(settings.data / "keys" / f"{name}.key")


def _load_or_make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes().strip()
