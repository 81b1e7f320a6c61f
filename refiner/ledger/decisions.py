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
Surface = Literal["logseq", "terminal", "command", "auto", "api"]


PENDING: tuple[State, ...] = ("pending",)
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
    ) -> int:
        """Accept or reject proposals that are pending or accepted; how many changed.

        What is rejected is rejected wherever the same content asks for the same edit.

        Args:
            ids: The proposals.
            decision: What the person decided.
            surface: Where.
            wording: The person's own wording of the lines after the edit, for one proposal; None
                for the one that stands, if there is one.
        """
        changed = 0
        with self._transaction() as db:
            for id_ in ids:
                made = db.execute(
                    "UPDATE proposals SET state = ?, wording = coalesce(?, wording), surface = ?, decided_at = ?"
                    " WHERE id = ? AND state IN ('pending', 'accepted')",
                    (decision, wording, surface, now(), id_),
                )
                changed += made.rowcount
                if made.rowcount and decision == "rejected":
                    same = f"UPDATE proposals SET state = 'rejected' WHERE {TWINS}"  # noqa: S608 - a constant is put in
                    db.execute(same, (id_, "pending"))
                if made.rowcount:
                    db.execute(
                        "INSERT OR REPLACE INTO decisions SELECT item_hash, edit_hash, ?, wording, ?, ?"
                        " FROM proposals WHERE id = ?",
                        (decision, surface, now(), id_),
                    )
        return changed

    def reword(self, id_: str, wording: str | None) -> None:
        """Keep the person's own wording of a proposal that is not written yet; None takes it back."""
        with self._transaction() as db:
            db.execute(
                "UPDATE proposals SET wording = ? WHERE id = ? AND state IN ('pending', 'accepted')",
                (wording, id_),
            )

    def reopen(self, ids: Iterable[str]) -> int:
        """Take decisions back that were not applied: pending again; how many changed."""
        changed = 0
        with self._transaction() as db:
            for id_ in ids:
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
                    "INSERT OR IGNORE INTO decisions SELECT ?, edit_hash, decision, wording, surface,"
                    " decided_at FROM decisions WHERE item_hash = ? AND decision = 'rejected'",
                    (new, old),
                )


def prior_of(db: sqlite3.Connection, proposal: Proposal) -> Prior | None:
    """What was decided before about the same edit of the same content, or None."""
    row = db.execute(
        "SELECT decision, wording FROM decisions WHERE item_hash = ? AND edit_hash = ?",
        (proposal.item_hash, proposal.edit_hash),
    ).fetchone()
    return None if row is None else Prior(row["decision"], row["wording"])


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
            " (SELECT item_hash, edit_hash FROM proposals WHERE id = ?)",
            (id_,),
        )
    return made.rowcount
