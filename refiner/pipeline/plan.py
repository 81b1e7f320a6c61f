"""What there is to do, page by page: read, detect, select, and what to ask."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from refiner.errors import PageError
from refiner.graph.files import read_file
from refiner.logseq import DecodeError
from refiner.parallel import mapped, workers_for
from refiner.pipeline.changes import tasks_to_do
from refiner.pipeline.detect import detect
from refiner.pipeline.images import images_of
from refiner.pipeline.propose import propose
from refiner.pipeline.read import BookPages, digest_of, find_work, words_on
from refiner.pipeline.report import SILENT, Report
from refiner.pipeline.request import make_request
from refiner.pipeline.select import PageFacts, chosen_items

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from refiner.cards import Book
    from refiner.graph.scan import PageFile
    from refiner.ledger import PageState, SyncedPage
    from refiner.llm.model import Request
    from refiner.pipeline.detect import ItemFindings
    from refiner.pipeline.options import Frame, Run
    from refiner.pipeline.read import Found
    from refiner.pipeline.report import Progress
    from refiner.tasks.model import TaskName


class PageJob(NamedTuple):
    """A page that has something to do: plain values, which travel to a worker.

    Attributes:
        file: The page.
        title: Its title by its file name.
        data: Its bytes.
        tasks: The tasks that look at it.
        reason: Why, as a heading over all pages that share it.
        state: The page as it was when it was last read, or None.
        others: Paths of the other pages of its book.
    """

    file: PageFile
    title: str
    data: bytes
    tasks: tuple[TaskName, ...]
    reason: str
    state: PageState | None
    others: tuple[str, ...]


class Passed(NamedTuple):
    """A page that is not looked at: why, or "" where its bytes are the same as before."""

    file: PageFile
    reason: str
    items: int = 0


@dataclass
class PagePlan:
    """A page with what its tasks found and ask.

    Attributes:
        file: The page.
        data: Its bytes.
        book: Its items, and what surrounds them.
        tasks: The tasks that looked at it.
        reason: Why they did.
        state: The page as it was when it was last read, or None.
        planned: What each found on each item that is meant, and the request that this takes.
        passed_over: Hashes of the items that are not meant.
    """

    file: PageFile
    data: bytes
    book: Book
    tasks: tuple[TaskName, ...]
    reason: str
    state: PageState | None
    planned: list[tuple[ItemFindings, Request | None]]
    passed_over: set[str]

    @property
    def requests(self) -> list[Request]:
        """What is asked about the page."""
        return [request for _, request in self.planned if request is not None]


class SettledPage(NamedTuple):
    """A page that asks nothing: what it holds, and what is told of it."""

    synced: SyncedPage
    report: Report


Looked = PagePlan | SettledPage | Passed


def plan_pages(run: Run, report: Report, progress: Progress = SILENT) -> Generator[PagePlan]:
    """Plan the pages that have something to do, newest first.

    Args:
        run: What is meant.
        report: Hears what was found and skipped.
        progress: Hears how far it is.

    Raises:
        UserError: The graph, or the folder named, holds no page.
    """
    for looked in _look_at(run, report, progress, partial(plan_page, frame=run.frame)):
        if isinstance(looked, PagePlan):
            yield looked


def settle_pages(
    run: Run, report: Report, progress: Progress = SILENT
) -> Generator[PagePlan | SettledPage]:
    """As `plan_pages`, and pages that ask nothing are settled where they are looked at."""
    is_counted = run.selection.limit is not None or run.selection.only_failed
    look = plan_page if is_counted else settle_page
    yield from _look_at(run, report, progress, partial(look, frame=run.frame))


def plan_page(job: PageJob | Passed, frame: Frame) -> PagePlan | Passed:
    """Look at one page: reads no file but its book's other pages and images that are sent."""
    if isinstance(job, Passed):
        return job
    options = replace(frame.options, tasks=job.tasks)
    try:
        page = detect(job.data, job.title, options, words_on(frame.root, job.others))
    except DecodeError as error:
        return Passed(job.file, str(error))
    path = job.file.path
    saved = date.fromtimestamp(job.file.fingerprint.mtime_ns / 1e9)  # noqa: DTZ012 - the person's own day
    facts = PageFacts(path, saved, frame.title_format)
    chosen = chosen_items(page.book, frame.selection, facts)
    planned: list[tuple[ItemFindings, Request | None]] = []
    for found in page.found:
        if found.item.index in chosen:
            request = None
            if found.ask is not None and not frame.model.is_none:
                images = images_of(frame, path, found.ask.images)
                request = make_request(found.task, found.ask, frame.model, images)
            planned.append((found, request))
    passed_over = {item.hash for item in page.book.items if item.index not in chosen}
    return PagePlan(
        job.file, job.data, page.book, job.tasks, job.reason, job.state, planned, passed_over
    )


