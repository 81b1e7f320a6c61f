"""The stages for scripts: `import refiner`, open a graph, and do what the commands do."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refiner.pipeline import refine as refining
from refiner.pipeline import undo as undoing
from refiner.pipeline.apply import apply_accepted
from refiner.pipeline.read import list_items
from refiner.pipeline.select import EVERYTHING
from refiner.pipeline.session import open_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refiner.cards import Item
    from refiner.pipeline.report import Report
    from refiner.pipeline.select import Selection
    from refiner.pipeline.session import Session
    from refiner.pipeline.write import WriteReport
    from refiner.proposals import Proposal, State


class Graph:
    """A graph, or one page, with its ledger open; made by `open_graph`.

    Every method that changes the ledger first reads the decisions on review pages, and writes
    these pages afterwards; one that can't be understood is left as it is, and reported.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def items(self) -> Iterator[tuple[str, Item]]:
        """Each card and passage, with its page's path in the graph.

        Raises:
            PageError: A page is not UTF-8 or can't be read.
        """
        return list_items(self._session.target, self._session.settings)

    def refine(self, selection: Selection = EVERYTHING) -> Report:
        """Propose; no source page is touched.

        Raises:
            EndpointError: No request can succeed; what was answered is kept.
        """
        session = self._session
        with session.reviewed() as problems:
            report = refining.refine(session.target, session.settings, session.ledger, selection)
        report.notes += [problem.message for problem in problems]
        return report

    def proposals(self, *states: State) -> list[Proposal]:
        """Proposals in these states, by page and place; those that are pending if none is named."""
        return self._session.pending(*states)

    def accept(self, ids: Iterable[str], *, wording: str | None = None) -> int:
        """Accept proposals; how many changed.

        Args:
            ids: Whole ids.
            wording: Other words for the lines after the edit, for one proposal.
        """
        with self._session.reviewed():
            return self._session.ledger.decide(ids, "accepted", "api", wording=wording)

    def reject(self, ids: Iterable[str]) -> int:
        """Reject proposals, which are then never made again; how many changed."""
        with self._session.reviewed():
            return self._session.ledger.decide(ids, "rejected", "api")

    def apply(self) -> WriteReport:
        """Write what is accepted; what was refused, and why, stands in the report."""
        session = self._session
        with session.reviewed() as problems:
            report = apply_accepted(session)
        report.problems += problems
        return report

    def undo(self, ids: Iterable[str] | None = None) -> WriteReport:
        """Take the last apply back, or the proposals named.

        Raises:
            ConflictError: A block no longer holds what was written; nothing is taken back.
        """
        session = self._session
        names = None if ids is None else set(ids)
        with session.reviewed() as problems:
            report = undoing.undo(session, names)
        report.problems += problems
        return report


@contextmanager
def open_graph(path: str | Path, **settings: Any) -> Iterator[Graph]:  # noqa: ANN401 - settings by name
    """Open a graph or a page, as `with refiner.open_graph("notes", model="none") as graph:`.

    The graph's lock is held until the block ends.

    Args:
        path: A graph, or a page of any name.
        settings: Settings by name; they win over `refiner.toml` and the environment.

    Raises:
        UserError: There is no such graph, or a setting is wrong.
        LedgerError: Another refiner is at work here.
    """
    with open_session([Path(path)], None, settings, is_writing=True) as session:
        yield Graph(session)
