"""`refiner review`, `accept` and `reject`: what a person decides in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli_session import tell_finished, tell_problems, write_review
from refiner.errors import UsageError, UserError
from refiner.options import (
    Graph,
    Ids,
    LedgerFile,
    PageGlob,
    Paths,
    Tasks,
    ids_or_paths,
    task_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from refiner.ledger.decisions import Decision


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

    from refiner.deciding import choose
    from refiner.review import terminal
    from refiner.session import open_session

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


def _deciding(decision: Decision) -> Callable[..., None]:
    """The command that decides so: what is decided is all that tells `accept` from `reject`."""

    def decide(
        ids: Ids = None,
        *,
        graph: Graph = None,
        ledger: LedgerFile = None,
        task: Tasks = None,
        page: PageGlob = None,
        everything: Annotated[bool, typer.Option("--all", help="All that is pending.")] = False,
    ) -> None:
        from refiner.deciding import choose
        from refiner.session import open_session

        tasks = task_names(task)
        names, paths = ids_or_paths(ids)
        if not (names or tasks or page or everything):
            raise UsageError("say which: ids, `--task`, `--page`, or `--all`; nothing was decided")
        with open_session(paths, graph, {"ledger": ledger}, is_writing=True) as session:
            problems = session.review.read()[1]
            found = session.pending("pending", "accepted")
            chosen = choose(found, ids=names, tasks=tasks, page=page)
            if not chosen:
                raise UserError(
                    "no pending proposal matches; nothing was decided",
                    hint="`refiner status` shows what is pending",
                )
            count = session.ledger.decide([p.id for p in chosen], decision, "command")
            write_review(session, problems)
        typer.echo(f"{decision} {count}", err=True)

    return decide


accept = _deciding("accepted")
reject = _deciding("rejected")
