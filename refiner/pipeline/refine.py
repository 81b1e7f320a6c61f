"""The stages in order: pages, findings, requests, answers, proposals, ledger.

`refine` reads top to bottom. It never writes to a source page.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from refiner.llm.keys import Keys
from refiner.pipeline.answer import Answers, check_price
from refiner.pipeline.options import Run, usable_model
from refiner.pipeline.plan import PagePlan, SettledPage, plan_pages, settle_pages
from refiner.pipeline.propose import propose
from refiner.pipeline.report import SILENT, PlannedRequests, Progress, Report, cost_usd
from refiner.pipeline.request import estimated_tokens
from refiner.pipeline.select import EVERYTHING, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refiner.graph.target import Target
    from refiner.ledger import Ledger
    from refiner.llm.model import Request
    from refiner.pipeline.engine import Engine
    from refiner.settings import Settings

CHUNK_REQUESTS = 64
# A minute's: what was found can be reviewed while the run goes on.
CHUNK_REQUESTS_EMBEDDED = 12
CHUNK_PAGES = 64
ROUNDS = 8  # of a wide endpoint: between chunks it stands idle


def refine(
    target: Target,
    settings: Settings,
    ledger: Ledger,
    selection: Selection = EVERYTHING,
    progress: Progress = SILENT,
    engine: Engine | None = None,
) -> Report:
    """Find what is wrong, ask what must be asked, and keep the proposals in the ledger.

    Args:
        target: The graph or its pages.
        settings: All settings.
        ledger: The graph's.
        selection: Which items.
        progress: Hears how far the run is.
        engine: Where pages are looked at and requests sent from; None for here.

    Raises:
        UserError: No page is there, or an unknown model.
        EndpointError: No request can succeed; what was answered is kept.
        KeyboardInterrupt: Ctrl-C; what was answered is kept, the next run goes on.
    """
    started = time.monotonic()
    report = Report()
    model, note = usable_model(settings)
    if note is not None:
        report.note(note)
    run = replace(Run.of(target, settings, ledger, selection, model), engine=engine)
    check_price(run)
    number = ledger.begin_run("refine", model.label)
    try:
        frame = run.frame
        with (
            Answers(run, report, progress, partial(_ahead, run)) as answers,
            closing(settle_pages(run, report, progress)) as looked_at,
        ):
            for chunk in _chunks(looked_at, run):
                outcomes = answers.to(request for page in chunk for request in _requests(page))
                pages = [
                    page.synced
                    if isinstance(page, SettledPage)
                    else propose(page, outcomes, frame, report)
                    for page in chunk
                ]
                report.proposals.update(ledger.sync_pages(pages))
        if report.gone:
            ledger.drop_pages(report.gone)
    finally:
        report.seconds = time.monotonic() - started
        report.cost_usd = cost_usd(settings, model.name, report.usage)
        ledger.end_run(number, report.as_json())
    return report


def dry_run(run: Run) -> tuple[Report, dict[str, PlannedRequests], dict[str, Request]]:
    """What `refine` would do, without asking or keeping anything.

    Returns:
        The report so far, the plan by task (for a large model by kind of item), and the requests
        that would be sent, by key.
    """
    report, by_task = Report(), planned_by_task(run)
    requests = {request.key: request for request in unsent(run, report, by_task)}
    return report, by_task, requests


def planned_by_task(run: Run) -> dict[str, PlannedRequests]:
    """A plan's parts, still empty: by task, or for a large model by kind of item."""
    names = ("card", "passage") if run.options.is_large else run.options.tasks
    return {name: PlannedRequests() for name in names}


def unsent(
    run: Run, report: Report, by_task: dict[str, PlannedRequests], progress: Progress = SILENT
) -> Iterator[Request]:
    """The requests that `refine` would send, each once, as the pages are planned.

    Neither pages nor requests are held, so that memory does not grow with their number.

    Args:
        run: What is meant.
        report: Hears what was found and skipped.
        by_task: Hears what is asked, by task.
        progress: Hears how far it is.
    """
    with Keys() as seen:
        for plan in plan_pages(run, report, progress):
            for found, request in plan.planned:
                if not found.findings and request is None:
                    continue
                part = by_task[found.item.kind if run.options.is_large else found.task]
                part.items += 1
                if request is None:
                    continue
                if run.ledger.answer(request.key) is not None or not seen.add(request.key):
                    part.cached += 1
                    continue
                part.requests += 1
                tokens = estimated_tokens(request)
                part.prompt_tokens += tokens[0]
                part.completion_tokens += tokens[1]
                yield request


def _ahead(run: Run) -> Iterator[Request]:
    """All that a run will ask."""
    return unsent(run, Report(), planned_by_task(run))


def _chunks(
    pages: Iterable[PagePlan | SettledPage], run: Run
) -> Iterator[list[PagePlan | SettledPage]]:
    """Pages enough that a model's prompt cache pays, few enough to fit in memory."""
    chunk: list[PagePlan | SettledPage] = []
    count = 0
    least = max(CHUNK_REQUESTS, ROUNDS * run.settings.concurrency)
    if run.model.is_embedded:
        least = CHUNK_REQUESTS_EMBEDDED
    for page in pages:
        chunk.append(page)
        count += len(_requests(page))
        if count >= least or len(chunk) >= max(CHUNK_PAGES, least):
            yield chunk
            chunk, count = [], 0
    if chunk:
        yield chunk


def _requests(page: PagePlan | SettledPage) -> list[Request]:
    return page.requests if isinstance(page, PagePlan) else []
