"""What stands in the ledger, by page and task, and what a run would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from refiner.graph.target import find_pages
from refiner.pipeline.report import cost_usd
from refiner.proposals import STATES as PROPOSAL_STATES

if TYPE_CHECKING:
    from refiner.pipeline.session import Session


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


def about(session: Session) -> list[str]:
    """What a run would do, what failed, and the last run: a line each."""
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
