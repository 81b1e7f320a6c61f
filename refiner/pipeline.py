"""The stages in order: pages, findings, requests, answers, proposals, ledger.

`refine` reads top to bottom. It never writes to a source page.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from refiner.asking import estimated_tokens, make_request
from refiner.cards import ExtractOptions, added_on
from refiner.errors import EndpointError, ModelError, NotInstalledError, PageError
from refiner.graph.write import read_file
from refiner.ledger import PageState
from refiner.llm.client import Limits, complete, recall
from refiner.llm.endpoint import ModelChoice, open_endpoint
from refiner.llm.model import Abstained, Answered, Failed, Usage
from refiner.logseq import DecodeError
from refiner.planning import PlanOptions, draft, plan_items, read_book
from refiner.proposals import make_proposals
from refiner.targets import find_pages
from refiner.tasks.model import Abstention, Draft, TaskOptions
from refiner.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from refiner.cards import Book, Item
    from refiner.graph.scan import PageFile
    from refiner.ledger import Ledger
    from refiner.llm.endpoint import Endpoint
    from refiner.llm.model import Outcome, Request
    from refiner.planning import PlannedTask
    from refiner.proposals import Proposal
    from refiner.settings import Settings
    from refiner.targets import Target
    from refiner.tasks.model import TaskName

# Tasks that may ask a model: a change of model or prompt plans them anew.
ASKING = frozenset({"question", "cloze", "truncation"})
CHUNK_REQUESTS = 64
CHUNK_PAGES = 64


@dataclass(frozen=True)
class Selection:
    """Which items a run looks at; the default is all.

    Attributes:
        glob: Pages by path, file name or title.
        since: Items that came in on this day or later.
        limit: At most so many items with something to mend, newest first.
        tag: Items with this tag.
        tasks: These tasks alone; None for those of the settings.
        only_failed: Pages alone on which a request failed.
        is_fresh: Plan pages anew that have not changed.
    """

    glob: str | None = None
    since: date | None = None
    limit: int | None = None
    tag: str | None = None
    tasks: tuple[TaskName, ...] | None = None
    only_failed: bool = False
    is_fresh: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether some items of a page may be passed over."""
        return self.since is not None or self.limit is not None or self.tag is not None


@dataclass
class Report:
    """What a run did: `as_json` is what is kept of it in the ledger."""

    pages: int = 0
    pages_planned: int = 0
    items: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    proposals: Counter[str] = field(default_factory=Counter)
    abstentions: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    cached: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = None
    seconds: float = 0.0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "pages": self.pages,
            "pages_planned": self.pages_planned,
            "items": self.items,
            "findings": dict(self.findings),
            "proposals": dict(self.proposals),
            "abstentions": dict(self.abstentions),
            "requests": self.requests,
            "cached": self.cached,
            "failed": dict(self.failed),
            "prompt_tokens": self.usage.prompt_tokens,
            "completion_tokens": self.usage.completion_tokens,
            "cost_usd": self.cost_usd,
            "seconds": round(self.seconds, 3),
        }


@dataclass
class PlannedRequests:
    """One task's part of a plan, for a dry run."""

    items: int = 0
    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Watcher:
    """Hears how far a run is; the default does nothing."""

    def planning(self, done: int, total: int, page: str) -> None:
        """A page is being planned."""

    def asking(self, done: int, total: int, task: str) -> None:
        """A request has ended."""

    def tell(self, text: str) -> None:
        """Something takes long."""


EVERYTHING = Selection()
SILENT = Watcher()


@dataclass
class _PagePlan:
    """A page with what its tasks found and ask."""

    file: PageFile
    data: bytes
    title: str
    book: Book
    planned: list[tuple[PlannedTask, Request | None]]
    tasks: tuple[TaskName, ...]
    passed_over: set[str]


def plan_options(settings: Settings, tasks: Sequence[TaskName] | None = None) -> PlanOptions:
    """The settings that decide what is found and asked."""
    return PlanOptions(
        tasks=tuple(name for name in settings.tasks if tasks is None or name in tasks),
        extract=ExtractOptions(
            settings.card_tags, settings.passage_tags, settings.metadata_patterns
        ),
        task=TaskOptions(
            cloze_tag=settings.cloze_tag,
            cloze_place=settings.cloze_place,
            card_tags=settings.card_tags,
            passage_tags=settings.passage_tags,
        ),
    )


