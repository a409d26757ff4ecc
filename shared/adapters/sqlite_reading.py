"""A SQLite file of ours that is only read: nothing in it is made or changed, and a file that is not there is not made."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.adapters.sqlite_file import LOCK_WAIT, Layout, refuse_stranger, translated
from shared.ports import Unusable


class SqliteReading:
    """Raises Unusable for a file that is missing, of another kind or of a newer version, Unavailable when it cannot be read."""

    def __init__(self, path: Path, layout: Layout) -> None:
        if not path.is_file():
            raise Unusable(f"there is no {path}; name the place where the system keeps its {layout.name}")
        self.path = path
        with translated(path):
            # the file itself stays as it is; beside it SQLite may make the -shm and -wal that its readers agree by
            self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=LOCK_WAIT, isolation_level=None)
        try:
            [(mark,)], [(number,)] = self.rows("PRAGMA application_id"), self.rows("PRAGMA user_version")
            refuse_stranger(path, layout, mark, number)
        except BaseException:
            self._connection.close()
            raise

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Rows at once, on the caller's thread: a page, or what a table holds of one row."""
        with translated(self.path):
            return self._connection.execute(statement, values).fetchall()

    def tables(self) -> set[str]:
        return {row[0] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def close(self) -> None:
        self._connection.close()
