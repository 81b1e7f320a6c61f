"""`refiner status`: what is pending, decided and applied, and what a run would do."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import Graph, Json, LedgerFile, PageGlob, Paths, Tasks, task_names
from refiner.cli.output import data_line
from refiner.messages import count_of
from refiner.review.card import rank
from refiner.review.show import visible

if TYPE_CHECKING:
    from rich.console import Console

    from refiner.pipeline.session import Session
    from refiner.pipeline.status import SpentRow, StatusRow


WAITING = 3
NARROWEST = 12
READABLE = 24  # of a page's name: for as much of it the names of tasks are shortened
SHORTENED = (None, 5, 3)


def status(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 3 when something waits.")] = False,
    record: Annotated[
        bool, typer.Option("--record", help="How often each kind was accepted, with its interval.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What waits on which page, how much is decided, and what a run would do."""
    from refiner.graph.target import matches
    from refiner.pipeline.session import open_session
    from refiner.pipeline.status import status_rows

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=False) as session:
        if record:
            _print_record(session, as_json=as_json)
            return
        chosen = task_names(task)
        rows = [
            row
            for row in status_rows(session)
            if (not chosen or row.task in chosen)
            and (page is None or matches(row.page, session.target.title(row.page), page))
        ]
        print_status(session, rows, as_json=as_json)
    if check and any(row.counts.get("pending") for row in rows):
        raise typer.Exit(WAITING)


def _print_record(session: Session, *, as_json: bool) -> None:
    from refiner.pipeline.record import kinds_of, lower_bound, wilson
    from refiner.tasks import rule_names

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
    for rule in dict.fromkeys(kind.rule for kind in kinds if kind.is_mostly_rejected):
        text = f"the rule `{rule}` is mostly rejected"
        if rule in session.settings.mute:
            text += ", and muted"
        elif rule in rule_names():
            text += f'; `mute = ["{rule}"]` in the settings drops what it finds'
        console.print(text, markup=False, soft_wrap=True)


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

    console = Console(highlight=False)
    if rows:
        _print_waiting(console, session, rows)
    else:
        console.print("nothing was proposed yet")
    _print_spent(console, spent_rows(session))
    for line in summary(session):
        console.print(visible(line), markup=False, soft_wrap=True)
    sys.stdout.flush()


def _print_waiting(console: Console, session: Session, rows: list[StatusRow]) -> None:
    """One line a page, tasks as columns; below it how much of all is in which state."""
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    from refiner.pipeline.status import STATES

    waiting = [row for row in rows if row.counts.get("pending")]
    tasks = sorted({row.task for row in waiting}, key=rank)
    by_page: dict[str, Counter[str]] = defaultdict(Counter)
    states: Counter[str] = Counter()
    for row in rows:
        states.update(row.counts)
    for row in waiting:
        by_page[row.page][row.task] += row.counts["pending"]
    if waiting:
        known = session.ledger.pages()
        table = Table(box=None, pad_edge=False, header_style="bold")
        titles = {page: visible(known[page].title if page in known else page) for page in by_page}
        heads, width = _heads(tasks, max(map(cell_len, titles.values())), console.width)
        table.add_column("waiting on page", no_wrap=True, overflow="ellipsis", max_width=width)
        for name in heads:
            table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
        for page, counts in by_page.items():
            cells = [str(counts[task] or "") for task in tasks]
            table.add_row(Text(titles[page]), *cells, str(counts.total()))
        total: Counter[str] = sum(by_page.values(), Counter())
        cells = [str(total[task]) for task in tasks]
        table.add_row(count_of(len(by_page), "page"), *cells, str(total.total()), style="bold")
        console.print(table)
    else:
        console.print("nothing waits")
    told = [f"{name} {states[name]:,}" for name in STATES if states[name]]
    console.print(" · ".join(told), soft_wrap=True)


def _heads(tasks: list[str], widest: int, width: int) -> tuple[list[str], int]:
    """The columns' heads, as long as they leave room for names, and the width of the names.

    Args:
        tasks: The tasks.
        widest: Columns that the longest page's name takes.
        width: Of the terminal, likewise.
    """
    heads, left = [*tasks, "all"], 0
    for letters in SHORTENED:
        heads = [name[:letters] for name in (*tasks, "all")]
        left = width - sum(len(name) + 2 for name in heads)
        if left >= min(widest, READABLE):
            break
    return heads, max(left, NARROWEST)
