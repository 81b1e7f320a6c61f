"""Which pages have something to do, and what their tasks find and ask there."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from refiner.cards import ExtractOptions, added_on, tag_name
from refiner.errors import PageError
from refiner.graph.files import read_file
from refiner.graph.target import find_pages
from refiner.llm.endpoint import ModelChoice
from refiner.logseq import DecodeError
from refiner.pipeline.detect import PlanOptions, plan_items, read_book
from refiner.pipeline.request import make_request
from refiner.tasks.model import TaskOptions
from refiner.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refiner.cards import Book, Item
    from refiner.graph.scan import PageFile
    from refiner.graph.target import Target
    from refiner.ledger import Ledger, PageState
    from refiner.llm.model import Request
    from refiner.pipeline.detect import PlannedTask
    from refiner.pipeline.report import Report, Watcher
    from refiner.settings import Settings
    from refiner.tasks.model import TaskName

# Tasks that may ask a model: a change of model or prompt plans them anew.
ASKING = frozenset({"question", "cloze"})


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
        items: These items alone, by page and line of the bullet; None for all.
    """

    glob: str | None = None
    since: date | None = None
    limit: int | None = None
    tag: str | None = None
    tasks: tuple[TaskName, ...] | None = None
    only_failed: bool = False
    is_fresh: bool = False
    items: frozenset[tuple[str, int]] | None = None

    @property
    def is_partial(self) -> bool:
        """Whether some items of a page may be passed over."""
        return (
            self.since is not None
            or self.limit is not None
            or self.tag is not None
            or self.only_failed
            or self.items is not None
        )


EVERYTHING = Selection()


@dataclass
class PagePlan:
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


def plan_pages(
    target: Target,
    options: PlanOptions,
    ledger: Ledger,
    selection: Selection,
    choice: ModelChoice,
    watcher: Watcher,
    report: Report,
) -> Iterator[PagePlan]:
    """Plan the pages that have something to do, newest first."""
    known = ledger.pages()
    digests: dict[str, str] = {n: task_digest(n, options, choice) for n in options.tasks}
    waiting = _waiting(target, known, digests, selection, report)
    left = selection.limit
    books = _Books(target, known)
    failed = ledger.failed_keys() if selection.only_failed else None
    for number, (file, reason) in enumerate(waiting):
        watcher.planning(number, len(waiting), file.path)
        state = known.get(file.path)
        try:
            data = read_file(target.root / file.path)
            tasks = options.tasks
            if state is not None and not selection.is_fresh and state.sha256 == digest_of(data):
                tasks = tuple(name for name in tasks if state.plan.get(name) != digests[name])
                if not tasks:
                    ledger.touch_page(file.path, file.fingerprint)
                    report.items += state.items
                    continue
            chosen = replace(options, tasks=tasks)
            plan = _plan_page(target, file, data, chosen, choice, selection, books)
        except PageError as error:
            report.skipped.append((file.path, error.problem))
            continue
        except DecodeError as error:
            report.skipped.append((file.path, str(error)))
            continue
        report.reasons[reason] += 1
        report.pages_planned += 1
        if failed is not None:
            _only_failed(plan, failed)
        if left is not None:
            left -= _limited(plan, left)
        for planned, _ in plan.planned:
            report.findings[planned.task] += len(planned.findings)
        report.items += len(plan.book.items)
        yield plan
        if left is not None and left <= 0:
            return
    watcher.planning(len(waiting), len(waiting), "")


def _waiting(
    target: Target,
    known: dict[str, PageState],
    digests: dict[str, str],
    selection: Selection,
    report: Report,
) -> list[tuple[PageFile, str]]:
    """Pages to look at with the reason, newest first."""
    found = find_pages(target, selection.glob)
    report.skipped += found.skipped
    if target.pages is None and selection.glob is None:
        standing = {file.path for file in found.pages}
        report.gone = [p for p in known if p not in standing and not (target.root / p).exists()]
    waiting: list[tuple[PageFile, str]] = []
    for file in found.pages:
        if "refiner" in file.path and is_review_page(target.title(file.path)):
            continue
        report.pages += 1
        state = known.get(file.path)
        reason = _reason(state, file, digests)
        if selection.only_failed and not (state is not None and state.failed):
            continue
        if selection.is_fresh or reason is not None:
            waiting.append((file, reason or "asked for"))
        elif state is not None:
            report.items += state.items
    waiting.sort(key=lambda pair: -pair[0].fingerprint.mtime_ns)
    return waiting


def digest_of(data: bytes) -> str:
    """SHA-256 of a page's bytes, hex."""
    return hashlib.sha256(data).hexdigest()


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
) -> PagePlan:
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
    return PagePlan(file, data, book.title, book, planned, options.tasks, passed_over)


def _is_chosen(item: Item, file: PageFile, target: Target, selection: Selection) -> bool:
    if selection.items is not None and (file.path, item.line) not in selection.items:
        return False
    if selection.tag is not None and tag_name(selection.tag) not in item.tags:
        return False
    if selection.since is None:
        return True
    day = added_on(item.chapter, target.config.journal_title_format)
    if day is None:
        day = date.fromtimestamp(file.fingerprint.mtime_ns / 1e9)  # noqa: DTZ012 - the person's own day
    return day >= selection.since


def _limited(plan: PagePlan, left: int) -> int:
    """Keep a page's newest items, `left` at most; how many were kept."""
    wanted = list(dict.fromkeys(one.item.index for one, _ in reversed(plan.planned)))[:left]
    kept = set(wanted)
    for item in plan.book.items:
        if item.index not in kept:
            plan.passed_over.add(item.hash)
    plan.planned = [pair for pair in plan.planned if pair[0].item.index in kept]
    return len(kept)


def _only_failed(plan: PagePlan, failed: set[str]) -> None:
    """Keep what was asked before and failed."""
    kept = [pair for pair in plan.planned if pair[1] is not None and pair[1].key in failed]
    done = {item.hash for item in plan.book.items} - {one.item.hash for one, _ in kept}
    plan.passed_over |= done
    plan.planned = kept


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
