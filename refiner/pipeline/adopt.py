"""A ledger of a graph that was moved or renamed, found again by the pages that it knows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from refiner.errors import LedgerError, UserError
from refiner.ledger import ledger_path
from refiner.ledger.database import APPLICATION_ID

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.graph.target import Target

LEAST_SHARE = 0.5


class Candidate(NamedTuple):
    """A ledger that may be this graph's.

    Attributes:
        path: Its file.
        known: How many pages it knows.
        here: How many of them stand in this graph.
    """

    path: Path
    known: int
    here: int


def candidates(target: Target) -> list[Candidate]:
    """Ledgers of graphs that hold the same pages, the likeliest first; not the graph's own."""
    own = ledger_path(target.root, None)
    found = []
    for path in sorted(own.parent.glob("*.db")) if own.parent.is_dir() else ():
        pages = _pages(path) if path != own else []
        here = sum((target.root / page).is_file() for page in pages)
        if pages and here >= LEAST_SHARE * len(pages):
            found.append(Candidate(path, len(pages), here))
    return sorted(found, key=lambda one: -one.here)


def adopt(target: Target) -> Candidate:
    """Copy the likeliest ledger to where this graph's belongs; the old one stays.

    Raises:
        UserError: There is none, or the graph has decisions of its own already.
        LedgerError: It can't be copied.
    """
    own = ledger_path(target.root, None)
    if _count(own, "decisions"):
        raise UserError(
            f"this graph has a ledger with decisions already, `{own}`; nothing was done"
        )
    found = candidates(target)
    if not found:
        raise UserError("no ledger knows the pages of this graph; nothing was done")
    try:
        for leftover in (own, own.with_name(f"{own.name}-wal"), own.with_name(f"{own.name}-shm")):
            leftover.unlink(missing_ok=True)
        with closing(sqlite3.connect(found[0].path)) as old, closing(sqlite3.connect(own)) as new:
            old.backup(new)
    except (sqlite3.Error, OSError) as error:
        raise LedgerError(f"`{found[0].path}` can't be copied: {error}; it is as it was") from error
    return found[0]


def _pages(path: Path) -> list[str]:
    """The paths of the pages that a ledger knows; none where it is no ledger."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            if database.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return []
            return [row[0] for row in database.execute("SELECT path FROM pages")]
    except sqlite3.Error:
        return []


def _count(path: Path, table: str) -> int:
    if not path.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            count = database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a constant
            return int(count.fetchone()[0])
    except sqlite3.Error:
        return 0
