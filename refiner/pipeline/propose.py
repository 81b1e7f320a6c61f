"""Outcomes to proposals: what a page holds once its answers are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.ledger import PageState, SyncedPage
from refiner.llm.model import Abstained, Answered, Failed
from refiner.logseq import Span
from refiner.pipeline.detect import draft
from refiner.pipeline.read import digest_of
from refiner.proposals import Abstention, PlacedDraft, make_proposals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refiner.llm.model import Outcome, Request
    from refiner.pipeline.detect import ItemFindings
    from refiner.pipeline.options import Frame
    from refiner.pipeline.plan import PagePlan
    from refiner.pipeline.report import Report
    from refiner.proposals import Draft
    from refiner.tasks.model import TaskName


def propose(
    plan: PagePlan, outcomes: Mapping[str, Outcome], frame: Frame, report: Report
) -> SyncedPage:
    """Turn a page's findings and answers into proposals, ready for the ledger.

    Args:
        plan: The page.
        outcomes: What came of its requests, by key.
        frame: What the run looks at pages with.
        report: Hears what was dropped.
    """
    placed: list[PlacedDraft] = []
    unanswered: list[tuple[TaskName, str]] = []
    for found, request in plan.planned:
        outcome = None if request is None else outcomes.get(request.key)
        is_answered = isinstance(outcome, Abstained) or (
            isinstance(outcome, Answered) and not outcome.waits
        )
        if found.ask is not None and not is_answered:
            unanswered += [(task, found.item.hash) for task in _asked_tasks(found)]
        report.heard(found.task, outcome)
        if not found.tasks and request is not None and _comes_later(outcome):
            continue  # rules alone would propose less than the next run will
        answer = outcome.value if isinstance(outcome, Answered) else None
        for made in draft(found, plan.book, answer, frame.options.task):
            if isinstance(made, Abstention):
                report.abstentions[made.reason] += 1
            elif made.rule in frame.options.mute:
                report.muted[made.rule] += 1
            else:
                placed.append(_placed(made, found, request, plan, frame))
    return SyncedPage(
        path=plan.file.path,
        state=_page_state(plan, outcomes, frame, {task for task, _ in unanswered}),
        tasks=plan.tasks,
        proposals=make_proposals(plan.data, plan.file.path, placed),
        kept=plan.passed_over | {item_hash for _, item_hash in unanswered},
    )


def _comes_later(outcome: Outcome | None) -> bool:
    """Whether a request was held back, or lost on the way: the next run asks it."""
    return outcome is None or (
        isinstance(outcome, Failed) and outcome.kind in {"limit", "transport"}
    )


def _asked_tasks(found: ItemFindings) -> tuple[TaskName, ...]:
    """The tasks that a request was sent for."""
    if not found.tasks:
        return (found.task,)
    from refiner.tasks.editor.model import asked_of_large

    return tuple(name for name in found.tasks if name in asked_of_large())


def _placed(
    made: Draft, found: ItemFindings, request: Request | None, plan: PagePlan, frame: Frame
) -> PlacedDraft:
    """A draft with its item, and who worded it."""
    item = found.item
    is_model = made.source == "model"
    return PlacedDraft(
        draft=made,
        item_hash=item.hash,
        line=item.line,
        kind=item.kind,
        block=Span(item.block.start, item.block.subtree_end),
        page_title=plan.book.title,
        chapter=item.chapter,
        model=frame.model.label if is_model else None,
        prompt=request.prompt if is_model and request is not None else None,
        lang=item.lang or item.answer_lang,
    )


def _page_state(
    plan: PagePlan, outcomes: Mapping[str, Outcome], frame: Frame, unanswered: set[TaskName]
) -> PageState:
    """The page as it was read, with the tasks that have nothing left to do on it."""
    sha256 = digest_of(plan.data)
    lacking = set() if frame.model.is_none else set(unanswered)
    if frame.selection.is_partial and plan.passed_over:
        lacking |= set(plan.tasks)
    old = plan.state
    digests = dict(old.plan) if old is not None and old.sha256 == sha256 else {}
    for task in plan.tasks:
        digests.pop(task, None)
        if task not in lacking:
            digests[task] = frame.digests[task]
    return PageState(
        title=plan.book.title,
        book=plan.book.full_title,
        fingerprint=plan.file.fingerprint,
        sha256=sha256,
        items=len(plan.book.items),
        plan=digests,
        failed=_failed_by_task(plan, outcomes),
    )


def _failed_by_task(plan: PagePlan, outcomes: Mapping[str, Outcome]) -> dict[str, int]:
    """How many of a page's requests failed, but for those that a limit held back."""
    failed: dict[str, int] = {}
    for found, request in plan.planned:
        outcome = None if request is None else outcomes.get(request.key)
        if isinstance(outcome, Failed) and outcome.kind != "limit":
            for task in _asked_tasks(found):
                failed[task] = failed.get(task, 0) + 1
    return failed