def model_choice(settings: Settings) -> ModelChoice:
    """The model that the settings name."""
    return ModelChoice(
        settings.model,
        settings.base_url,
        settings.api_key_env,
        insecure=settings.insecure,
        threads=settings.threads,
    )


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
    on_proposals: Callable[[Sequence[Proposal]], None] = lambda _found: None,
) -> Report:
    """Find what is wrong, ask what must be asked, and keep the proposals in the ledger.

    Args:
        target: The graph or its pages.
        settings: All settings.
        ledger: The graph's.
        selection: Which items.
        watcher: Hears how far the run is.
        on_proposals: Hears of each page's proposals when they stand in the ledger.

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
    options = plan_options(settings, selection.tasks)
    run = ledger.begin_run("refine", choice.label)
    try:
        with ExitStack() as stack:
            endpoint = _LazyEndpoint(choice, stack, watcher)
            for chunk in _chunks(
                _plans(target, options, ledger, selection, choice, watcher, report)
            ):
                outcomes = _ask(chunk, endpoint, ledger, settings, watcher, report)
                _propose(
                    chunk,
                    outcomes,
                    options,
                    ledger,
                    choice,
                    selection,
                    report,
                    on_proposals,
                )
        if target.pages is None and selection.glob is None:
            _forget_vanished(target, ledger)
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
    for plan in _plans(target, options, ledger, selection, choice, watcher, report):
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


def cost_usd(settings: Settings, model: str, usage: Usage) -> float | None:
    """What usage costs by the settings' prices, or None where no price is known."""
    price = settings.prices.get(model)
    if price is None:
        return None
    cached_price = price.input if price.cached is None else price.cached
    fresh = usage.prompt_tokens - usage.cached_tokens
    return (
        fresh * price.input
        + usage.cached_tokens * cached_price
        + usage.completion_tokens * price.output
    ) / 1e6


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


def _plans(
    target: Target,
    options: PlanOptions,
    ledger: Ledger,
    selection: Selection,
    choice: ModelChoice,
    watcher: Watcher,
    report: Report,
) -> Iterator[_PagePlan]:
    """Plan the pages that have something to do, newest first."""
    found = find_pages(target, selection.glob)
    report.pages = len(found.pages)
    report.skipped += found.skipped
    known = ledger.pages()
    digests: dict[str, str] = {n: task_digest(n, options, choice) for n in options.tasks}
    waiting: list[tuple[PageFile, str]] = []
    for file in found.pages:
        if is_review_page(target.title(file.path)):
            report.pages -= 1
            continue
        state = known.get(file.path)
        reason = _reason(state, file, digests)
        if selection.is_fresh or reason is not None:
            waiting.append((file, reason or "asked for"))
        elif state is not None:
            report.items += state.items
    waiting.sort(key=lambda pair: -pair[0].fingerprint.mtime_ns)
    left = selection.limit
    books = _Books(target, known)
    for number, (file, reason) in enumerate(waiting):
        watcher.planning(number, len(waiting), file.path)
        try:
            data = read_file(target.root / file.path)
        except PageError as error:
            report.skipped.append((file.path, error.problem))
            continue
        state = known.get(file.path)
        sha = hashlib.sha256(data).hexdigest()
        tasks = options.tasks
        if state is not None and state.sha256 == sha and not selection.is_fresh:
            tasks = tuple(name for name in tasks if state.plan.get(name) != digests[name])
            if not tasks:
                ledger.touch_page(file.path, file.fingerprint)
                report.items += state.items
                continue
        try:
            plan = _plan_page(
                target, file, data, replace(options, tasks=tasks), choice, selection, books
            )
        except DecodeError as error:
            report.skipped.append((file.path, str(error)))
            continue
        report.reasons[reason] += 1
        report.pages_planned += 1
        if left is not None:
            left -= _limited(plan, left)
        for planned, _ in plan.planned:
            report.findings[planned.task] += len(planned.findings)
        report.items += len(plan.book.items)
        yield plan
        if left is not None and left <= 0:
            return
    watcher.planning(len(waiting), len(waiting), "")


def _reason(state: PageState | None, file: PageFile, digests: dict[str, str]) -> str | None:
    """Why a page is looked at, or None."""
    if state is None:
        return "new pages"
    if state.fingerprint != file.fingerprint:
        return "pages that changed"
    changed = [name for name, digest in digests.items() if state.plan.get(name) != digest]
    if not changed:
        return None
    missing = [name for name in changed if name not in state.plan]
    if missing:
        return f"left to do: {', '.join(missing)}"
    return f"another version, model or settings: {', '.join(changed)}"


def _plan_page(
    target: Target,
    file: PageFile,
    data: bytes,
    options: PlanOptions,
    choice: ModelChoice,
    selection: Selection,
    books: _Books,
) -> _PagePlan:
    title = target.title(file.path)
    _, book = read_book(data, title, options.extract)
    if book.full_title and book.items:
        words = books.words(book.full_title, file.path)
        if words:
            _, book = read_book(data, title, options.extract, words=words)
    chosen = {item.index for item in book.items if _is_chosen(item, file, target, selection)}
    passed_over = {item.hash for item in book.items if item.index not in chosen}
    planned: list[tuple[PlannedTask, Request | None]] = []
    for one in plan_items(book, options.tasks):
        if one.item.index not in chosen:
            continue
        request = None
        if one.ask is not None and not choice.is_none:
            request = make_request(one.task, one.ask, choice.identity)
        planned.append((one, request))
    return _PagePlan(file, data, book.title, book, planned, options.tasks, passed_over)


