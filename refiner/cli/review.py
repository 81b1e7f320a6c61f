"""`refiner review`: decide one by one, in the terminal."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from refiner.cli.options import (
    Graph,
    LedgerFile,
    PageGlob,
    Paths,
    Tasks,
    task_names,
)
from refiner.cli.output import say, tell_problems
from refiner.errors import UsageError, UserError


def review(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    web: Annotated[bool, typer.Option("--web", help="In the browser, as `refiner serve`.")] = False,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="0 to 1.")] = 0.0,
) -> None:
    """Decide one by one, in the terminal."""
    if web:
        from refiner.cli.serve import run

        if task or page or min_confidence:
            raise UsageError(
                "`--web` has filters of its own, on its first page; nothing was started",
                hint="leave out `--task`, `--page` and `--min-confidence`",
            )
        run(paths or [], graph, ledger)
        return
    from rich.console import Console

    from refiner.pipeline.decide import choose
    from refiner.pipeline.session import open_session
    from refiner.review import terminal
    from refiner.review.reader import CardReader

    with open_session(
        paths or [], graph, {"ledger": ledger}, is_writing=False, tell=say
    ) as session:
        with session.deciding() as problems:
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
            reader = CardReader(session.target.root, session.settings.extract_options)
            taken, refused = terminal.review(
                chosen, session.ledger, console, typer.getchar, reader.card
            )
            console.print(
                f"accepted {taken}, rejected {refused}; `refiner apply` writes", markup=False
            )
            with session.deciding() as later:
                pass
            problems = later or problems
    tell_problems(problems)
