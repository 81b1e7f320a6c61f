"""Proposals, and what a person decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.ledger.database import Database, now
from refiner.ledger.rows import from_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

    from refiner.proposals import Proposal, State

Decision = Literal["accepted", "rejected"]
Surface = Literal["logseq", "terminal", "browser", "command", "auto", "api"]


PENDING: tuple[State, ...] = ("pending",)
OPEN: tuple[State, ...] = ("pending", "accepted")
# An apply has read these, and is about to write them.
BEING_WRITTEN = (
    "SELECT w.proposal FROM apply_proposals w JOIN applies a ON a.id = w.apply"
    " WHERE a.state = 'begun'"
)
# The same edit of the same content elsewhere, in a state.
TWINS = "(item_hash, edit_hash) = (SELECT item_hash, edit_hash FROM proposals WHERE id = ?) AND state = ?"


class Prior(NamedTuple):
    """What was decided about the same edit of the same content before."""

    decision: Decision
    wording: str | None


class Decisions(Database):
    """Proposals and decisions; what was decided holds wherever the same content comes up."""

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

    def wordings(self, proposals: Iterable[Proposal]) -> dict[str, str]:
        """The person's own wordings, by proposal."""
        found = ((p.id, self.wording(p.id)) for p in proposals)
        return {id_: text for id_, text in found if text is not None}

    def counts(self) -> list[tuple[str, str, str, int]]:
        """Page, task, state and how many proposals."""
        rows = self._db.execute(
            "SELECT page, task, state, count(*) FROM proposals GROUP BY page, task, state"
        )
        return [(page, task, state, count) for page, task, state, count in rows]

    def count_pending(self) -> int:
        """How many proposals wait, on all pages."""
        row = self._db.execute("SELECT count(*) FROM proposals WHERE state = 'pending'").fetchone()
        return int(row[0])

    def judged(self) -> list[tuple[Proposal, Prior]]:
        """What a person decided, with the proposals that it was decided on, by page and place.

        What the settings accepted, or a renamed page took along, nobody decided.
        """
        rows = self._db.execute(
            "SELECT p.*, d.decision, d.wording AS own FROM proposals p JOIN decisions d ON"
            " d.item_hash = p.item_hash AND d.edit_hash = p.edit_hash"
            " WHERE d.surface NOT IN ('auto', 'carried') ORDER BY p.page, p.position, p.task"
        )
        return [(from_row(row), Prior(row["decision"], row["own"])) for row in rows]

    def priors(self, proposals: Iterable[Proposal]) -> dict[str, Prior]:
        """What was decided before about the same edits of the same content, by proposal id."""
        return {p.id: prior for p in proposals if (prior := prior_of(self._db, p)) is not None}

    def decide(
        self,
        ids: Iterable[str],
        decision: Decision,
        surface: Surface,
        *,
        wording: str | None = None,
        is_bulk: bool | None = None,
        seen: Collection[State] = OPEN,
    ) -> int:
        """Accept or reject proposals that are pending or accepted; how many changed.

        What is rejected is rejected wherever the same content asks for the same edit. What an
        apply is writing at this moment stays accepted.

        Args:
            ids: The proposals.
            decision: What the person decided.
            surface: Where.
            wording: The person's own wording of the lines after the edit, for one proposal; None
                keeps the one that is there, and the proposal's own lines take it away.
            is_bulk: Whether the person decided on many at once; None where the ids tell it.
            seen: The states in which the person may have seen them: others stay as they are.
        """
        chosen = list(ids)
        bulk = len(chosen) > 1 if is_bulk is None else is_bulk
        changed = 0
        with self._transaction() as db:
            for id_ in chosen:
                changed += _decide_one(db, id_, (decision, surface, now()), wording, bulk, seen)
        return changed

    def reword(self, id_: str, wording: str | None) -> None:
        """Keep the person's own wording of a proposal that is not written yet; None takes it back."""
        with self._transaction() as db:
            db.execute(
                "UPDATE proposals SET wording = ? WHERE id = ? AND state IN ('pending', 'accepted')"  # noqa: S608 - a constant is put in
                f" AND id NOT IN ({BEING_WRITTEN})",
                (wording, id_),
            )

    def reopen(self, ids: Iterable[str]) -> int:
        """Take decisions back that were not applied: pending again; how many changed."""
        changed = 0
        with self._transaction() as db:
            written = {row[0] for row in db.execute(BEING_WRITTEN)}
            for id_ in ids:
                if id_ not in written:
                    changed += reopen_one(db, id_, ("accepted", "rejected"))
        return changed

    def comment(self, id_: str, text: str) -> None:
        """Keep what the person wrote below a proposal."""
        with self._transaction() as db:
            db.execute(
                "UPDATE proposals SET data = json_set(data, '$.comment', ?) WHERE id = ?",
                (text, id_),
            )

    def carry_decisions(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Let decisions about an item hold for what it has become: old and new hashes."""
        with self._transaction() as db:
            for old, new in pairs:
                db.execute(
                    "INSERT OR IGNORE INTO decisions (item_hash, edit_hash, decision, wording,"
                    " surface, decided_at, sentence_hash) SELECT ?, edit_hash, decision, wording,"
                    " 'carried', decided_at, sentence_hash FROM decisions WHERE item_hash = ? AND decision = 'rejected'",
                    (new, old),
                )


def prior_of(db: sqlite3.Connection, proposal: Proposal) -> Prior | None:
    """What was decided before about the same edit of the same content, or None.

    Where other words of the item have changed since, the same edit in the same sentence counts.
    """
    row = db.execute(
        "SELECT decision, wording FROM decisions WHERE item_hash = ? AND edit_hash = ?",
        (proposal.item_hash, proposal.edit_hash),
    ).fetchone()
    if row is None and proposal.sentence_hash:
        row = db.execute(
            "SELECT decision, wording FROM decisions WHERE sentence_hash = ? AND sentence_hash <> ''"
            " ORDER BY decided_at DESC LIMIT 1",
            (proposal.sentence_hash,),
        ).fetchone()
    return None if row is None else Prior(row["decision"], row["wording"])


def _decide_one(
    db: sqlite3.Connection,
    id_: str,
    said: tuple[Decision, Surface, str],
    wording: str | None,
    is_bulk: bool,  # noqa: FBT001 - a column's value
    seen: Collection[State],
) -> int:
    """Decide on one proposal; 1 if it changed, else 0."""
    decision, surface, at = said
    marks = ", ".join("?" * len(seen))
    made = db.execute(
        "UPDATE proposals SET state = ?, surface = ?, decided_at = ?,"  # noqa: S608 - constants and question marks are put in
        " wording = nullif(coalesce(?, wording), json_extract(data, '$.after'))"
        f" WHERE id = ? AND state IN ({marks}) AND id NOT IN ({BEING_WRITTEN})",
        (decision, surface, at, wording, id_, *seen),
    )
    if not made.rowcount:
        return 0
    if decision == "rejected":
        db.execute(f"UPDATE proposals SET state = 'rejected' WHERE {TWINS}", (id_, "pending"))  # noqa: S608 - a constant is put in
    db.execute(
        "INSERT OR REPLACE INTO decisions (item_hash, edit_hash, decision, wording, surface,"
        " decided_at, page, task, rule, model, prompt, is_bulk, sentence_hash)"
        " SELECT item_hash, edit_hash, state, wording, surface, decided_at, page, task,"
        " json_extract(data, '$.rule'), json_extract(data, '$.model'),"
        " json_extract(data, '$.prompt'), ?, coalesce(json_extract(data, '$.sentence_hash'), '')"
        " FROM proposals WHERE id = ?",
        (is_bulk, id_),
    )
    return 1


def reopen_one(db: sqlite3.Connection, id_: str, states: tuple[str, ...]) -> int:
    """Make a proposal in one of these states pending again; 1 if it was, else 0."""
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
            " (SELECT item_hash, edit_hash FROM proposals WHERE id = ?)"
            " OR (sentence_hash <> '' AND sentence_hash ="
            " (SELECT json_extract(data, '$.sentence_hash') FROM proposals WHERE id = ?))",
            (id_, id_),
        )
    return made.rowcount
