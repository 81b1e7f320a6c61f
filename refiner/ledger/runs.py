"""Runs: when, with which model, and what came of them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from refiner.ledger.database import Database, now


class LastRun(NamedTuple):
    """A run.

    Attributes:
        command: `refine`.
        model: The model's name for a person.
        started_at: ISO 8601, UTC; `ended_at` is None where it was killed.
        report: What it did, as plain data; None where it was killed.
    """

    command: str
    model: str
    started_at: str
    ended_at: str | None
    report: dict[str, Any] | None


class Runs(Database):
    """Every run, begun and ended."""

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

    def last_run(self) -> LastRun | None:
        """The last run, or None."""
        row = self._db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        if row is None:
            return None
        report = json.loads(row["report"]) if row["report"] else None
        return LastRun(row["command"], row["model"], row["started_at"], row["ended_at"], report)
