"""Keys of requests in any number, on disk: memory does not grow with them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class Keys:
    """Keys, each with the places where something about it stands; gone when it is closed.

    Source: SQLite, "Temporary databases": an empty name is a file that is deleted when it is
    closed, and that is written only once it is larger than the page cache.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(
            "CREATE TABLE keys (key TEXT, file INTEGER, place INTEGER,"
            " PRIMARY KEY (key, file, place)) WITHOUT ROWID"
        )
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        """The keys themselves; none yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget them."""
        self._db.close()

    def add(self, key: str, file: int = 0, place: int = 0) -> bool:
        """Keep a key and a place; whether it was new."""
        made = self._db.execute("INSERT OR IGNORE INTO keys VALUES (?, ?, ?)", (key, file, place))
        return made.rowcount > 0

    def places(self, key: str) -> list[tuple[int, int]]:
        """File and place of all that was kept of a key, in their order."""
        return self._db.execute(
            "SELECT file, place FROM keys WHERE key = ? ORDER BY file, place", (key,)
        ).fetchall()

    def remove(self, key: str) -> None:
        """Forget a key and its places."""
        self._db.execute("DELETE FROM keys WHERE key = ?", (key,))

    def lines(self) -> int:
        """How many places there are."""
        return int(self._db.execute("SELECT count(*) FROM keys").fetchone()[0])

    def count(self) -> int:
        """How many different keys there are."""
        return int(self._db.execute("SELECT count(DISTINCT key) FROM keys").fetchone()[0])
