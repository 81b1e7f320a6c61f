"""The commands behind the browser's buttons: each takes the graph's lock for itself alone.

A server runs for hours, and must not keep `refine` or `apply` from the graph meanwhile. Decisions
need no lock: each is one transaction of the ledger that changes only what is as it was shown.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from refiner.errors import LedgerError, RefinerError
from refiner.graph.files import read_file
from refiner.messages import count_of
from refiner.pipeline.apply import apply_accepted, compose_page
from refiner.pipeline.undo import undo
from refiner.review.browser.desk import Desk, WritePlan, Written
from refiner.review.reader import CardReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from refiner.pipeline.session import Session
    from refiner.pipeline.write import WriteReport

WAIT_S = 2.0


def desk_of(session: Session) -> Desk:
    """What the browser works with, from a session that was opened without the lock."""
    root = session.target.root

    def take_back(number: int) -> Written:
        chosen = next((w for w in session.ledger.writes(100) if w.number == number), None)
        if chosen is None:
            return Written("there is nothing to take back", [])
        ids = {id_ for found in chosen.pages.values() for id_ in found}
        return _written("took back", session, lambda: undo(session, ids))

    return Desk(
        root=root,
        ledger=session.ledger,
        reader=CardReader(root, session.settings.extract_options),
        covers=session.target.covers,
        sync=lambda: _sync(session),
        plan=lambda: _plan(session),
        apply=lambda: _written("wrote", session, lambda: apply_accepted(session)),
        take_back=take_back,
    )


def _sync(session: Session) -> str | None:
    """Take decisions from the review pages and write them anew; why that has to wait, or None.

    Where another command is at work it does the same when it ends.
    """
    try:
        with session.locked(0), session.reviewed() as problems:
            pass
    except LedgerError:
        return None
    except RefinerError as error:
        return error.message
    return problems[0].message if problems else None


def _plan(session: Session) -> WritePlan:
    pages: list[tuple[str, int]] = []
    refused: list[tuple[str, str]] = []
    accepted = session.pending("accepted")
    for page, found in groupby(accepted, key=lambda p: p.page):
        group = list(found)
        try:
            data = read_file(session.target.root / page)
            composed = compose_page(data, group, session.ledger.wordings(group))
        except (RefinerError, ValueError) as error:
            refused += [(p.id, str(error)) for p in group]
            continue
        refused += composed.refused
        if composed.write.proposals:
            pages.append((page, len(composed.write.proposals)))
    return WritePlan(pages, refused)


def _written(verb: str, session: Session, write: Callable[[], WriteReport]) -> Written:
    """Run one write under the lock; what came of it, in words."""
    try:
        with session.locked(WAIT_S), session.reviewed() as problems:
            report = write()
    except RefinerError as error:
        return Written("nothing was written", [error.message])
    proposals = count_of(len(report.proposals), "proposal")
    message = f"{verb} {proposals} on {count_of(len(report.pages), 'page')}"
    told = [f"{id_}: {reason}" for id_, reason in report.refused]
    return Written(message, told + [e.message for e in [*report.problems, *problems]])
