"""`refiner accept` and `reject`: decide without questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import (
    Graph,
    Ids,
    LedgerFile,
    PageGlob,
    Tasks,
    ids_or_paths,
    task_names,
)
from refiner.cli.output import say, tell_problems
from refiner.errors import UsageError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from refiner.ledger.decisions import Decision
    from refiner.proposals import Proposal


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
        from refiner.pipeline.decide import by_ids, choose
        from refiner.pipeline.session import open_session

        tasks = task_names(task)
        names, paths = ids_or_paths(ids)
        if not (names or tasks or page or everything):
            raise UsageError("say which: ids, `--task`, `--page`, or `--all`; nothing was decided")
        with (
            open_session(paths, graph, {"ledger": ledger}, is_writing=False, tell=say) as session,
            session.deciding() as problems,
        ):
            already: list[Proposal] = []
            if names:
                chosen, already = by_ids(session, names, decision)
            else:
                chosen = choose(session.pending("pending", "accepted"), tasks=tasks, page=page)
            if not chosen and not already:
                raise UserError(
                    "no pending proposal matches; nothing was decided",
                    hint="`refiner status` shows what is pending",
                )
            count = session.ledger.decide([p.id for p in chosen], decision, "command")
        say(f"{decision} {count}" + (f", {len(already)} already" if already else ""))
        tell_problems(problems)

    return decide


accept = _deciding("accepted")


reject = _deciding("rejected")
