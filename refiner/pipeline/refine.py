"""The stages in order: pages, findings, requests, answers, proposals, ledger.

`refine` reads top to bottom. It never writes to a source page.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from refiner.errors import EndpointError, ModelError, NotInstalledError, PageError, UsageError
from refiner.graph.files import read_file
from refiner.graph.target import find_pages
from refiner.ledger import PageState
from refiner.llm.dispatch import Limits, complete
from refiner.llm.endpoint import ModelChoice, open_endpoint
from refiner.llm.model import Abstained, Answered, Failed
from refiner.llm.openai_api.conversation import recall
from refiner.logseq import DecodeError
from refiner.pipeline.detect import PlanOptions, draft, read_book
from refiner.pipeline.report import SILENT, PlannedRequests, Report, Watcher, cost_usd
from refiner.pipeline.request import estimated_tokens
from refiner.pipeline.select import (
    EVERYTHING,
    Selection,
    digest_of,
    is_review_page,
    model_choice,
    plan_options,
    plan_pages,
    task_digest,
)
from refiner.proposals import make_proposals
from refiner.tasks.model import Abstention, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.cards import Item
    from refiner.graph.target import Target
    from refiner.ledger import Ledger
    from refiner.llm.endpoint import Endpoint
    from refiner.llm.model import Outcome, Request
    from refiner.pipeline.select import PagePlan
    from refiner.settings import Settings

__all__ = [
    "EVERYTHING",
    "PlannedRequests",
    "Report",
    "Selection",
    "Watcher",
    "cost_usd",
    "dry_run",
    "is_review_page",
    "list_items",
    "model_choice",
    "plan_options",
    "refine",
]
CHUNK_REQUESTS = 64
CHUNK_PAGES = 64


def list_items(
    target: Target, settings: Settings, glob: str | None = None
) -> Iterator[tuple[str, Item]]:
    """Each item of the pages with its page's path.

    Raises:
        PageError: A page is not UTF-8 or can't be read.
    """
    options = plan_options(settings)
    for file in find_pages(target, glob).pages:
        data = read_file(target.root / file.path)
        try:
            _, book = read_book(data, target.title(file.path), options.extract)
        except DecodeError as error:
            raise PageError(file.path, str(error), line=error.line) from error
        for item in book.items:
            yield file.path, item


def refine(
    target: Target,
    settings: Settings,
    ledger: Ledger,
    selection: Selection = EVERYTHING,
    watcher: Watcher = SILENT,
) -> Report:
    """Find what is wrong, ask what must be asked, and keep the proposals in the ledger.

    Args:
        target: The graph or its pages.
        settings: All settings.
        ledger: The graph's.
        selection: Which items.
        watcher: Hears how far the run is.

    Raises:
        UserError: No page is there, or an unknown model.
        EndpointError: No request can succeed; what was answered is kept.
        KeyboardInterrupt: Ctrl-C; what was answered is kept, the next run goes on.
    """
    started = time.monotonic()
    report = Report()
    choice = model_choice(settings)
    try:
        choice.check()
    except NotInstalledError as error:
        report.notes.append(f"{error.message}: rules worked alone; {error.hint}")
        choice = ModelChoice("none")
    _check_price(settings, choice)
    options = plan_options(settings, selection.tasks)
    run = ledger.begin_run("refine", choice.label)
    try:
        with ExitStack() as stack:
            endpoint = _LazyEndpoint(choice, stack, watcher)
            for chunk in _chunks(
                plan_pages(target, options, ledger, selection, choice, watcher, report)
            ):
                outcomes = _ask(chunk, endpoint, ledger, settings, watcher, report)
                _propose(chunk, outcomes, options, ledger, choice, selection, report)
        if report.gone:
            ledger.drop_pages(report.gone)
    finally:
        report.seconds = time.monotonic() - started
        report.cost_usd = cost_usd(settings, choice.name, report.usage)
        ledger.end_run(run, report.as_json())
    return report


def dry_run(
    target: Target,
    settings: Settings,
    ledger: Ledger,
    selection: Selection = EVERYTHING,
    watcher: Watcher = SILENT,
) -> tuple[Report, dict[str, PlannedRequests], dict[str, Request]]:
    """What `refine` would do, without asking or keeping anything.

    Returns:
        The report so far, the plan by task, and the requests that would be sent, by key.
    """
    report = Report()
    choice = model_choice(settings)
    options = plan_options(settings, selection.tasks)
    by_task: dict[str, PlannedRequests] = {name: PlannedRequests() for name in options.tasks}
    unsent: dict[str, Request] = {}
    for plan in plan_pages(target, options, ledger, selection, choice, watcher, report):
        for planned, request in plan.planned:
            part = by_task[planned.task]
            part.items += 1
            if request is None:
                continue
            if request.key in unsent or ledger.answer(request.key) is not None:
                part.cached += 1
                continue
            unsent[request.key] = request
            part.requests += 1
            tokens = estimated_tokens(request)
            part.prompt_tokens += tokens[0]
            part.completion_tokens += tokens[1]
    return report, by_task, unsent


def _check_price(settings: Settings, choice: ModelChoice) -> None:
    """Check that a limit of cost can be kept to.

    Raises:
        UsageError: The endpoint's model has no price.
    """
    name = settings.model
    if settings.max_cost_usd is None or choice.base_url is None or name in settings.prices:
        return
    raise UsageError(
        f"no price is known for `{name}`, so `--max-cost` can't be kept to; nothing was sent",
        hint=f"in `refiner.toml`, in USD per million tokens: "
        f'`prices = {{ "{name}" = {{ input = 0.1, output = 0.4 }} }}`',
    )


class _LazyEndpoint:
    """The model, loaded when the first request is really sent."""

    def __init__(self, choice: ModelChoice, stack: ExitStack, watcher: Watcher) -> None:
        self.choice = choice
        self._stack = stack
        self._watcher = watcher
        self._endpoint: Endpoint | None = None

    def get(self) -> Endpoint:
        if self._endpoint is None:
            opened = open_endpoint(self.choice, self._watcher.tell)
            self._endpoint = self._stack.enter_context(opened)
        return self._endpoint


def _chunks(plans: Iterator[PagePlan]) -> Iterator[list[PagePlan]]:
    """Pages enough that a model's prompt cache pays, few enough to fit in memory."""
    chunk: list[PagePlan] = []
    count = 0
    for plan in plans:
        chunk.append(plan)
        count += sum(request is not None for _, request in plan.planned)
        if count >= CHUNK_REQUESTS or len(chunk) >= CHUNK_PAGES:
            yield chunk
            chunk, count = [], 0
    if chunk:
        yield chunk


