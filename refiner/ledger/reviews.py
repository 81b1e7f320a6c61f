"""Review pages: as they were last written, and which of them are out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.ledger.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterable


class Reviews(Database):
    """What the ledger knows of the review pages on disk."""

    def review_files(self) -> dict[str, tuple[int, int, int]]:
        """Fingerprints of the review pages as they were last written, by the title of their page."""
        rows = self._db.execute("SELECT * FROM review_files")
        return {r["title"]: (r["size_bytes"], r["mtime_ns"], r["inode"]) for r in rows}

    def review_changes(self) -> list[tuple[str, str]]:
        """Path and title of pages whose proposals changed since their review page was written."""
        rows = self._db.execute(
            "SELECT DISTINCT page, json_extract(data, '$.page_title') FROM proposals"
            " WHERE page IN (SELECT page FROM review_changes)"
        )
        return [(row[0], row[1]) for row in rows]

    def pages_of(self, title: str) -> list[str]:
        """Paths of the pages that have, or had, a title."""
        rows = self._db.execute("SELECT path FROM pages WHERE title = ?", (title,))
        return [row[0] for row in rows]

    def reviews_written(
        self, files: dict[str, tuple[int, int, int] | None], pages: Iterable[str], seen: int
    ) -> None:
        """Note that review pages are as the ledger is.

        Args:
            files: By title, the review page's fingerprint, or None where it is gone.
            pages: Paths of the pages that they tell of.
            seen: Version of the ledger before it was read: where somebody has changed it since,
                the pages stay out of date.
        """
        with self._transaction() as db:
            for title, fingerprint in files.items():
                if fingerprint is None:
                    db.execute("DELETE FROM review_files WHERE title = ?", (title,))
                else:
                    db.execute(
                        "INSERT OR REPLACE INTO review_files VALUES (?, ?, ?, ?)",
                        (title, *fingerprint),
                    )
            if db.execute("PRAGMA data_version").fetchone()[0] == seen:
                db.executemany(
                    "DELETE FROM review_changes WHERE page = ?", ((page,) for page in pages)
                )
