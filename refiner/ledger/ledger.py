"""One SQLite file per graph. Each method that changes something is one transaction."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refiner.ledger.answers import Answers
from refiner.ledger.database import now
from refiner.ledger.decisions import Decisions
from refiner.ledger.edits import Applies
from refiner.ledger.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Iterable


def ledger_path(root: Path, setting: Path | None) -> Path:
    """Where a graph's ledger lies: the setting, or the user's state folder."""
    if setting is not None:
        return setting.expanduser()
    from platformdirs import user_state_path

    base = Path(os.environ.get("XDG_STATE_HOME") or user_state_path()) / "refiner"
    return base / f"{root.name}-{hashlib.sha256(str(root).encode()).hexdigest()[:12]}.db"


class Ledger(Answers, Pages, Decisions, Applies):
    """What was asked, answered, proposed, decided and written."""

    # Runs

    def begin_run(self, command: str, model: str) -> int:
        """Note that a run begins; its number."""
        with self._transaction() as db:
            made = db.execute(
                "INSERT INTO runs (command, model, started_at) VALUES (?, ?, ?)",
                (command, model, now()),
            )
        return int(made.lastrowid or 0)

    def end_run(self, run: int, report: dict[str, Any]) -> None:
        """Note that a run ended, and with what."""
        with self._transaction() as db:
            db.execute(
                "UPDATE runs SET ended_at = ?, report = ? WHERE id = ?",
                (now(), json.dumps(report, ensure_ascii=False), run),
            )

    def last_run(self) -> dict[str, Any] | None:
        """The last run: command, model, started_at, ended_at and its report, or None."""
        row = self._db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        if row is None:
            return None
        report = json.loads(row["report"]) if row["report"] else None
        return {**{key: row[key] for key in row.keys() if key != "id"}, "report": report}  # noqa: SIM118 - a row iterates over values

    # Review pages

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
        self, files: dict[str, tuple[int, int, int] | None], pages: Iterable[str]
    ) -> None:
        """Note that review pages are as the ledger is.

        Args:
            files: By title, the review page's fingerprint, or None where it is gone.
            pages: Paths of the pages that they tell of.
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
            db.executemany("DELETE FROM review_changes WHERE page = ?", ((page,) for page in pages))
