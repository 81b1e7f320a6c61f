"""The commands behind the browser's buttons: each takes the graph's lock for itself alone.

A server runs for hours, and must not keep `refine` or `apply` from the graph meanwhile. Decisions
need no lock: each is one transaction of the ledger that changes only what is as it was shown. The
review pages in Logseq follow a moment later, in a thread with a ledger connection of its own.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from refiner.errors import RefinerError
from refiner.graph.files import read_file
from refiner.ledger import Ledger
from refiner.messages import count_of
from refiner.pipeline.apply import apply_accepted, compose_page
from refiner.pipeline.session import BRIEF_S, review_pages
from refiner.pipeline.undo import undo
from refiner.review.browser.desk import Desk, WritePlan, Written
from refiner.review.browser.keeper import Keeper
from refiner.review.reader import CardReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from refiner.pipeline.session import Session
    from refiner.pipeline.write import WriteReport
    from refiner.review.browser.keeper import Pass

WAIT_S = 2.0


@contextmanager
def open_desk(session: Session) -> Iterator[Desk]:
    """What the browser works with, from a session that was opened without the lock.

    When it opens, what was decided in Logseq is in the ledger; when it closes, the review pages
    tell what was decided in the browser.
    """
    root = session.target.root
    with Keeper(partial(_opened_pass, session)) as keeper:

        def take_back(number: int) -> Written:
            chosen = next((w for w in session.ledger.writes(100) if w.number == number), None)
            if chosen is None:
                return Written("there is nothing to take back", [])
            ids = {id_ for found in chosen.pages.values() for id_ in found}
            with keeper.resting():
                return _written("took back", session, lambda: undo(session, ids))

        def write() -> Written:
            with keeper.resting():
                return _written("wrote", session, lambda: apply_accepted(session))

        yield Desk(
            root=root,
            ledger=session.ledger,
            reader=CardReader(root, session.settings.extract_options),
            covers=session.target.covers,
            keeper=keeper,
            plan=lambda: _plan(session),
            apply=write,
            take_back=take_back,
        )


@contextmanager
def _opened_pass(session: Session) -> Iterator[Pass]:
    """One pass over the review pages, with a ledger that belongs to the thread it runs in."""
    with Ledger(session.ledger.path) as ledger:
        review = review_pages(session.target, session.settings, ledger)
        own = replace(session, ledger=ledger, review=review)

        def one_pass() -> Sequence[RefinerError]:
            with own.locked(BRIEF_S), own.reviewed() as problems:
                pass
            return problems

        yield one_pass


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
