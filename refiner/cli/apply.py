"""`refiner apply`: accepted proposals into the pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, LedgerFile, Paths
from refiner.cli.output import say, tell_problems
from refiner.messages import count_of

if TYPE_CHECKING:
    from refiner.errors import RefinerError
    from refiner.pipeline.session import Session
    from refiner.pipeline.write import WriteReport


def apply(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Accept what is pending first.")
    ] = False,
    auto: Annotated[str | None, typer.Option(help="Accept these tasks first.")] = None,
    commit: Annotated[bool, typer.Option("--commit", help="Make one git commit of it.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Name each page in notes.")] = False,
) -> None:
    """Write what is accepted, here or on the review pages in Logseq."""
    from refiner.pipeline.decide import auto_accept, with_auto
    from refiner.pipeline.session import open_session

    with (
        open_session(paths or [], graph, {"ledger": ledger}, is_writing=True, tell=say) as session,
        session.reviewed() as problems,
    ):
        if everything:
            ids = [proposal.id for proposal in session.pending()]
            session.ledger.decide(ids, "accepted", "command", is_bulk=True)
        settings = with_auto(session.settings, auto)
        auto_accept(replace(session, settings=settings), session.pending())
        _tell_held(session, by_name=verbose)
        failed = write_accepted(session, as_commit=commit)
    tell_problems([*problems, *failed])


def write_accepted(session: Session, *, as_commit: bool) -> list[RefinerError]:
    """Write what is accepted, and say so; what kept a page from being written.

    Raises:
        UserError: The commit was refused; the pages are written.
    """
    from refiner.pipeline.apply import apply_accepted

    report = apply_accepted(session)
    if not report.proposals and not report.problems and not report.refused:
        say("nothing is accepted; `refiner review` decides")
    else:
        tell_written("wrote", report)
    for id_, reason in report.refused:
        say(f"left as it is: {id_}: {reason}")
    if as_commit and report.pages:
        from refiner.graph.git import commit

        count = len(report.proposals)
        name = commit(
            session.target.root, report.pages, f"refiner: {count_of(count, 'accepted proposal')}"
        )
        say(f"committed {name}")
    return report.problems


def _tell_held(session: Session, *, by_name: bool) -> None:
    """Warn once of pages that Logseq may hold open with unsaved edits."""
    import time

    from refiner.graph.held import saved_lately

    if not session.target.is_graph:
        return
    accepted = sorted({proposal.page for proposal in session.pending("accepted")})
    root, now = session.target.root, time.time()
    pages = [page for page in accepted if saved_lately(root, page, now)]
    if not pages:
        return
    which = f"`{pages[0]}`" if len(pages) == 1 else count_of(len(pages), "page")
    say(
        f"note: {which} {'was' if len(pages) == 1 else 'were'} saved a moment ago. If Logseq has a page "
        "open, it takes over what is written now; a block that you are typing in there may win over "
        "it, and `logseq/bak` then keeps the other version"
    )
    if by_name and len(pages) > 1:
        for page in pages:
            say(f"    {page}")


def tell_written(what: str, report: WriteReport) -> None:
    """Say how many proposals went into, or out of, how many pages."""
    proposals, pages = len(report.proposals), len(report.pages)
    say(f"{what} {count_of(proposals, 'proposal')} on {count_of(pages, 'page')}")
