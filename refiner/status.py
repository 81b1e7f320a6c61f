"""What stands in the ledger, by page and task, and what a run would do."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from refiner.proposals import STATES as PROPOSAL_STATES
from refiner.report import cost_usd
from refiner.targets import find_pages

if TYPE_CHECKING:
    from rich.console import Console

    from refiner.session import Session


STATES = (*PROPOSAL_STATES, "failed")


@dataclass
class StatusRow:
    """One page's proposals of one task, by state."""

    page: str
    task: str
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SpentRow:
    """What one task asked one model so far, and what that cost where a price is known."""

    task: str
    model: str
    requests: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost_usd: float | None


def status_rows(session: Session) -> list[StatusRow]:
    """The ledger's counts, for the pages that are meant."""
    rows: dict[tuple[str, str], StatusRow] = {}
    for page, task, state, count in session.ledger.counts():
        if session.target.covers(page):
            row = rows.setdefault((page, task), StatusRow(page, task))
            row.counts[state] = count
    for page, known in session.ledger.pages().items():
        for task, count in known.failed.items():
            if session.target.covers(page):
                row = rows.setdefault((page, task), StatusRow(page, task))
                row.counts["failed"] = count
    return [rows[key] for key in sorted(rows)]


def spent_rows(session: Session) -> list[SpentRow]:
    """What all requests of the graph cost so far; batches too, at the prices of the settings."""
    return [
        SpentRow(
            task=task,
            model=model,
            requests=requests,
            prompt_tokens=usage.prompt_tokens,
            cached_tokens=usage.cached_tokens,
            completion_tokens=usage.completion_tokens,
            cost_usd=cost_usd(session.settings, model, usage),
        )
        for task, model, requests, usage in session.ledger.usage()
    ]


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
    if as_json:
        from refiner.terminal import data_line

        for row in rows:
            data_line(
                {"page": row.page, "task": row.task, **{s: row.counts.get(s, 0) for s in STATES}}
            )
        for spent in spent_rows(session):
            data_line(asdict(spent))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("page", "task"):
        table.add_column(name, overflow="fold")
    for state in STATES:
        table.add_column(state, justify="right")
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        table.add_row(row.page, row.task, *(str(row.counts.get(s, "")) for s in STATES))
        for name, count in row.counts.items():
            totals[name] += count
    if rows:
        table.add_row("all", "", *(str(totals.get(s, 0)) for s in STATES), style="bold")
        console.print(table)
    else:
        console.print("nothing was proposed yet")
    _print_spent(console, spent_rows(session))
    for line in _about(session):
        console.print(line, markup=False, soft_wrap=True)
    sys.stdout.flush()


def _about(session: Session) -> list[str]:
    known = session.ledger.pages()
    files = find_pages(session.target).pages
    changed = sum(
        file.path not in known or known[file.path].fingerprint != tuple(file.fingerprint)
        for file in files
    )
    lines = [f"a run would look at {changed} of {len(files)} pages"]
    failed = len(session.ledger.failures())
    if failed:
        lines.append(f"{failed} requests failed; the next run asks again")
    last = session.ledger.last_run()
    if last is not None:
        report = last["report"]
        told = f"last run {last['started_at']} with {last['model']}"
        if report is None:
            told += ", interrupted"
        else:
            told += f": {report['requests']} requests, {report['seconds']:.1f} s"
            if report["cost_usd"] is not None:
                told += f", {report['cost_usd']:.4f} USD"
        lines.append(told)
    return lines
