"""A book that grows in steps as Readwise syncs it: only new content is ever asked about."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Request, Response

from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.pipeline.options import Run
from refiner.pipeline.refine import dry_run, refine
from refiner.pipeline.select import Selection
from refiner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer

HEAD = 'full-title:: "Soil"\n\n- Highlights\n'
CARDS = [
    f"\t- About {name} soil #car\n\t\t- A {name} soil holds water for {n} days after the rain has stopped.\n"
    for n, name in enumerate(("sandy", "loamy", "chalky", "peaty", "silty"), 2)
]


class Sync:
    """A graph with one book, and an endpoint that counts what it is asked."""

    def __init__(self, root: Path, server: HTTPServer) -> None:
        self.page = root / "pages" / "Soil.md"
        self.page.parent.mkdir(parents=True)
        self.target = locate([root])
        self.ledger = Ledger(root.parent / "ledger.db")
        self.settings = Settings(model="recorded", base_url=server.url_for("/v1"), concurrency=2)
        self.asked: list[str] = []
        server.expect_request("/v1/chat/completions").respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        asked: dict[str, Any] = json.loads(request.data)
        said = asked["messages"][-1]["content"]
        self.asked.append(said)
        name = re.search(r"(sandy|loamy|chalky|peaty|silty|heavy)", said)
        subject = "" if name is None else name[1]
        content = json.dumps(
            {"questions": [f"How long does a {subject} soil hold water after the rain?"]}
        )
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": content},
        }
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "recorded"}
        return Response(
            json.dumps({**body, "choices": [choice], "usage": usage}),
            content_type="application/json",
        )

    def run(self, *cards: str) -> int:
        """Write the book and refine; how many requests were sent."""
        if cards:
            self.page.write_text(HEAD + "".join(cards), encoding="utf-8")
        before = len(self.asked)
        refine(self.target, self.settings, self.ledger)
        return len(self.asked) - before

    def run_gone(self) -> int:
        """Refine while the book is not there, but another page is."""
        (self.page.parent / "Other.md").write_text("- nothing", encoding="utf-8")
        return self.run()

    def pending(self) -> list[str]:
        return [p.after.partition("?")[0] for p in self.ledger.proposals()]


@pytest.fixture
def sync(tmp_path: Path, httpserver: HTTPServer) -> Iterator[Sync]:
    made = Sync(tmp_path / "graph", httpserver)
    yield made
    made.ledger.close()


def test_a_sync_replayed(sync: Sync) -> None:
    assert sync.run(*CARDS[:2]) == 2
    assert sync.run() == 0  # nothing changed
    assert sync.run(*CARDS[:3]) == 1  # one highlight appended
    rejected = sync.ledger.proposals()[0]
    sync.ledger.decide([rejected.id], "rejected", "command")
    assert sync.run(CARDS[2], *CARDS[:2]) == 0  # a block moved
    assert len(sync.pending()) == 2
    changed = CARDS[1].replace("loamy", "heavy")
    assert sync.run(CARDS[2], CARDS[0], changed) == 1  # a block edited
    accepted = sync.ledger.proposals()[0]
    sync.ledger.decide([accepted.id], "accepted", "command")
    sync.page = sync.page.rename(sync.page.with_name("Soil, second edition.md"))
    assert sync.run() == 0  # the page renamed
    assert len(sync.pending()) == 2
    assert {p.note for p in sync.ledger.proposals()} == {"", "accepted before"}
    assert sync.run(*CARDS[:3], changed, CARDS[3]) == 1  # another highlight
    sync.page.unlink()
    assert sync.run_gone() == 0
    sync.page = sync.page.with_name("Exported anew.md")
    assert sync.run(*CARDS[:3], changed, CARDS[3]) == 0  # deleted and exported under another title
    assert rejected.after.partition("?")[0] not in sync.pending()
    assert sync.run(*CARDS, changed) == 1


def test_what_failed_is_told_and_asked_again_alone(sync: Sync, httpserver: HTTPServer) -> None:
    httpserver.clear()
    httpserver.expect_request("/v1/chat/completions").respond_with_data("no", status=400)
    sync.page.write_text(HEAD + "".join(CARDS[:2]), encoding="utf-8")
    report = refine(sync.target, sync.settings, sync.ledger)
    assert report.failed == {"bad_request": 2}
    assert sync.ledger.pages()["pages/Soil.md"].failed == {"question": 2}
    httpserver.clear()
    httpserver.expect_request("/v1/chat/completions").respond_with_handler(sync.answer)
    sync.page.write_text(HEAD + "".join(CARDS[:3]), encoding="utf-8")
    again = refine(sync.target, sync.settings, sync.ledger, Selection(only_failed=True))
    assert again.requests == 2
    assert len(sync.pending()) == 2
    assert sync.run() == 1


def test_limits_stop_sending_and_the_next_run_goes_on(sync: Sync) -> None:
    sync.page.write_text(HEAD + "".join(CARDS), encoding="utf-8")
    bounded = sync.settings.model_copy(update={"max_requests": 2, "concurrency": 1})
    report = refine(sync.target, bounded, sync.ledger)
    assert (report.requests, report.failed) == (2, {"limit": 3})
    assert len(sync.pending()) == 2
    assert sync.run() == 3
    assert len(sync.pending()) == 5


def test_a_rejection_outlives_a_renamed_tag(sync: Sync) -> None:
    sync.run(CARDS[0])
    sync.ledger.decide([sync.ledger.proposals()[0].id], "rejected", "command")
    assert sync.run(CARDS[0].replace("#car", "#flashcard")) == 0
    assert sync.pending() == []


def test_since_and_limit_take_the_newest_first(sync: Sync) -> None:
    from datetime import date

    old = "\t- New highlights added [[Jan 5th, 2023]]\n" + CARDS[0].replace("\t-", "\t\t-").replace(
        "\t\t\t-", "\t\t\t-"
    )
    new = "\t- New highlights added [[May 14th, 2024]]\n" + CARDS[1].replace("\t-", "\t\t-")
    sync.page.write_text(HEAD + old + new, encoding="utf-8")
    refine(sync.target, sync.settings, sync.ledger, Selection(since=date(2024, 1, 1)))
    assert [text for text in sync.asked if "sandy" in text] == []
    assert len(sync.asked) == 1
    assert sync.run() == 1


def test_another_version_or_model_plans_only_what_it_touches(sync: Sync) -> None:
    sync.run(*CARDS[:2])
    other = sync.settings.model_copy(update={"model": "another"})
    report, plan, _ = dry_run(Run.of(sync.target, other, sync.ledger))
    assert list(report.reasons) == ["another version, model or settings: question, cloze"]
    assert plan["question"].requests == 2
    assert plan["typo"].items == 0
    assert len(sync.asked) == 2