def _ask(
    chunk: list[PagePlan],
    endpoint: _LazyEndpoint,
    ledger: Ledger,
    settings: Settings,
    watcher: Watcher,
    report: Report,
) -> dict[str, Outcome]:
    """What came of each request, by key; answered ones are recalled, not sent."""
    requests = {r.key: r for plan in chunk for _, r in plan.planned if r is not None}
    outcomes: dict[str, Outcome] = {}
    unsent = []
    for request in requests.values():
        stored = ledger.answer(request.key)
        if stored is None:
            unsent.append(request)
        else:
            outcomes[request.key] = recall(request, stored)
            report.cached += 1
    if not unsent:
        return outcomes
    done = 0
    watcher.asking(0, len(unsent), unsent[0].task)

    def heard(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        outcomes[outcome.request.key] = outcome
        if isinstance(outcome, Failed):
            report.failed[outcome.kind] += 1
            if outcome.reason not in report.notes:
                report.notes.append(outcome.reason)
        else:
            report.requests += 1
        report.spent(outcome.request.task, outcome.usage)
        watcher.asking(done, len(unsent), outcome.request.task)

    try:
        opened = endpoint.get()
    except EndpointError:
        raise
    except ModelError as error:
        for request in unsent:
            outcomes[request.key] = Failed(request, "refused", error.message)
        report.failed["refused"] += len(unsent)
        note = f"{error.message}: rules worked alone" + (f"; {error.hint}" if error.hint else "")
        if note not in report.notes:
            report.notes.append(note)
        return outcomes
    spent = report.usage
    limits = Limits(
        concurrency=settings.concurrency,
        timeout_s=settings.timeout_s,
        retry_s=settings.retry_s,
        max_requests=_left(settings.max_requests, report.sent),
        max_minutes=_left(settings.max_minutes, report.seconds / 60),
        max_cost_usd=settings.max_cost_usd,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        cost=lambda usage: cost_usd(settings, settings.model, spent + usage),
    )
    started = time.monotonic()
    try:
        complete(unsent, opened, ledger, limits, heard)
    finally:
        report.seconds += time.monotonic() - started
    return outcomes


def _left(bound: float | None, used: float) -> float | None:
    return None if bound is None else max(bound - used, 0)


def _propose(
    chunk: list[PagePlan],
    outcomes: dict[str, Outcome],
    options: PlanOptions,
    ledger: Ledger,
    choice: ModelChoice,
    selection: Selection,
    report: Report,
) -> None:
    """Turn answers into proposals and put them into the ledger, the whole chunk at once."""
    synced = []
    for plan in chunk:
        fields, unanswered = _drafts(plan, outcomes, options, choice, report)
        proposals = make_proposals(plan.data, plan.file.path, fields)
        kept = plan.passed_over | {item_hash for _, item_hash in unanswered}
        lacking = {task for task, _ in unanswered if not choice.is_none}
        if selection.is_partial and plan.passed_over:
            lacking |= set(plan.tasks)
        old = ledger.page(plan.file.path)
        is_same = old is not None and old.sha256 == digest_of(plan.data)
        digests = dict(old.plan) if old is not None and is_same else {}
        for task in plan.tasks:
            digests.pop(task, None)
            if task not in lacking:
                digests[task] = task_digest(task, options, choice)
        state = PageState(
            title=plan.title,
            book=plan.book.full_title,
            fingerprint=plan.file.fingerprint,
            sha256=digest_of(plan.data),
            items=len(plan.book.items),
            plan=digests,
            failed=_failed_by_task(plan, outcomes),
        )
        synced.append((plan.file.path, state, plan.tasks, proposals, kept))
    report.proposals.update(ledger.sync_pages(synced))


def _drafts(
    plan: PagePlan,
    outcomes: dict[str, Outcome],
    options: PlanOptions,
    choice: ModelChoice,
    report: Report,
) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """Fields of a page's proposals, and task and item of what was asked without an answer."""
    fields: list[dict[str, Any]] = []
    unanswered: list[tuple[str, str]] = []
    for planned, request in plan.planned:
        outcome = None if request is None else outcomes.get(request.key)
        answer = outcome.value if isinstance(outcome, Answered) else None
        item = planned.item
        if planned.ask is not None and not isinstance(outcome, Answered | Abstained):
            unanswered.append((planned.task, item.hash))
        if isinstance(outcome, Answered | Abstained):
            report.rejections.update(f"{planned.task}: {_name(v)}" for v in outcome.violations)
        if isinstance(outcome, Abstained):
            report.abstentions[_guard(outcome)] += 1
        for made in draft(planned, plan.book, answer, options.task):
            if isinstance(made, Abstention):
                report.abstentions[made.reason] += 1
                continue
            is_model = made.source == "model"
            fields.append(
                {
                    **_about(made),
                    "item_hash": item.hash,
                    "line": item.line,
                    "kind": item.kind,
                    "edits": made.edits,
                    "block": (item.block.start, item.block.subtree_end),
                    "page_title": plan.title,
                    "chapter": item.chapter,
                    "model": choice.label if is_model else None,
                    "prompt": request.prompt if is_model and request is not None else None,
                }
            )
    return fields, unanswered


def _failed_by_task(plan: PagePlan, outcomes: dict[str, Outcome]) -> dict[str, int]:
    """How many of a page's requests failed, but for those that a limit held back."""
    found: dict[str, int] = {}
    for planned, request in plan.planned:
        outcome = None if request is None else outcomes.get(request.key)
        if isinstance(outcome, Failed) and outcome.kind != "limit":
            found[planned.task] = found.get(planned.task, 0) + 1
    return found


def _about(made: Draft) -> dict[str, Any]:
    flag = made.flag
    said = None if flag is None else {"name": flag.name, "cause": flag.cause, "detail": flag.detail}
    return {
        "task": made.task,
        "rule": made.rule,
        "flag": said,
        "reason": made.reason,
        "source": made.source,
        "confidence": made.confidence,
    }


def _guard(outcome: Abstained) -> str:
    """The guard that spoke last, by name."""
    return _name(outcome.violations[-1]) if outcome.violations else "no answer"


def _name(violation: str) -> str:
    """The guard's name, which stands before its complaint; `schema` where pydantic speaks."""
    name, colon, _ = violation.partition(":")
    return name if colon and " " not in name else "schema"
