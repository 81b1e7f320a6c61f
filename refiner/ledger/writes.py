"""What is written to pages, kept with the old bytes so that it can be finished or taken back."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.ledger.database import Database, now
from refiner.ledger.decisions import reopen_one
from refiner.ledger.rows import from_row, replaced, to_anchored
from refiner.logseq import Edit
from refiner.proposals import rebase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence

    from refiner.proposals import Anchored


class WritePage(NamedTuple):
    """One page of a write.

    Attributes:
        page: Path in the graph.
        old: Its bytes before; `new` after.
        edits: What leads from one to the other, in bytes of `old`.
        proposals: Id of each proposal, with what takes its edits back again, in bytes of `new`.
        gone: Ids of proposals whose block is gone: they go stale.
        wordings: The person's own wordings that `new` holds, by proposal.
    """

    page: str
    old: bytes
    new: bytes
    edits: tuple[Edit, ...]
    proposals: tuple[tuple[str, Anchored], ...]
    gone: tuple[str, ...] = ()
    wordings: Mapping[str, str] = MappingProxyType({})


class BegunPage(NamedTuple):
    """One page of a write that was begun: path in the graph, bytes before and after.

    `backs` tie what the write puts in to its blocks, in bytes of `new`.
    """

    page: str
    old: bytes
    new: bytes
    backs: tuple[Anchored, ...]


class BegunWrite(NamedTuple):
    """A write that was begun and not ended.

    Attributes:
        id: Its number.
        kind: What it does.
        pages: Its pages.
    """

    id: int
    kind: Literal["apply", "undo"]
    pages: tuple[BegunPage, ...]


class AppliedProposal(NamedTuple):
    """A proposal that stands in its page.

    Attributes:
        id: The proposal.
        page: Path in the graph.
        back: What takes its edits back, in bytes of the page as it was left.
    """

    id: str
    page: str
    back: Anchored


class Writes(Database):
    """Every apply and undo, begun and ended; what is taken back, and what can be."""

    def begin_write(self, kind: Literal["apply", "undo"], pages: Sequence[WritePage]) -> int | None:
        """Keep what is about to be written, with the old bytes; the write's number.

        From here on no decision changes what it writes. None, and nothing is kept, where somebody
        decided otherwise since the pages were composed.
        """
        with self._transaction() as db:
            if kind == "apply" and not all(_is_accepted(db, page) for page in pages):
                return None
            made = db.execute(
                "INSERT INTO applies (kind, state, at) VALUES (?, 'begun', ?)", (kind, now())
            )
            number = int(made.lastrowid or 0)
            for page in pages:
                db.execute(
                    "INSERT INTO apply_pages (apply, page, old, new, edits, gone)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (number, page.page, page.old, page.new, json.dumps(page.edits),
                     json.dumps(page.gone)),
                )  # fmt: skip
                for id_, place in page.proposals:
                    db.execute(
                        "INSERT INTO apply_proposals (apply, proposal, page, back) VALUES (?, ?, ?, ?)",
                        (number, id_, page.page, json.dumps(place)),
                    )
        return number

    def begun_writes(self) -> list[BegunWrite]:
        """Writes that were begun and not ended: a crash came between."""
        rows = self._db.execute("SELECT id, kind FROM applies WHERE state = 'begun' ORDER BY id")
        return [
            BegunWrite(row["id"], row["kind"], self._begun_pages(row["id"]))
            for row in rows.fetchall()
        ]

    def pages_before(self) -> dict[str, list[bytes]]:
        """What each page held before its applies, the latest first, by path."""
        found: dict[str, list[bytes]] = {}
        rows = self._db.execute(
            "SELECT w.page, w.old FROM apply_pages w JOIN applies a ON a.id = w.apply"
            " WHERE a.kind = 'apply' ORDER BY w.apply DESC"
        )
        for row in rows:
            found.setdefault(row["page"], []).append(row["old"])
        return found

    def _begun_pages(self, number: int) -> tuple[BegunPage, ...]:
        rows = self._db.execute("SELECT page, old, new FROM apply_pages WHERE apply = ?", (number,))
        return tuple(
            BegunPage(row["page"], row["old"], row["new"], self._backs(number, row["page"]))
            for row in rows.fetchall()
        )

    def _backs(self, number: int, page: str) -> tuple[Anchored, ...]:
        rows = self._db.execute(
            "SELECT back FROM apply_proposals WHERE apply = ? AND page = ?", (number, page)
        )
        return tuple(to_anchored(json.loads(row["back"])) for row in rows)

    def end_write(self, number: int, written: Collection[str]) -> None:
        """Note which pages of a write stand on disk: their proposals are applied, or undone.

        What else waits on these pages moves along; what stood on the text that is gone, goes
        stale. Proposals of pages that were not written stay as they were.
        """
        with self._transaction() as db:
            kind = db.execute("SELECT kind FROM applies WHERE id = ?", (number,)).fetchone()["kind"]
            pages = db.execute("SELECT * FROM apply_pages WHERE apply = ?", (number,)).fetchall()
            for page in pages:
                where = (number, page["page"])
                if page["page"] not in written:
                    db.execute("DELETE FROM apply_proposals WHERE apply = ? AND page = ?", where)
                    continue
                backs = {
                    row["proposal"]: row["back"]
                    for row in db.execute(
                        "SELECT proposal, back FROM apply_proposals WHERE apply = ? AND page = ?",
                        where,
                    )
                }
                # What was planned on the page as it was is looked at again, also if it comes back.
                db.execute("UPDATE pages SET plan = '{}' WHERE path = ?", (page["page"],))
                gone = json.loads(page["gone"])
                _move_along(db, page, {*backs, *gone})
                for id_ in gone:
                    db.execute(
                        "UPDATE proposals SET state = 'stale' WHERE id = ? AND state = 'accepted'",
                        (id_,),
                    )
                for id_, back in backs.items():
                    if kind == "apply":
                        db.execute("UPDATE proposals SET state = 'applied' WHERE id = ?", (id_,))
                    else:
                        _undone(db, id_, page["new"], back)
            db.execute("UPDATE applies SET state = 'done' WHERE id = ?", (number,))

    def applied(
        self, ids: Collection[str] | None = None, *, everything: bool = False
    ) -> list[AppliedProposal]:
        """What `undo` takes back: proposal, page, and the edits back.

        Args:
            ids: These proposals; None for those of the last apply that is not undone.
            everything: All that was ever applied and not taken back.
        """
        where = "a.kind = 'apply' AND a.state = 'done' AND p.is_undone = 0"
        rows = self._db.execute(
            "SELECT p.apply, p.proposal, p.page, p.back FROM apply_proposals p JOIN applies a"  # noqa: S608 - a constant is put in
            f" ON a.id = p.apply WHERE {where} ORDER BY p.apply DESC"
        ).fetchall()
        if not everything and ids is None:
            rows = [row for row in rows if row["apply"] == rows[0]["apply"]]
        elif not everything:
            rows = [row for row in rows if row["proposal"] in (ids or ())]
        return [
            AppliedProposal(r["proposal"], r["page"], to_anchored(json.loads(r["back"])))
            for r in rows
        ]


def _is_accepted(db: sqlite3.Connection, page: WritePage) -> bool:
    """Whether all that goes into a page is still accepted, in the words that it was composed of."""
    found = (
        (id_, db.execute("SELECT state, wording FROM proposals WHERE id = ?", (id_,)).fetchone())
        for id_, _ in page.proposals
    )
    return all(
        row is not None and tuple(row) == ("accepted", page.wordings.get(id_)) for id_, row in found
    )


def _move_along(db: sqlite3.Connection, written: sqlite3.Row, without: Collection[str]) -> None:
    """Move what waits on a page, and what can be undone there, along with edits.

    Args:
        db: In a transaction.
        written: The page's row of the write.
        without: Proposals that the write itself is about.
    """
    page, new = written["page"], written["new"]
    made = [Edit(*edit) for edit in json.loads(written["edits"])]
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
        " AND is_undone = 0",
        (page, written["apply"]),
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
    reopen_one(db, id_, ("applied",))
    row = db.execute("SELECT * FROM proposals WHERE id = ?", (id_,)).fetchone()
    if row is not None:
        at = to_anchored(json.loads(place))
        line = new.count(b"\n", 0, at.start) + 1
        db.execute(
            "UPDATE proposals SET position = ?, data = ? WHERE id = ?",
            (at.edits[0].start, replaced(row, at, line), id_),
        )
