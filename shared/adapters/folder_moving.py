"""A folder of attachments as something to move from, and to move to."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from shared.adapters.attachment_names import is_plain
from shared.adapters.folder_attachments import FolderAttachments, path_of, read_content, translated
from shared.ports import Unusable


class FolderSource:
    """See shared.ports.moving.FilesSource. Names come by the folders that their hashes choose, sorted within each."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise Unusable(f"there is no folder {folder}; name the folder of the attachments")
        self._folder = folder

    async def count(self) -> int:
        return sum(1 for _ in self._names(None))

    async def names(self, after: str | None, limit: int) -> list[str]:
        return list(islice(self._names(after), limit))

    async def get(self, name: str) -> bytes | None:
        return read_content(path_of(self._folder, name))

    async def close(self) -> None:
        """Nothing is held open."""

    def _names(self, after: str | None) -> Iterator[str]:
        last = path_of(self._folder, after).parent.name if after is not None else ""
        for number in range(256):
            if (part := f"{number:02x}") >= last and (self._folder / part).is_dir():
                with translated(self._folder / part):
                    names = sorted(name for name in os.listdir(self._folder / part) if is_plain(name))
                yield from (name for name in names if after is None or part > last or name > after)


class FolderTarget(FolderSource):
    """See shared.ports.moving.FilesTarget. Opening makes the folder."""

    def __init__(self, folder: Path) -> None:
        self._attachments = FolderAttachments(folder)
        super().__init__(folder)

    async def put(self, name: str, content: bytes) -> None:
        await self._attachments.put(name, content)
