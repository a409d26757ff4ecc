"""A mailbox in a Maildir: a folder that a mail server delivers into, a file for each message; sub-folders as in Maildir++."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import nsmallest
from pathlib import Path

from shared.adapters.disk import sync_folder
from shared.adapters.mail_bounds import LONGEST_HEAD, fitting, head_of, sub_folder_name
from shared.adapters.threads import in_thread
from shared.ports import Incoming, Unavailable, Unusable

ARRIVALS = ("new", "cur")
"""A message lies in `new` until some mail program has seen it, then in `cur`; what is in `tmp` is not whole yet and is never read."""
FLAGS = ":2,"
MOST_TRIES = 5

_DELIVERED_AT = re.compile(r"\d{1,15}")


class MaildirMailbox:
    """See shared.ports.Mailbox. A handle is `new/NAME` or `cur/NAME`. Raises Unusable when the folder is no Maildir."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if not all((folder / name).is_dir() for name in ARRIVALS):
            raise Unusable(f"{folder} is no Maildir: it needs the folders cur, new and tmp; mkdir -p {folder}/{{cur,new,tmp}} makes one")

    async def arrived(self, limit: int, largest: int) -> list[Incoming]:
        return await in_thread(None, self._arrived, limit, largest)

    async def put_aside(self, handle: str, place: str) -> None:
        await in_thread(None, self._put_aside, handle, sub_folder_name(place))

    async def ping(self) -> None:
        await in_thread(None, self._names)

    async def close(self) -> None:
        """Nothing is held open."""

    def _arrived(self, limit: int, largest: int) -> list[Incoming]:
        oldest = nsmallest(limit, self._names(), key=_age)
        sizes = ((name, size) for name in oldest if (size := self._size(name)) is not None)
        found, faults = list[Incoming](), list[Exception]()
        for name in fitting(sizes, largest):
            try:
                found += filter(None, [self._read(name, largest)])
            except (Unavailable, Unusable) as fault:
                faults.append(fault)  # one that cannot be read holds up no other
        if faults and not found:
            raise faults[0]
        return found

    def _names(self) -> list[str]:
        with _translated(self._folder):
            return [f"{part}/{entry.name}" for part in ARRIVALS for entry in os.scandir(self._folder / part) if _is_message(entry)]

    def _size(self, name: str) -> int | None:
        with _translated(self._folder / name):
            try:
                return (self._folder / name).stat().st_size
            except FileNotFoundError:
                return None

    def _read(self, name: str, largest: int) -> Incoming | None:
        """The message, or None when it was moved meanwhile: then it is found where it is now the next time."""
        with _translated(self._folder / name):
            try:
                descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW)
            except FileNotFoundError:
                return None
            with os.fdopen(descriptor, "rb") as file:
                size = os.fstat(descriptor).st_size
                content = file.read(LONGEST_HEAD if size > largest else size)
        return Incoming(name, size, head_of(content), None if size > largest else content)

    def _put_aside(self, handle: str, place: str) -> None:
        with _translated(self._folder / handle):
            target = self._sub_folder(f".{place}")
            for _ in range(MOST_TRIES):
                source = self._find(handle)
                if source is None:
                    return
                try:
                    source.rename(_free(target / _with_flags(source.name)))
                except FileNotFoundError:
                    continue  # a mail program marked it in between, which changes its name
                sync_folder(target)
                sync_folder(source.parent)
                return
            raise Unavailable(f"{self._folder / handle} cannot be held fast; other programs keep renaming it")

    def _find(self, handle: str) -> Path | None:
        """Where the message is now: mail programs move it from `new` to `cur` and change what stands behind its colon."""
        if (path := self._folder / handle).exists():
            return path
        unique = _unique(path.name)
        moved = (name for name in self._names() if _unique(name.partition("/")[2]) == unique)
        return next((self._folder / name for name in moved), None)

    def _sub_folder(self, name: str) -> Path:
        """The `cur` of a folder inside this one, made when it is not there."""
        folder = self._folder / name
        if not (folder / "cur").is_dir():
            for part in ("tmp", "new", "cur"):
                (folder / part).mkdir(parents=True, exist_ok=True)
            (folder / "maildirfolder").touch()
            sync_folder(folder)
            sync_folder(self._folder)
        return folder / "cur"


def _is_message(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)


def _age(name: str) -> tuple[int, str]:
    """Names begin with the second of delivery; those of other programs may not, and go first."""
    unique = name.partition("/")[2]
    second = _DELIVERED_AT.match(unique)
    return (int(second.group()) if second else 0), unique


def _unique(name: str) -> str:
    return name.partition(":")[0]


def _with_flags(name: str) -> str:
    """What lies in `cur` carries flags, even none."""
    return name if FLAGS in name else _unique(name) + FLAGS


def _free(path: Path) -> Path:
    """The path, or one beside it when another message has its name: nothing is ever overwritten."""
    number = 0
    free = path
    while free.exists():
        number += 1
        unique, colon, flags = path.name.partition(":")
        free = path.with_name(f"{unique}.{number}{colon}{flags}")
    return free


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as fault:
        raise Unusable(
            f"{fault.filename or path}: {fault.strerror}; the user that Huiying runs as must be able to read and move it"
        ) from fault
    except OSError as fault:
        raise Unavailable(f"{fault.filename or path}: {fault.strerror}") from fault
