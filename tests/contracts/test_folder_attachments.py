"""Attachments in a folder keep the contract; what a folder must do when the disk will not."""

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from shared.adapters.folder_attachments import LEFTOVER_AFTER, FolderAttachments
from shared.ports import Unavailable, Unusable
from tests.contracts.attachments_contract import AttachmentsContract, OpenAttachments


class TestFolder(AttachmentsContract):
    @pytest.fixture
    def open_attachments(self, tmp_path: Path) -> OpenAttachments:
        async def open_attachments() -> FolderAttachments:
            return FolderAttachments(tmp_path / "new" / "files")

        return open_attachments


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def test_a_full_disk_leaves_the_old_content_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attachments = FolderAttachments(tmp_path)
    await attachments.put("a", b"old")
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", _no_room)
        with pytest.raises(Unavailable, match="No space left"):
            await attachments.put("a", b"new")
        with pytest.raises(Unavailable, match="No space left"):
            await attachments.ping()
    assert files(tmp_path) == ["a"]
    assert await attachments.get("a") == b"old"
    await attachments.put("a", b"new")
    assert await attachments.get("a") == b"new"


def _no_room(descriptor: int) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_a_folder_that_went_away_is_told(tmp_path: Path) -> None:
    attachments = FolderAttachments(tmp_path / "files")
    (tmp_path / "files").rename(tmp_path / "elsewhere")
    with pytest.raises(Unavailable):
        await attachments.put("a", b"")
    with pytest.raises(Unavailable):
        await attachments.ping()


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"")
    with pytest.raises(Unusable, match="name another one"):
        FolderAttachments(tmp_path / "files")


def test_what_dead_processes_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    FolderAttachments(tmp_path)
    old, new = tmp_path / "unfinished" / "old", tmp_path / "unfinished" / "new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    long_ago = new.stat().st_mtime - LEFTOVER_AFTER - 60
    os.utime(old, (long_ago, long_ago))
    FolderAttachments(tmp_path)
    assert files(tmp_path) == ["new"]
