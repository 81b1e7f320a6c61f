"""What there is to do, page by page: read, detect, select, and what to ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from refiner.errors import PageError
from refiner.graph.files import read_file
from refiner.logseq import DecodeError
from refiner.pipeline.changes import tasks_to_do
from refiner.pipeline.detect import detect
from refiner.pipeline.images import images_of
from refiner.pipeline.read import BookWords, digest_of, find_work
from refiner.pipeline.report import SILENT
from refiner.pipeline.request import make_request
from refiner.pipeline.select import PageFacts, chosen_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.cards import Book
    from refiner.graph.scan import PageFile
    from refiner.llm.model import Request
    from refiner.pipeline.detect import ItemFindings
    from refiner.pipeline.options import Run
    from refiner.pipeline.report import Progress, Report
    from refiner.tasks.model import TaskName


@dataclass
class PagePlan:
    """A page with what its tasks found and ask.

    Attributes:
        file: The page.
        data: Its bytes.
        book: Its items, and what surrounds them.
        tasks: The tasks that looked at it.
        planned: What each found on each item that is meant, and the request that this takes.
        passed_over: Hashes of the items that are not meant.
    """

    file: PageFile
    data: bytes
    book: Book
    tasks: tuple[TaskName, ...]
    planned: list[tuple[ItemFindings, Request | None]]
    passed_over: set[str]


def plan_pages(run: Run, report: Report, progress: Progress = SILENT) -> Iterator[PagePlan]:
    """Plan the pages that have something to do, newest first.

    Args:
        run: What is meant.
        report: Hears what was found and skipped.
        progress: Hears how far it is.

    Raises:
        UserError: The graph, or the folder named, holds no page.
    """
    found = find_work(run)
    work = found.changes.work
    report.pages += found.changes.pages
    report.items += found.changes.items
    report.skipped += found.skipped
    report.gone = [*found.gone]
    left = run.selection.limit
    words = BookWords(run.target, found.known)
    failed = run.ledger.failed_keys() if run.selection.only_failed else None
    for number, one in enumerate(work):
        path = one.file.path
        progress.planning(number, len(work), path)
        try:
            data = read_file(run.target.root / path)
            sha256 = digest_of(data)
            tasks = tasks_to_do(one, sha256, run.digests, is_fresh=run.selection.is_fresh)
            if one.state is not None and not tasks:
                run.ledger.touch_page(path, one.file.fingerprint)
                report.items += one.state.items
                continue
            plan = _plan_page(run, one.file, data, tasks, words)
        except PageError as error:
            report.skipped.append((path, error.problem))
            continue
        except DecodeError as error:
            report.skipped.append((path, str(error)))
            continue
        report.skipped += [(f"{path}:{line}", reason) for line, reason in plan.book.left_out]
        if failed is not None:
            _keep_failed(plan, failed)
        if left is not None:
            left -= _keep_newest(plan, left)
        report.planned(one.reason, plan)
        yield plan
        if left is not None and left <= 0:
            return
    progress.planning(len(work), len(work), "")


def _plan_page(
    run: Run, file: PageFile, data: bytes, tasks: tuple[TaskName, ...], words: BookWords
) -> PagePlan:
    title = run.target.title(file.path)
    options = replace(run.options, tasks=tasks)
    page = detect(data, title, options, words.beside(file.path, data))
    saved = date.fromtimestamp(file.fingerprint.mtime_ns / 1e9)  # noqa: DTZ012 - the person's own day
    facts = PageFacts(file.path, saved, run.target.config.journal_title_format)
    chosen = chosen_items(page.book, run.selection, facts)
    planned: list[tuple[ItemFindings, Request | None]] = []
    for found in page.found:
        if found.item.index in chosen:
            request = None
            if found.ask is not None and not run.model.is_none:
                images = images_of(run, file.path, found.ask.images)
                request = make_request(found.task, found.ask, run.model, images)
            planned.append((found, request))
    passed_over = {item.hash for item in page.book.items if item.index not in chosen}
    return PagePlan(file, data, page.book, tasks, planned, passed_over)


def _keep_newest(plan: PagePlan, left: int) -> int:
    """Keep a page's newest items, `left` at most; how many were kept."""
    wanted = list(dict.fromkeys(one.item.index for one, _ in reversed(plan.planned)))[:left]
    kept = set(wanted)
    for item in plan.book.items:
        if item.index not in kept:
            plan.passed_over.add(item.hash)
    plan.planned = [pair for pair in plan.planned if pair[0].item.index in kept]
    return len(kept)


def _keep_failed(plan: PagePlan, failed: set[str]) -> None:
    """Keep what was asked before and failed."""
    kept = [pair for pair in plan.planned if pair[1] is not None and pair[1].key in failed]
    plan.passed_over |= {item.hash for item in plan.book.items} - {one.item.hash for one, _ in kept}
    plan.planned = kept
