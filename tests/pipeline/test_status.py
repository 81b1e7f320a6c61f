"""What `status` says of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.ledger import PageState, SyncedPage
from refiner.llm.model import Message, Request, Usage
from refiner.llm.store import StoredAnswer
from refiner.pipeline.session import open_session
from refiner.pipeline.status import spent_rows, status_rows, summary
from refiner.settings import Price
from tests.command import run
from tests.proposals.made import PAGE, edit, propose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refiner.pipeline.session import Session

TYPO = propose(PAGE, edit(PAGE, "registy", "registry"))
JOIN = propose(PAGE, edit(PAGE, "contain- ner", "container"), task="whitespace")
STATE = PageState("One", "", (1, 2, 3), "sha", 2, {}, {"question": 2})


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    page = tmp_path / "graph" / "pages" / "One.md"
    page.parent.mkdir(parents=True)
    page.write_bytes(PAGE)
    flags = {"model": "none", "prices": {"m": Price(input=1, output=10, cached=0.5)}}
    with open_session([tmp_path / "graph"], None, flags, is_writing=True) as opened:
        synced = SyncedPage("pages/One.md", STATE, ("typo", "whitespace"), [TYPO, JOIN])
        opened.ledger.sync_pages([synced])
        yield opened


def test_proposals_are_counted_by_page_task_and_state(session: Session) -> None:
    session.ledger.decide([JOIN.id], "rejected", "command")
    assert [(row.page, row.task, row.counts) for row in status_rows(session)] == [
        ("pages/One.md", "question", {"failed": 2}),
        ("pages/One.md", "typo", {"pending": 1}),
        ("pages/One.md", "whitespace", {"rejected": 1}),
    ]


def test_what_was_asked_is_summed_with_its_cost(session: Session) -> None:
    for key in ("a", "b"):
        message = Message("user", "?")
        request = Request(key, "question", "question@1", "m", (message,), Price)
        usage = Usage(prompt_tokens=1_000, cached_tokens=400, completion_tokens=100)
        session.ledger.save_answer(request, StoredAnswer("{}", (), usage, 0.1))
    (row,) = spent_rows(session)
    assert (row.task, row.model, row.requests, row.prompt_tokens) == ("question", "m", 2, 2_000)
    assert row.cost_usd == pytest.approx(2 * (600 * 1 + 400 * 0.5 + 100 * 10) / 1e6)


def test_an_interrupted_run_is_told_as_such(session: Session) -> None:
    session.ledger.begin_run("refine", "none")
    assert summary(session)[-1].endswith("with none, interrupted")


def test_counts_have_their_plural_right(session: Session) -> None:
    lines = summary(session)
    assert lines[0].endswith("would look at 1 of 1 page")
    assert lines[1] == "  1 page: pages that changed"
    session.ledger.end_run(session.ledger.begin_run("refine", "none"), {
        "requests": 1, "seconds": 0.5, "cost_usd": None,
    })  # fmt: skip
    assert ": 1 request, 0.5 s" in summary(session)[-1]


def test_status_without_a_usable_model_still_answers(refined: Path) -> None:
    (refined / "refiner.toml").write_text('model = "gone.gguf"\n')
    done = run("status", refined)
    assert (done.returncode, "would look at" in done.stdout) == (0, True)
