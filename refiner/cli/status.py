"""`refiner status`: what is pending, decided and applied, and what a run would do."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, Json, LedgerFile, Paths
from refiner.cli.output import data_line

if TYPE_CHECKING:
    from rich.console import Console

    from refiner.pipeline.session import Session
    from refiner.pipeline.status import SpentRow, StatusRow


WAITING = 3


def status(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 3 when something waits.")] = False,
    as_json: Json = False,
) -> None:
    """What is pending, accepted, rejected, applied and stale, and what a run would do."""
    from refiner.pipeline.session import open_session
    from refiner.pipeline.status import status_rows

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=False) as session:
        rows = status_rows(session)
        print_status(session, rows, as_json=as_json)
    if check and any(row.counts.get("pending") for row in rows):
        raise typer.Exit(WAITING)


def _print_spent(console: Console, rows: list[SpentRow]) -> None:
    from rich.table import Table

    if not rows:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("task", "model"):
        table.add_column(name, overflow="fold")
    for name in ("requests", "tokens in", "of these cached", "tokens out", "cost USD"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            row.task,
            row.model.partition(":")[0],
            f"{row.requests:,}",
            f"{row.prompt_tokens:,}",
            f"{row.cached_tokens:,}",
            f"{row.completion_tokens:,}",
            "" if row.cost_usd is None else f"{row.cost_usd:.4f}",
        )
    console.print(table)


def print_status(session: Session, rows: list[StatusRow], *, as_json: bool) -> None:
    """Print the rows: JSON lines, or a table with what a run would look at below it."""
    from refiner.pipeline.status import STATES, spent_rows, summary

    if as_json:
        for row in rows:
            data_line(
                {"page": row.page, "task": row.task, **{s: row.counts.get(s, 0) for s in STATES}}
            )
        for spent in spent_rows(session):
            data_line(asdict(spent))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from refiner.review.show import visible

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("page", "task"):
        table.add_column(name, overflow="fold")
    for state in STATES:
        table.add_column(state, justify="right")
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        table.add_row(
            Text(visible(row.page)), row.task, *(str(row.counts.get(s, "")) for s in STATES)
        )
        for name, count in row.counts.items():
            totals[name] += count
    if rows:
        table.add_row("all", "", *(str(totals.get(s, 0)) for s in STATES), style="bold")
        console.print(table)
    else:
        console.print("nothing was proposed yet")
    _print_spent(console, spent_rows(session))
    for line in summary(session):
        console.print(visible(line), markup=False, soft_wrap=True)
    sys.stdout.flush()
