"""One SQLite file per graph. Each method that changes something is one transaction."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from refiner.errors import LedgerError
from refiner.ledger.migrations import MIGRATIONS
from refiner.ledger.rows import from_row, replaced, to_anchored, to_row
from refiner.ledger.writes import Write, WritePage
from refiner.llm.model import Request, Usage
from refiner.llm.store import StoredAnswer
from refiner.proposals import Proposal, State, rebase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from types import TracebackType

    from refiner.proposals import Anchored

Decision = Literal["accepted", "rejected"]
Surface = Literal["logseq", "terminal", "command", "auto", "api"]


PENDING: tuple[State, ...] = ("pending",)
# The same edit of the same content elsewhere, in a state.
TWINS = "(item_hash, edit_hash) = (SELECT item_hash, edit_hash FROM proposals WHERE id = ?) AND state = ?"


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


class Prior(NamedTuple):
    """What was decided about the same edit of the same content before."""

    decision: Decision
    wording: str | None


def ledger_path(root: Path, setting: Path | None) -> Path:
    """Where a graph's ledger lies: the setting, or the user's state folder."""
    if setting is not None:
        return setting.expanduser()
    from platformdirs import user_state_path

    base = Path(os.environ.get("XDG_STATE_HOME") or user_state_path()) / "refiner"
    return base / f"{root.name}-{hashlib.sha256(str(root).encode()).hexdigest()[:12]}.db"


class Ledger:
    """What was asked, answered, proposed, decided and written.

    Args:
        path: The file; made with its folder where it is not there.

    Raises:
        LedgerError: It can't be opened, is damaged, or was made by a newer refiner.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate()
        except (sqlite3.Error, OSError) as error:
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

    def check(self) -> str:
        """What SQLite's own integrity check says: `ok`, or the first problem."""
        return str(self._db.execute("PRAGMA integrity_check(1)").fetchone()[0])

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

    # Answers (see refiner.llm.store)

    def answer(self, key: str) -> StoredAnswer | None:
        """What came of a request, or None where it was not answered yet."""
        row = self._db.execute("SELECT * FROM requests WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        usage = Usage(row["prompt_tokens"], row["cached_tokens"], row["completion_tokens"])
        return StoredAnswer(
            row["answer"], tuple(json.loads(row["violations"])), usage, row["latency_s"]
        )

    def save_answer(self, request: Request, stored: StoredAnswer) -> None:
        """Keep an answer, before anybody hears of it."""
        usage = stored.usage
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    request.key, request.task, request.prompt, request.model, stored.answer,
                    json.dumps(stored.violations, ensure_ascii=False), usage.prompt_tokens,
                    usage.cached_tokens, usage.completion_tokens, stored.latency_s, _now(),
                ),
            )  # fmt: skip
            db.execute("DELETE FROM failures WHERE key = ?", (request.key,))

    def save_failure(self, request: Request, kind: str, reason: str) -> None:
        """Keep why a request failed; the next run asks again."""
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)",
                (request.key, request.task, kind, reason, _now()),
            )

    def failures(self) -> list[tuple[str, str, str]]:
        """Task, kind and reason of each request that failed and was not answered since."""
        return [tuple(row) for row in self._db.execute("SELECT task, kind, reason FROM failures")]

    def failed_keys(self) -> set[str]:
        """Keys of the requests that failed and were not answered since."""
        return {row[0] for row in self._db.execute("SELECT key FROM failures")}

    def usage(self) -> list[tuple[str, str, int, Usage]]:
        """Task, model, requests and tokens of all that was ever asked."""
        rows = self._db.execute(
            "SELECT task, model, count(*), sum(prompt_tokens), sum(cached_tokens),"
            " sum(completion_tokens) FROM requests GROUP BY task, model ORDER BY task, model"
        )
        return [(task, model, count, Usage(*tokens)) for task, model, count, *tokens in rows]

    # Runs

    def begin_run(self, command: str, model: str) -> int:
        """Note that a run begins; its number."""
        with self._transaction() as db:
            made = db.execute(
                "INSERT INTO runs (command, model, started_at) VALUES (?, ?, ?)",
                (command, model, _now()),
            )
        return int(made.lastrowid or 0)

    def end_run(self, run: int, report: dict[str, Any]) -> None:
        """Note that a run ended, and with what."""
        with self._transaction() as db:
            db.execute(
                "UPDATE runs SET ended_at = ?, report = ? WHERE id = ?",
                (_now(), json.dumps(report, ensure_ascii=False), run),
            )

    def last_run(self) -> dict[str, Any] | None:
        """The last run: command, model, started_at, ended_at and its report, or None."""
        row = self._db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        if row is None:
            return None
        report = json.loads(row["report"]) if row["report"] else None
        return {**{key: row[key] for key in row.keys() if key != "id"}, "report": report}  # noqa: SIM118 - a row iterates over values

    # Pages

    def pages(self) -> dict[str, PageState]:
        """Every page that was read, by its path."""
        return {row["path"]: _page_state(row) for row in self._db.execute("SELECT * FROM pages")}

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

    def sync_pages(
        self,
        synced: Iterable[
            tuple[str, PageState, Collection[str], Sequence[Proposal], Collection[str]]
        ],
    ) -> list[str]:
        """Put what was found on pages in the place of what was pending there.

        Args:
            synced: For each page: its path, its state, the tasks that were planned, the
                proposals they made, and the hashes of items that were not looked at (or whose
                answers are missing): what is pending about these stays.

        Returns:
            The task of each proposal that waits now, or is accepted.
        """
        standing: list[str] = []
        with self._transaction() as db:
            for path, state, tasks, proposals, kept in synced:
                standing += _sync_page(db, path, state, tasks, proposals, kept)
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

    # Proposals and decisions

    def proposals(
        self, states: Collection[State] = PENDING, page: str | None = None
    ) -> list[Proposal]:
        """Proposals in these states, by page and place."""
        marks = ", ".join("?" * len(states))
        where = f"state IN ({marks})"
        values: list[str] = [*states]
        if page is not None:
            where += " AND page = ?"
            values.append(page)
        rows = self._db.execute(
            f"SELECT * FROM proposals WHERE {where} ORDER BY page, position, task",  # noqa: S608 - only question marks are put in
            values,
        )
        return [from_row(row) for row in rows]

    def proposal(self, id_: str) -> Proposal | None:
        """A proposal by its id, or None."""
        row = self._db.execute("SELECT * FROM proposals WHERE id = ?", (id_,)).fetchone()
        return None if row is None else from_row(row)

    def wording(self, id_: str) -> str | None:
        """The person's own wording of a proposal's lines, or None."""
        row = self._db.execute("SELECT wording FROM proposals WHERE id = ?", (id_,)).fetchone()
        return None if row is None else row["wording"]

    def counts(self) -> list[tuple[str, str, str, int]]:
        """Page, task, state and how many proposals."""
        rows = self._db.execute(
            "SELECT page, task, state, count(*) FROM proposals GROUP BY page, task, state"
        )
        return [(page, task, state, count) for page, task, state, count in rows]

    def priors(self, proposals: Iterable[Proposal]) -> dict[str, Prior]:
        """What was decided before about the same edits of the same content, by proposal id."""
        return {p.id: prior for p in proposals if (prior := _prior(self._db, p)) is not None}

    def decide(
        self,
        ids: Iterable[str],
        decision: Decision,
        surface: Surface,
        *,
        wording: str | None = None,
    ) -> int:
        """Accept or reject proposals that are pending or accepted; how many changed.

        What is rejected is rejected wherever the same content asks for the same edit.

        Args:
            ids: The proposals.
            decision: What the person decided.
            surface: Where.
            wording: The person's own wording of the lines after the edit, for one proposal.
        """
        changed = 0
        with self._transaction() as db:
            for id_ in ids:
                made = db.execute(
                    "UPDATE proposals SET state = ?, wording = ?, surface = ?, decided_at = ?"
                    " WHERE id = ? AND state IN ('pending', 'accepted')",
                    (decision, wording, surface, _now(), id_),
                )
                changed += made.rowcount
                if made.rowcount and decision == "rejected":
                    same = f"UPDATE proposals SET state = 'rejected' WHERE {TWINS}"  # noqa: S608 - a constant is put in
                    db.execute(same, (id_, "pending"))
                if made.rowcount:
                    db.execute(
                        "INSERT OR REPLACE INTO decisions SELECT item_hash, edit_hash, ?, ?, ?, ?"
                        " FROM proposals WHERE id = ?",
                        (decision, wording, surface, _now(), id_),
                    )
        return changed

    def reopen(self, ids: Iterable[str]) -> int:
        """Take decisions back that were not applied: pending again; how many changed."""
        changed = 0
        with self._transaction() as db:
            for id_ in ids:
                changed += _reopen(db, id_, ("accepted", "rejected"))
        return changed

    def comment(self, id_: str, text: str) -> None:
        """Keep what the person wrote below a proposal."""
        with self._transaction() as db:
            db.execute(
                "UPDATE proposals SET data = json_set(data, '$.comment', ?) WHERE id = ?",
                (text, id_),
            )

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

    # Writes

    def begin_write(self, kind: Literal["apply", "undo"], pages: Sequence[WritePage]) -> int:
        """Keep what is about to be written, with the old bytes; the write's number."""
        with self._transaction() as db:
            made = db.execute(
                "INSERT INTO applies (kind, state, at) VALUES (?, 'begun', ?)", (kind, _now())
            )
            number = int(made.lastrowid or 0)
            for page in pages:
                db.execute(
                    "INSERT INTO apply_pages VALUES (?, ?, ?, ?)",
                    (number, page.page, page.old, page.new),
                )
                back = {"edits": page.edits, "gone": page.gone}
                db.execute(
                    "INSERT INTO apply_proposals VALUES (?, ?, ?, 0, ?)",
                    (number, f"page:{page.page}", page.page, json.dumps(back)),
                )
                for id_, place in page.proposals:
                    db.execute(
                        "INSERT INTO apply_proposals VALUES (?, ?, ?, 0, ?)",
                        (number, id_, page.page, json.dumps(place)),
                    )
        return number

    def begun_writes(self) -> list[Write]:
        """Writes that were begun and not ended: a crash came between."""
        rows = self._db.execute("SELECT id, kind FROM applies WHERE state = 'begun' ORDER BY id")
        return [
            Write(row["id"], row["kind"], self._write_pages(row["id"])) for row in rows.fetchall()
        ]

    def _write_pages(self, number: int) -> tuple[tuple[str, bytes, bytes], ...]:
        rows = self._db.execute("SELECT page, old, new FROM apply_pages WHERE apply = ?", (number,))
        return tuple((row["page"], row["old"], row["new"]) for row in rows)

    def end_write(self, number: int, written: Collection[str]) -> None:
        """Note which pages of a write stand on disk: their proposals are applied, or undone.

        What else waits on these pages moves along; what stood on the text that is gone, goes
        stale. Proposals of pages that were not written stay as they were.
        """
        from refiner.logseq import Edit

        with self._transaction() as db:
            kind = db.execute("SELECT kind FROM applies WHERE id = ?", (number,)).fetchone()["kind"]
            for page, _, new in self._write_pages(number):
                if page not in written:
                    db.execute(
                        "DELETE FROM apply_proposals WHERE apply = ? AND page = ?", (number, page)
                    )
                    continue
                rows = db.execute(
                    "SELECT proposal, back FROM apply_proposals WHERE apply = ? AND page = ?",
                    (number, page),
                ).fetchall()
                about = next(
                    json.loads(r["back"]) for r in rows if r["proposal"].startswith("page:")
                )
                made = [Edit(*edit) for edit in about["edits"]]
                ids = [row["proposal"] for row in rows if not row["proposal"].startswith("page:")]
                _move_along(db, page, made, new, number, {*ids, *about["gone"]})
                for id_ in about["gone"]:
                    db.execute("UPDATE proposals SET state = 'stale' WHERE id = ?", (id_,))
                for id_ in ids:
                    if kind == "apply":
                        db.execute("UPDATE proposals SET state = 'applied' WHERE id = ?", (id_,))
                    else:
                        _undone(db, id_, new, next(r["back"] for r in rows if r["proposal"] == id_))
            db.execute("UPDATE applies SET state = 'done' WHERE id = ?", (number,))

    def applied(
        self, ids: Collection[str] | None = None, *, everything: bool = False
    ) -> list[tuple[str, str, Anchored]]:
        """What `undo` takes back: proposal, page, and the edits back.

        Args:
            ids: These proposals; None for those of the last apply that is not undone.
            everything: All that was ever applied and not taken back.
        """
        where = "a.kind = 'apply' AND a.state = 'done' AND p.is_undone = 0"
        rows = self._db.execute(
            "SELECT p.apply, p.proposal, p.page, p.back FROM apply_proposals p JOIN applies a"  # noqa: S608 - a constant is put in
            f" ON a.id = p.apply WHERE {where} AND p.proposal NOT LIKE 'page:%' ORDER BY p.apply DESC"
        ).fetchall()
        if not everything and ids is None:
            rows = [row for row in rows if row["apply"] == rows[0]["apply"]]
        elif not everything:
            rows = [row for row in rows if row["proposal"] in (ids or ())]
        return [(r["proposal"], r["page"], to_anchored(json.loads(r["back"]))) for r in rows]

    def carry_decisions(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Let decisions about an item hold for what it has become: old and new hashes."""
        with self._transaction() as db:
            for old, new in pairs:
                db.execute(
                    "INSERT OR IGNORE INTO decisions SELECT ?, edit_hash, decision, wording, surface,"
                    " decided_at FROM decisions WHERE item_hash = ? AND decision = 'rejected'",
                    (new, old),
                )


def _sync_page(
    db: sqlite3.Connection,
    path: str,
    state: PageState,
    tasks: Collection[str],
    proposals: Sequence[Proposal],
    kept: Collection[str],
) -> list[str]:
    db.execute(
        "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (path, state.title, state.book, *state.fingerprint, state.sha256, state.items,
         json.dumps(state.plan), json.dumps(state.failed)),
    )  # fmt: skip
    standing = {
        row["id"]: row
        for row in db.execute(
            "SELECT id, task, item_hash, state FROM proposals WHERE page = ?", (path,)
        )
    }
    made = {proposal.id for proposal in proposals}
    for id_, row in standing.items():
        is_open = row["state"] in {"pending", "accepted"}
        if is_open and id_ not in made and row["task"] in tasks and row["item_hash"] not in kept:
            db.execute("UPDATE proposals SET state = 'stale' WHERE id = ?", (id_,))
    waiting = []
    for proposal in proposals:
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
        prior = _prior(db, proposal)
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


def _prior(db: sqlite3.Connection, proposal: Proposal) -> Prior | None:
    row = db.execute(
        "SELECT decision, wording FROM decisions WHERE item_hash = ? AND edit_hash = ?",
        (proposal.item_hash, proposal.edit_hash),
    ).fetchone()
    return None if row is None else Prior(row["decision"], row["wording"])


def _reopen(db: sqlite3.Connection, id_: str, states: tuple[str, ...]) -> int:
    marks = ", ".join("?" * len(states))
    made = db.execute(
        "UPDATE proposals SET state = 'pending', surface = NULL, decided_at = NULL"  # noqa: S608 - only question marks are put in
        f" WHERE id = ? AND state IN ({marks})",
        (id_, *states),
    )
    if made.rowcount:
        db.execute(f"UPDATE proposals SET state = 'pending' WHERE {TWINS}", (id_, "rejected"))  # noqa: S608 - a constant is put in
        db.execute(
            "DELETE FROM decisions WHERE (item_hash, edit_hash) IN"
            " (SELECT item_hash, edit_hash FROM proposals WHERE id = ?)",
            (id_,),
        )
    return made.rowcount


def _move_along(
    db: sqlite3.Connection,
    page: str,
    made: Sequence[Any],
    new: bytes,
    write: int,
    without: Collection[str],
) -> None:
    """Move what waits on a page, and what can be undone there, along with edits."""
    rows = db.execute(
        "SELECT * FROM proposals WHERE page = ? AND state IN ('pending', 'accepted')", (page,)
    ).fetchall()
    for row in rows:
        if row["id"] in without:
            continue
        place = rebase(from_row(row).place, made, new)
        if place is None:
            db.execute("UPDATE proposals SET state = 'stale' WHERE id = ?", (row["id"],))
            continue
        line = new.count(b"\n", 0, place.start) + 1
        db.execute(
            "UPDATE proposals SET position = ?, data = ? WHERE id = ?",
            (place.edits[0].start, replaced(row, place, line), row["id"]),
        )
    rows = db.execute(
        "SELECT apply, proposal, back FROM apply_proposals WHERE page = ? AND apply <> ?"
        " AND is_undone = 0 AND proposal NOT LIKE 'page:%'",
        (page, write),
    ).fetchall()
    for row in rows:
        if row["proposal"] in without:
            continue
        back = rebase(to_anchored(json.loads(row["back"])), made, new)
        if back is not None:
            db.execute(
                "UPDATE apply_proposals SET back = ? WHERE apply = ? AND proposal = ?",
                (json.dumps(back), row["apply"], row["proposal"]),
            )


def _undone(db: sqlite3.Connection, id_: str, new: bytes, place: str) -> None:
    """An applied proposal is pending again, at the place where its edits now stand."""
    db.execute(
        "UPDATE apply_proposals SET is_undone = 1 WHERE proposal = ? AND apply IN"
        " (SELECT id FROM applies WHERE kind = 'apply')",
        (id_,),
    )
    _reopen(db, id_, ("applied",))
    row = db.execute("SELECT * FROM proposals WHERE id = ?", (id_,)).fetchone()
    if row is not None:
        at = to_anchored(json.loads(place))
        line = new.count(b"\n", 0, at.start) + 1
        db.execute(
            "UPDATE proposals SET position = ?, data = ? WHERE id = ?",
            (at.edits[0].start, replaced(row, at, line), id_),
        )


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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
