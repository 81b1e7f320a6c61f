"""`refiner undo`: applied proposals out of the pages again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, Ids, LedgerFile, ids_or_paths
from refiner.cli.output import say, tell_problems
from refiner.errors import UserError
from refiner.messages import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.pipeline.session import Session

from refiner.cli.apply import tell_written


def undo(
    ids: Ids = None,
    *,
    path: Annotated[Path | None, typer.Option(help="A page or the graph; default: here.")] = None,
    graph: Graph = None,
    ledger: LedgerFile = None,
) -> None:
    """Take the last apply back, or the proposals named."""
    from refiner.pipeline import undo as undoing
    from refiner.pipeline.session import open_session

    names, named_paths = ids_or_paths(ids)
    paths = [path] if path is not None else named_paths
    with (
        open_session(paths, graph, {"ledger": ledger}, is_writing=True, tell=say) as session,
        session.reviewed() as problems,
    ):
        full = None
        if names:
            known = [id_ for id_, _, _ in session.ledger.applied((), everything=True)]
            full = {_completed(known, name) for name in names}
        report = undoing.undo(session, full)
        if not report.proposals and not report.problems:
            say("there is nothing to take back")
            _tell_of_another_ledger(session)
        else:
            tell_written("took back", report)
    tell_problems([*problems, *report.problems])


def _tell_of_another_ledger(session: Session) -> None:
    """Where a graph was moved or renamed, its ledger lies under the old path."""
    from refiner.pipeline.adopt import candidates

    if session.settings.ledger is None and not session.ledger.pages():
        for found in candidates(session.target)[:1]:
            say(
                f"the ledger `{found.path}` knows {count_of(found.here, 'page')} of this graph: was it "
                "moved or renamed? `refiner doctor --adopt` takes it over"
            )


def _completed(known: Sequence[str], name: str) -> str:
    found = [id_ for id_ in known if id_.startswith(name)]
    if len(set(found)) != 1:
        raise UserError(f"no single applied proposal begins with `{name}`; nothing was taken back")
    return found[0]