def _is_chosen(item: Item, file: PageFile, target: Target, selection: Selection) -> bool:
    if selection.tag is not None and selection.tag.lstrip("#").lower() not in item.tags:
        return False
    if selection.since is None:
        return True
    day = added_on(item.chapter, target.config.journal_title_format)
    if day is None:
        day = date.fromtimestamp(file.fingerprint.mtime_ns / 1e9)  # noqa: DTZ012 - the person's own day
    return day >= selection.since


def _limited(plan: _PagePlan, left: int) -> int:
    """Keep a page's newest items, `left` at most; how many were kept."""
    wanted = list(dict.fromkeys(one.item.index for one, _ in reversed(plan.planned)))[:left]
    kept = set(wanted)
    for item in plan.book.items:
        if item.index not in kept:
            plan.passed_over.add(item.hash)
    plan.planned = [pair for pair in plan.planned if pair[0].item.index in kept]
    return len(kept)


def _chunks(plans: Iterator[_PagePlan]) -> Iterator[list[_PagePlan]]:
    """Pages enough that a model's prompt cache pays, few enough to fit in memory."""
    chunk: list[_PagePlan] = []
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
    chunk: list[_PagePlan],
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
            report.usage += outcome.usage
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
        max_requests=_left(settings.max_requests, report.requests),
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
    chunk: list[_PagePlan],
    outcomes: dict[str, Outcome],
    options: PlanOptions,
    ledger: Ledger,
    choice: ModelChoice,
    selection: Selection,
    report: Report,
    on_proposals: Callable[[Sequence[Proposal]], None],
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
        old = ledger.pages().get(plan.file.path) if len(plan.tasks) < len(options.tasks) else None
        is_same = old is not None and old.sha256 == hashlib.sha256(plan.data).hexdigest()
        digests = dict(old.plan) if old is not None and is_same else {}
        for task in plan.tasks:
            digests.pop(task, None)
            if task not in lacking:
                digests[task] = task_digest(task, options, choice)
        state = PageState(
            title=plan.title,
            book=plan.book.full_title,
            fingerprint=plan.file.fingerprint,
            sha256=hashlib.sha256(plan.data).hexdigest(),
            items=len(plan.book.items),
            plan=digests,
        )
        synced.append((plan.file.path, state, plan.tasks, proposals, kept))
    ledger.sync_pages(synced)
    for path, _, _, proposals, _ in synced:
        made = {proposal.id for proposal in proposals}
        standing = [p for p in ledger.proposals(("pending", "accepted"), path) if p.id in made]
        for proposal in standing:
            report.proposals[proposal.task] += 1
        on_proposals(standing)


def _drafts(
    plan: _PagePlan,
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
    last = outcome.violations[-1] if outcome.violations else "no answer"
    return last.partition(":")[0]


def _forget_vanished(target: Target, ledger: Ledger) -> None:
    known = ledger.pages()
    gone = [path for path in known if not (target.root / path).exists()]
    if gone:
        ledger.drop_pages(gone)


def task_digest(task: str, options: PlanOptions, choice: ModelChoice) -> str:
    """16 hex digits over all but the page that decides what a task proposes."""
    extract, settings = options.extract, options.task
    parts: list[Any] = [
        VERSION,
        extract.card_tags,
        extract.passage_tags,
        extract.metadata_patterns,
        [settings.cloze_tag, settings.cloze_place] if task == "cloze" else [],
    ]
    if task in ASKING and not choice.is_none:
        parts += [_prompt_id(task), choice.identity]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@lru_cache
def _prompt_id(task: str) -> str:
    from refiner.llm.prompt import load_prompt

    return load_prompt(task).id


def is_review_page(title: str) -> bool:
    """Whether a page is one of the tool's own: never refined."""
    return title == "refiner/review" or title.startswith("refiner/review/")


class _Books:
    """The words of the graph's other pages of the same book."""

    def __init__(self, target: Target, known: dict[str, PageState]) -> None:
        self._root = target.root
        self._pages: dict[str, list[str]] = {}
        for path, state in known.items():
            if state.book:
                self._pages.setdefault(state.book, []).append(path)

    def words(self, book: str, path: str) -> dict[str, int]:
        """How often each word occurs on the book's other pages."""
        from refiner.cards.extract import WORD

        counts: Counter[str] = Counter()
        others = self._pages.setdefault(book, [])
        for other in others:
            if other != path:
                try:
                    text = (self._root / other).read_text(encoding="utf-8")
                except (OSError, UnicodeDecodeError):
                    continue
                counts.update(WORD.findall(text.lower()))
        if path not in others:
            others.append(path)
        return counts
