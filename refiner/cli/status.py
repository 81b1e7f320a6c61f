"""`refiner status`: what is pending, decided and applied, and what a run would do."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, Json, LedgerFile, Paths
from refiner.cli.output import data_line
from refiner.review.show import visible

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
    record: Annotated[
        bool, typer.Option("--record", help="How often each kind was accepted, with its interval.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What is pending, accepted, rejected, applied and stale, and what a run would do."""
    from refiner.pipeline.session import open_session
    from refiner.pipeline.status import status_rows

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=False) as session:
        if record:
            _print_record(session, as_json=as_json)
            return
        rows = status_rows(session)
        print_status(session, rows, as_json=as_json)
    if check and any(row.counts.get("pending") for row in rows):
        raise typer.Exit(WAITING)


def _print_record(session: Session, *, as_json: bool) -> None:
    from refiner.pipeline.record import kinds_of, lower_bound, wilson

    kinds = kinds_of(session.ledger.tallies())
    if as_json:
        for kind in kinds:
            bounds = wilson(kind.accepted, kind.single)
            least = lower_bound(kind.accepted, kind.single)
            data_line({**asdict(kind), "low": bounds[0], "high": bounds[1], "at_least": least})
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not kinds:
        console.print("nothing was decided yet")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("task", "rule", "worded by"):
        table.add_column(name, overflow="fold")
    for name in ("accepted", "edited", "rejected", "share", "95 % interval", "at once"):
        table.add_column(name, justify="right")
    for kind in kinds:
        low, high = wilson(kind.accepted, kind.single)
        share = f"{kind.accepted / kind.single:.0%}" if kind.single else ""
        interval = f"{low:.0%} to {high:.0%}" if kind.single else ""
        by = "rule" if kind.model is None else visible(f"{kind.model}, {kind.prompt}")
        counts = (kind.accepted, kind.edited, kind.rejected)
        row = (kind.task, kind.rule, by, *map(str, counts), share, interval, str(kind.bulk))
        table.add_row(*row)
    console.print(table)
    console.print(
        "share: accepted as proposed, of what was decided one by one; "
        "what was decided at once with others stands apart",
        soft_wrap=True,
    )
    for kind in kinds:
        if kind.is_mostly_rejected:
            console.print(f"the rule `{kind.rule}` ({kind.task}) is mostly rejected", markup=False)


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
