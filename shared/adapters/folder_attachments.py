"""Attachments as files of a folder, spread over 256 folders by a hash of their names."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from shared.adapters.attachment_names import check_name
from shared.adapters.disk import sync_folder
from shared.adapters.threads import in_thread
from shared.ports import Unavailable, Unusable

LEFTOVER_AFTER = 24 * 3600.0  # seconds; a half-written file that old belongs to a process that died


class FolderAttachments:
    """See shared.ports.Attachments. Makes the folder; raises Unusable when it cannot, and ValueError for a name that is no plain one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / "unfinished"
        try:
            for name in ("unfinished", *(f"{number:02x}" for number in range(256))):
                (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise Unusable(f"{folder}: no folder can be made there ({fault.strerror}); name another one") from fault
        with translated(folder):
            sync_folder(folder)
            _clear(self._unfinished)

    async def put(self, name: str, content: bytes) -> None:
        await in_thread(None, self._put, path_of(self._folder, name), content)

    async def get(self, name: str) -> bytes | None:
        return await in_thread(None, read_content, path_of(self._folder, name))

    async def remove(self, name: str) -> None:
        await in_thread(None, self._remove, path_of(self._folder, name))

    async def ping(self) -> None:
        """Writes a file and takes it away: only that notices a full disk."""
        await in_thread(None, self._probe)

    async def close(self) -> None:
        """Nothing is held open."""

    def _put(self, path: Path, content: bytes) -> None:
        with translated(path):
            self._write(content).replace(path)
            sync_folder(path.parent)

    def _remove(self, path: Path) -> None:
        with translated(path):
            try:
                path.unlink()
            except FileNotFoundError:
                return
            sync_folder(path.parent)

    def _probe(self) -> None:
        with translated(self._folder):
            self._write(b"?").unlink()

    def _write(self, content: bytes) -> Path:
        """A new file with this content, on the disk. Nothing stays of it when that fails."""
        descriptor, name = tempfile.mkstemp(dir=self._unfinished)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path


def path_of(folder: Path, name: str) -> Path:
    """Where the content of this name lies. Raises ValueError for a name that is no plain one."""
    return folder / sha256(check_name(name).encode()).hexdigest()[:2] / name


def read_content(path: Path) -> bytes | None:
    """None when nothing is there."""
    with translated(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - LEFTOVER_AFTER:
            path.unlink(missing_ok=True)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise Unavailable(f"{path}: {fault.strerror}") from fault
