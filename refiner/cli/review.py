"""`refiner review`: decide one by one, in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.bracket import tell_finished, tell_problems, write_review
from refiner.cli.options import (
    Graph,
    LedgerFile,
    PageGlob,
    Paths,
    Tasks,
    task_names,
)
from refiner.errors import UserError

if TYPE_CHECKING:
    pass


def review(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="0 to 1.")] = 0.0,
) -> None:
    """Decide one by one, in the terminal."""
    from rich.console import Console

    from refiner.pipeline.decide import choose
    from refiner.pipeline.session import open_session
    from refiner.review import terminal

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=True) as session:
        problems = session.review.read()[1]
        tell_finished(session)
        chosen = choose(
            session.pending(),
            tasks=task_names(task),
            page=page,
            least_confidence=min_confidence,
        )
        console = Console(highlight=False)
        if not chosen:
            console.print("nothing waits for review")
        elif not sys.stdin.isatty():
            raise UserError(
                "`refiner review` needs a terminal; nothing was decided",
                hint="`refiner diff` shows the proposals, `refiner accept ID…` accepts",
            )
        else:
            taken, refused = terminal.review(chosen, session.ledger, console, typer.getchar)
            console.print(
                f"accepted {taken}, rejected {refused}; `refiner apply` writes", markup=False
            )
        write_review(session, problems)
        tell_problems(problems)
