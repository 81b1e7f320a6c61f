"""What the model was asked and answered (see `refiner.llm.store`)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from refiner.ledger.database import Database, now
from refiner.llm.model import Request, Usage
from refiner.llm.store import StoredAnswer

if TYPE_CHECKING:
    import sqlite3


class Answers(Database):
    """Requests, what came of them, and what they cost."""

    def answer(self, key: str) -> StoredAnswer | None:
        """What came of a request, or None where it was not answered yet."""
        row = self._db.execute("SELECT * FROM requests WHERE key = ?", (key,)).fetchone()
        return None if row is None else _stored(row)

    def save_answer(self, request: Request, stored: StoredAnswer) -> None:
        """Keep an answer, before anybody hears of it."""
        with self._unsynced() as db:
            db.execute(
                "INSERT OR REPLACE INTO requests (key, task, prompt, model, answered_at, answer,"
                " violations, prompt_tokens, cached_tokens, completion_tokens, latency_s)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (request.key, request.task, request.prompt, request.model, now(), *_row(stored)),
            )
            db.execute("DELETE FROM failures WHERE key = ?", (request.key,))
            db.execute("DELETE FROM refused WHERE key = ?", (request.key,))

    def refused(self, key: str) -> StoredAnswer | None:
        """The answer of a batch that the guards refused, and that waits for its re-ask, or None."""
        row = self._db.execute("SELECT * FROM refused WHERE key = ?", (key,)).fetchone()
        return None if row is None else _stored(row)

    def save_refused(self, request: Request, stored: StoredAnswer) -> None:
        """Keep an answer that the guards refuse, with what they say, for its re-ask."""
        with self._unsynced() as db:
            db.execute(
                "INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?, ?, ?)",
                (request.key, *_row(stored)),
            )
            db.execute("DELETE FROM failures WHERE key = ?", (request.key,))

    def save_failure(self, request: Request, kind: str, reason: str) -> None:
        """Keep why a request failed; the next run asks again."""
        with self._unsynced() as db:
            db.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)",
                (request.key, request.task, kind, reason, now()),
            )

    def failures(self) -> list[tuple[str, str, str]]:
        """Task, kind and reason of each request that failed and was not answered since."""
        return [tuple(row) for row in self._db.execute("SELECT task, kind, reason FROM failures")]

    def failed_keys(self) -> set[str]:
        """Keys of the requests that failed and were not answered since."""
        return {row[0] for row in self._db.execute("SELECT key FROM failures")}

    def failed_at(self) -> dict[str, float]:
        """When each request failed that was not answered since, in seconds since the epoch."""
        rows = self._db.execute("SELECT key, failed_at FROM failures")
        return {key: datetime.fromisoformat(at).timestamp() for key, at in rows}

    def usage(self) -> list[tuple[str, str, int, Usage]]:
        """Task, model, requests and tokens of all that was ever asked."""
        rows = self._db.execute(
            "SELECT task, model, count(*), sum(prompt_tokens), sum(cached_tokens),"
            " sum(completion_tokens) FROM requests GROUP BY task, model ORDER BY task, model"
        )
        return [(task, model, count, Usage(*tokens)) for task, model, count, *tokens in rows]


def _stored(row: sqlite3.Row) -> StoredAnswer:
    usage = Usage(row["prompt_tokens"], row["cached_tokens"], row["completion_tokens"])
    violations = tuple(json.loads(row["violations"]))
    return StoredAnswer(row["answer"], violations, usage, row["latency_s"])


def _row(stored: StoredAnswer) -> tuple[Any, ...]:
    """Answer, violations, tokens and seconds, in the order of their columns."""
    usage = stored.usage
    return (
        stored.answer, json.dumps(stored.violations, ensure_ascii=False), usage.prompt_tokens,
        usage.cached_tokens, usage.completion_tokens, stored.latency_s,
    )  # fmt: skip
