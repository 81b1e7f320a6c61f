"""What was decided so far: one by one, newest first, and counted by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.ledger.database import Database
from refiner.ledger.rows import from_row

if TYPE_CHECKING:
    from refiner.proposals import Proposal

Verdict = Literal["accepted", "edited", "rejected"]


class Decided(NamedTuple):
    """A decision that can be taken back: nothing was written yet.

    Attributes:
        proposal: With its state, `accepted` or `rejected`.
        wording: The person's own wording, or None.
        surface: Where it was decided.
        at: When, ISO 8601.
    """

    proposal: Proposal
    wording: str | None
    surface: str
    at: str


class Tally(NamedTuple):
    """How many decisions of one kind came out in one way.

    Attributes:
        model: None for a rule; then `prompt` is None too.
        is_bulk: Whether these were decided with many others at once.
    """

    task: str
    rule: str
    model: str | None
    prompt: str | None
    is_bulk: bool
    verdict: Verdict
    decisions: int


class WriteRow(NamedTuple):
    """An apply that was done: its number, when, and what of it still stands, by page."""

    number: int
    at: str
    pages: dict[str, list[str]]


class Record(Database):
    """Decisions and writes as a person looks back on them."""

    def decided(self, limit: int, offset: int = 0) -> list[Decided]:
        """Decisions that were not applied yet, newest first."""
        rows = self._db.execute(
            "SELECT * FROM proposals WHERE state IN ('accepted', 'rejected')"
            " AND decided_at IS NOT NULL ORDER BY decided_at DESC, id LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [
            Decided(from_row(row), row["wording"], row["surface"] or "", row["decided_at"])
            for row in rows
        ]

    def tallies(self) -> list[Tally]:
        """Every decision of a person, counted by kind; what was accepted without one is left out."""
        rows = self._db.execute(
            "SELECT task, rule, model, prompt, is_bulk, CASE WHEN decision = 'accepted' AND"
            " wording IS NOT NULL THEN 'edited' ELSE decision END AS verdict, count(*)"
            " FROM decisions WHERE surface NOT IN ('auto', 'carried') AND task <> ''"
            " GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
        )
        return [
            Tally(task, rule, model, prompt, bool(is_bulk), verdict, count)
            for task, rule, model, prompt, is_bulk, verdict, count in rows
        ]

    def writes(self, limit: int) -> list[WriteRow]:
        """The last applies of which something still stands, newest first."""
        rows = self._db.execute(
            "SELECT p.apply, a.at, p.page, p.proposal FROM apply_proposals p JOIN applies a"
            " ON a.id = p.apply WHERE a.kind = 'apply' AND a.state = 'done' AND p.is_undone = 0"
            " ORDER BY p.apply DESC, p.page, p.proposal"
        )
        found: dict[int, WriteRow] = {}
        for number, at, page, proposal in rows:
            if number not in found and len(found) == limit:
                break
            row = found.setdefault(number, WriteRow(number, at, {}))
            row.pages.setdefault(page, []).append(proposal)
        return list(found.values())

    def version(self) -> tuple[int, int]:
        """Two numbers of which one changes whenever the ledger does, by others or by us."""
        others = self._db.execute("PRAGMA data_version").fetchone()[0]
        return int(others), self._db.total_changes
