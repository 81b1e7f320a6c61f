"""What stands in the ledger, by page and task, and what a run would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from refiner.errors import RefinerError
from refiner.llm.choice import ModelChoice
from refiner.messages import count_of
from refiner.pipeline.options import Run, model_choice, usable_model
from refiner.pipeline.read import find_work
from refiner.pipeline.report import cost_usd
from refiner.proposals import STATES as PROPOSAL_STATES

if TYPE_CHECKING:
    from refiner.ledger import LastRun
    from refiner.pipeline.session import Session


STATES = (*PROPOSAL_STATES, "failed")


@dataclass
class StatusRow:
    """One page's proposals of one task.

    Attributes:
        page: Path in the graph.
        task: The task.
        counts: How many, by state; `failed` counts requests without an answer.
    """

    page: str
    task: str
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SpentRow:
    """What one task asked one model so far.

    Attributes:
        task: The task.
        model: The model's identity, as in the requests' keys.
        requests: How many were answered.
        prompt_tokens: Tokens put in; `cached_tokens` of them were met before by the endpoint.
        completion_tokens: Tokens given back.
        cost_usd: What that cost, or None where no price is known.
    """

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


def summary(session: Session) -> list[str]:
    """What a run would do, what failed, and the last run: a line each."""
    ledger = session.ledger
    last = ledger.last_run()
    model = _model(session, last)
    run = Run.of(session.target, session.settings, ledger, model=model)
    changes = find_work(run).changes
    pages = count_of(changes.pages, "page")
    lines = [f"a run with the model `{model.label}` would look at {len(changes.work)} of {pages}"]
    for reason, count in Counter(work.reason for work in changes.work).items():
        lines.append(f"  {count_of(count, 'page')}: {reason}")
    failed = len(ledger.failures())
    if failed:
        lines.append(f"{count_of(failed, 'request')} failed; the next run asks again")
    if last is not None:
        lines.append(_last_run(last))
    return lines


def _model(session: Session, last: LastRun | None) -> ModelChoice:
    """The model of the next run: of the settings, or none where the last run did without one."""
    if last is not None and last.model == "none":
        return ModelChoice("none")
    try:
        return usable_model(session.settings)[0]
    except RefinerError:  # the next run says so
        return model_choice(session.settings)


def _last_run(last: LastRun) -> str:
    report = last.report
    line = f"last run {last.started_at} with {last.model}"
    if report is None:
        return f"{line}, interrupted"
    line += f": {count_of(report['requests'], 'request')}, {report['seconds']:.1f} s"
    if report["cost_usd"] is not None:
        line += f", {report['cost_usd']:.4f} USD"
    return line