def settle_page(job: PageJob | Passed, frame: Frame) -> Looked:
    """Look at one page, and make its proposals where nothing is asked about it."""
    plan = plan_page(job, frame)
    if isinstance(plan, Passed) or plan.requests:
        return plan
    report = Report()
    report.planned(plan)
    return SettledPage(propose(plan, {}, frame, report), report)


def _look_at(
    run: Run,
    report: Report,
    progress: Progress,
    look: Callable[[PageJob | Passed], Looked],
) -> Generator[PagePlan | SettledPage]:
    found = find_work(run)
    total = len(found.changes.work)
    report.pages += found.changes.pages
    report.items += found.changes.items
    report.skipped += found.skipped
    report.gone = [*found.gone]
    left = run.selection.limit
    failed = run.ledger.failed_keys() if run.selection.only_failed else None
    with closing(_mapped(look, _jobs(run, found), run, total)) as looked_at:
        for number, (job, looked) in enumerate(looked_at):
            progress.planning(number, total, job.file.path)
            if isinstance(looked, Passed):
                _pass(looked, run, report)
            elif isinstance(looked, SettledPage):
                report.add(looked.report)
                yield looked
            elif isinstance(looked, PagePlan):
                if failed is not None:
                    _keep_failed(looked, failed)
                if left is not None:
                    left -= _keep_newest(looked, left)
                report.planned(looked)
                yield looked
                if left is not None and left <= 0:
                    return
            else:
                report.skipped.append((job.file.path, str(looked)))
    progress.planning(total, total, "")


def _mapped(
    look: Callable[[PageJob | Passed], Looked],
    jobs: Iterator[PageJob | Passed],
    run: Run,
    pages: int,
) -> Generator[tuple[PageJob | Passed, Looked | object]]:
    """Each page with what was seen there, or with why nobody could look."""
    if run.engine is not None:
        return run.engine.mapped(look, jobs, partial(_stays, frame=run.frame))
    limit = run.selection.limit
    most = pages if limit is None else min(pages, limit)
    return mapped(look, jobs, workers_for(most, run.settings.jobs))


def _stays(job: PageJob | Passed, frame: Frame) -> bool:
    """Whether looking at a page takes other files of the graph."""
    return isinstance(job, Passed) or bool(job.others) or frame.options.images != "none"


def _jobs(run: Run, found: Found) -> Iterator[PageJob | Passed]:
    """The pages that have something to do, read."""
    books: BookPages | None = None
    for work in found.changes.work:
        path = work.file.path
        try:
            data = read_file(run.target.root / path)
        except PageError as error:
            yield Passed(work.file, error.problem)
            continue
        sha256 = digest_of(data)
        tasks = tasks_to_do(work, sha256, run.digests, is_fresh=run.selection.is_fresh)
        if work.state is not None and not tasks:
            yield Passed(work.file, "", work.state.items)
            continue
        books = books or BookPages(run.target, found.known)
        title, others = run.target.title(path), books.others(path, data)
        yield PageJob(work.file, title, data, tasks, work.reason, work.state, others)


def _pass(page: Passed, run: Run, report: Report) -> None:
    if page.reason:
        report.skipped.append((page.file.path, page.reason))
    else:
        run.ledger.touch_page(page.file.path, page.file.fingerprint)
        report.items += page.items


def _keep_newest(plan: PagePlan, left: int) -> int:
    """Keep a page's newest items, `left` at most; how many were kept."""
    seen = (one for one, _ in reversed(plan.planned) if one.findings or one.ask is not None)
    wanted = list(dict.fromkeys(one.item.index for one in seen))[:left]
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
