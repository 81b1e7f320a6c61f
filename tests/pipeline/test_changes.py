"""One answer to the question which pages have something to do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from refiner.graph.scan import Fingerprint, PageFile
from refiner.ledger import PageState
from refiner.pipeline.changes import Work, find_changes, is_review_page, tasks_to_do
from refiner.pipeline.options import Run
from refiner.pipeline.refine import dry_run, refine
from refiner.pipeline.select import Selection
from refiner.pipeline.session import open_session
from refiner.pipeline.status import summary
from tests.command import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DIGESTS = {"question": "q1", "typo": "t1"}
OLD = Fingerprint(1, 10, 1)
NEW = Fingerprint(2, 20, 1)


def state(plan: Mapping[str, str], failed: Mapping[str, int] | None = None) -> PageState:
    return PageState("A", "", OLD, "sha", 3, dict(plan), dict(failed or {}))


REASONS: dict[str, tuple[PageState | None, Fingerprint, str | None]] = {
    "not known": (None, OLD, "new pages"),
    "saved since": (state(DIGESTS), NEW, "pages that changed"),
    "as it was": (state(DIGESTS), OLD, None),
    "a task is left": (state({"typo": "t1"}), OLD, "left to do: question"),
    "another model": (
        state({"question": "q0", "typo": "t1"}),
        OLD,
        "another version, model or settings: question",
    ),
}


@pytest.mark.parametrize(("known", "now", "reason"), REASONS.values(), ids=REASONS.keys())
def test_a_page_is_looked_at_for_a_reason(
    known: PageState | None, now: Fingerprint, reason: str | None
) -> None:
    file = PageFile("pages/A.md", now)
    changes = find_changes(
        [file], {} if known is None else {"pages/A.md": known}, DIGESTS, Selection()
    )
    assert [work.reason for work in changes.work] == ([] if reason is None else [reason])
    assert changes.pages == 1
    assert changes.items == (3 if reason is None else 0)


def test_the_newest_page_comes_first() -> None:
    files = [PageFile("pages/A.md", OLD), PageFile("pages/B.md", NEW)]
    changes = find_changes(files, {}, DIGESTS, Selection())
    assert [work.file.path for work in changes.work] == ["pages/B.md", "pages/A.md"]


def test_fresh_takes_unchanged_pages_and_only_failed_leaves_all_others() -> None:
    files = [PageFile("pages/A.md", OLD), PageFile("pages/B.md", OLD)]
    known = {"pages/A.md": state(DIGESTS), "pages/B.md": state({}, {"question": 1})}
    fresh = find_changes(files, known, DIGESTS, Selection(is_fresh=True))
    assert [work.reason for work in fresh.work] == ["asked for", "left to do: question, typo"]
    failed = find_changes(files, known, DIGESTS, Selection(only_failed=True))
    assert [work.file.path for work in failed.work] == ["pages/B.md"]


def test_bytes_that_are_the_same_leave_only_the_tasks_that_changed() -> None:
    work = Work(PageFile("pages/A.md", NEW), "pages that changed", state({"typo": "t1"}))
    assert tasks_to_do(work, "sha", DIGESTS, is_fresh=False) == ("question",)
    assert tasks_to_do(work, "other", DIGESTS, is_fresh=False) == ("question", "typo")
    assert tasks_to_do(work, "sha", DIGESTS, is_fresh=True) == ("question", "typo")
    assert tasks_to_do(work._replace(state=None), "sha", DIGESTS, is_fresh=False) == (
        "question",
        "typo",
    )


def test_the_tool_s_own_pages_are_never_refined() -> None:
    assert is_review_page("refiner/review")
    assert is_review_page("refiner/review/Book")
    assert not is_review_page("refiner/reviews")


def test_status_and_dry_run_say_that_nothing_is_to_do_after_a_full_run(refined: Path) -> None:
    assert "would look at 0 of 8 pages" in run("status", refined).stdout
    with open_session([refined], None, {"model": "none"}, is_writing=False) as session:
        report, _, _ = dry_run(Run.of(session.target, session.settings, session.ledger))
        assert (report.pages, report.pages_planned) == (8, 0)
        assert summary(session)[0].endswith("would look at 0 of 8 pages")


def test_status_and_refine_agree_on_a_page_that_changed(refined: Path) -> None:
    page = next(refined.glob("pages/Queues*.md"))
    page.write_bytes(page.read_bytes() + b"\n- What is a broker? #car\n\t- A server.\n")
    lines = run("status", refined).stdout.splitlines()
    assert any("would look at 1 of 8 pages" in line for line in lines)
    assert "  1 page: pages that changed" in lines
    with open_session([refined], None, {"model": "none"}, is_writing=True) as session:
        report = refine(session.target, session.settings, session.ledger)
        assert dict(report.reasons) == {"pages that changed": 1}
        assert "would look at 0 of 8 pages" in summary(session)[0]


def test_a_page_that_was_only_touched_is_read_and_not_planned(refined: Path) -> None:
    page = next(refined.glob("pages/Queues*.md"))
    os.utime(page, (1, 1))
    with open_session([refined], None, {"model": "none"}, is_writing=True) as session:
        assert "would look at 1 of 8 pages" in summary(session)[0]
        report = refine(session.target, session.settings, session.ledger)
        assert report.pages_planned == 0
        assert "would look at 0 of 8 pages" in summary(session)[0]


def test_another_model_in_the_settings_has_its_tasks_to_do(refined: Path) -> None:
    flags = {"model": "m", "base_url": "http://127.0.0.1:9/v1"}
    with open_session([refined], None, flags, is_writing=False) as session:
        run_ = Run.of(session.target, session.settings, session.ledger)
        report, _, unsent = dry_run(run_)
        assert list(report.reasons) == ["another version, model or settings: question, cloze"]
        assert {request.task for request in unsent.values()} == {"question", "cloze"}
