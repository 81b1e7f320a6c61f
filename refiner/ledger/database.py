"""The SQLite file: opened, brought up to date, and written in whole transactions."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from refiner.errors import LedgerError
from refiner.ledger.migrations import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

# "RFNR": tells a ledger from any other SQLite file, before and after its tables are looked at.
APPLICATION_ID = 0x52464E52
OWN_TABLES = frozenset({"runs", "requests", "proposals", "decisions", "applies"})


class Database:
    """An open ledger file.

    Args:
        path: The file; made with its folder where it is not there.

    Raises:
        LedgerError: It can't be opened, is damaged, or was made by a newer refiner.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size == 0:
                raise LedgerError(
                    f"the ledger `{path}` is empty: what was in it is gone; nothing was done",
                    hint="restore it from a backup, or remove the file to begin a new one",
                )
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._db.row_factory = sqlite3.Row
            self._refuse_others()
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate()
            if self._db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._inode = path.stat().st_ino
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            raise LedgerError(
                f"the ledger `{path}` can't be opened: {error}; no page was touched",
                hint="name another with `--ledger FILE`, or `refiner doctor` looks into it",
            ) from error

    def __enter__(self) -> Self:
        """The ledger itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def check_in_place(self) -> None:
        """Check that what was kept is kept: the file stands where it was opened.

        Raises:
            LedgerError: It was removed, or replaced by another.
        """
        if not self.path.exists() or self.path.stat().st_ino != self._inode:
            raise LedgerError(
                f"the ledger `{self.path}` was removed or replaced while it was in use; what was "
                "answered and decided since is lost",
                hint="run the command again; is another program clearing that folder?",
            )

    def check(self) -> str:
        """What SQLite's own integrity check says: `ok`, or the first problem."""
        return str(self._db.execute("PRAGMA integrity_check(1)").fetchone()[0])

    def _refuse_others(self) -> None:
        """Refuse another program's database before a byte of it, or beside it, is touched.

        Raises:
            LedgerError: It is one.
        """
        name = self._db.execute("PRAGMA application_id").fetchone()[0]
        tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master")}
        if name == APPLICATION_ID or not tables or (name == 0 and tables >= OWN_TABLES):
            return
        self._db.close()
        raise LedgerError(
            f"`{self.path}` is a database of another program; nothing was done to it",
            hint="name another file with `--ledger FILE`",
        )

    def _migrate(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise LedgerError(
                f"the ledger `{self.path}` was made by a newer refiner (schema {version}, this one "
                f"knows {len(MIGRATIONS)}); nothing was done",
                hint="`pip install -U refiner`",
            )
        for number in range(version, len(MIGRATIONS)):
            script = (
                f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
            )
            try:
                self._db.executescript(script)
            except sqlite3.OperationalError:
                self._db.rollback()
                if self._db.execute("PRAGMA user_version").fetchone()[0] <= number:
                    raise

    @contextmanager
    def _unsynced(self) -> Iterator[sqlite3.Connection]:
        """A transaction that outlives the process, and a power cut from the next other one on.

        To wait for the disk after each answer would hold up all requests under way.

        Source: SQLite, "PRAGMA synchronous": with a write-ahead log, NORMAL syncs it at a
        checkpoint alone, and FULL with all that stands before in it.
        """
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._transaction() as db:
                yield db
        finally:
            self._db.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise LedgerError(
                f"the ledger `{self.path}` can't be written: {error}; what it held is whole",
                hint="is the disk full, or another refiner at work? then run the command again",
            ) from error


def now() -> str:
    """The time as the ledger keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
