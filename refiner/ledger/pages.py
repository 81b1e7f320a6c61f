"""Pages as they were last read, and what was found on them."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from refiner.ledger.database import Database
from refiner.ledger.decisions import prior_of
from refiner.ledger.rows import to_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence

    from refiner.proposals import Proposal


class PageState(NamedTuple):
    """A page as it was when it was last read.

    Attributes:
        fingerprint: Size in bytes, mtime in nanoseconds, inode.
        sha256: Of its bytes, hex.
        items: How many cards and passages it holds.
        plan: By task, the digest of all that decides what the task proposes; a task that is
            missing has something left to do.
        book: The full title that pages of one book share, or "".
        failed: By task, how many requests failed when it was last looked at.
    """

    title: str
    book: str
    fingerprint: tuple[int, int, int]
    sha256: str
    items: int
    plan: dict[str, str]
    failed: dict[str, int] = {}  # noqa: RUF012 - never changed


class SyncedPage(NamedTuple):
    """What was found on a page now.

    Attributes:
        path: Path in the graph.
        state: The page as it was read.
        tasks: The tasks that looked at it.
        proposals: What they propose.
        kept: Hashes of items that were not looked at, or whose answers are missing: what is
            pending about these stays.
    """

    path: str
    state: PageState
    tasks: Collection[str]
    proposals: Sequence[Proposal]
    kept: Collection[str] = ()


class Pages(Database):
    """Which pages were read, and which proposals stand on them."""

    def pages(self) -> dict[str, PageState]:
        """Every page that was read, by its path."""
        return {row["path"]: _page_state(row) for row in self._db.execute("SELECT * FROM pages")}

    def titles(self) -> dict[str, str]:
        """The title of every page that was read, by its path."""
        return dict(self._db.execute("SELECT path, title FROM pages").fetchall())

    def page(self, path: str) -> PageState | None:
        """One page as it was when it was last read, or None."""
        row = self._db.execute("SELECT * FROM pages WHERE path = ?", (path,)).fetchone()
        return None if row is None else _page_state(row)

    def touch_page(self, path: str, fingerprint: tuple[int, int, int]) -> None:
        """Note a new fingerprint of unchanged bytes."""
        with self._transaction() as db:
            db.execute(
                "UPDATE pages SET size_bytes = ?, mtime_ns = ?, inode = ? WHERE path = ?",
                (*fingerprint, path),
            )

    def sync_pages(self, pages: Iterable[SyncedPage]) -> list[str]:
        """Put what was found on pages in the place of what was pending there.

        Returns:
            The task of each proposal that waits now, or is accepted.
        """
        standing: list[str] = []
        with self._transaction() as db:
            for page in pages:
                standing += _sync_page(db, page)
        return standing

    def drop_pages(self, paths: Iterable[str]) -> None:
        """Forget pages that are gone: what was pending there goes stale, decisions stay."""
        with self._transaction() as db:
            for path in paths:
                db.execute("DELETE FROM pages WHERE path = ?", (path,))
                db.execute(
                    "UPDATE proposals SET state = 'stale' WHERE page = ? AND state IN"
                    " ('pending', 'accepted')",
                    (path,),
                )


def _sync_page(db: sqlite3.Connection, page: SyncedPage) -> list[str]:
    state = page.state
    db.execute(
        "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (page.path, state.title, state.book, *state.fingerprint, state.sha256, state.items,
         json.dumps(state.plan), json.dumps(state.failed)),
    )  # fmt: skip
    standing = {
        row["id"]: row
        for row in db.execute(
            "SELECT id, task, item_hash, state FROM proposals WHERE page = ?", (page.path,)
        )
    }
    made = {proposal.id for proposal in page.proposals}
    for id_, row in standing.items():
        is_open = row["state"] in {"pending", "accepted"}
        is_looked_at = row["task"] in page.tasks and row["item_hash"] not in page.kept
        if is_open and is_looked_at and id_ not in made:
            db.execute("UPDATE proposals SET state = 'stale' WHERE id = ?", (id_,))
    waiting = []
    for proposal in page.proposals:
        known = standing.get(proposal.id)
        values = to_row(proposal)
        if known is not None and known["state"] in {"pending", "accepted"}:
            db.execute(
                "UPDATE proposals SET position = ?, data = json_set(?, '$.comment',"
                " json_extract(data, '$.comment')) WHERE id = ?",
                (*values[-2:], proposal.id),
            )
            waiting.append(proposal.task)
            continue
        prior = prior_of(db, proposal)
        if prior is not None and prior.decision == "rejected":
            continue
        waiting.append(proposal.task)
        db.execute(
            "INSERT OR REPLACE INTO proposals (id, page, task, item_hash, edit_hash, state, position,"
            " data, wording) VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?)",
            (*values[:5], *values[-2:], None if prior is None else prior.wording),
        )
        if prior is not None:
            db.execute(
                "UPDATE proposals SET data = json_set(data, '$.note', 'accepted before') WHERE id = ?",
                (proposal.id,),
            )
    return waiting


def _page_state(row: sqlite3.Row) -> PageState:
    return PageState(
        title=row["title"],
        book=row["book"],
        fingerprint=(row["size_bytes"], row["mtime_ns"], row["inode"]),
        sha256=row["sha256"],
        items=row["items"],
        plan=_loaded(row["plan"]),
        failed=_loaded(row["failed"]),
    )


@lru_cache(maxsize=256)
def _loaded(text: str) -> dict[str, Any]:
    """A JSON object that is only read; most pages of a graph have the same."""
    value: dict[str, Any] = json.loads(text)
    return value
