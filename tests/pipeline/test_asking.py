"""What is asked first, what only once, and what comes of a run whose minutes are over."""

from __future__ import annotations

import json
import os
import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.llm.played import said

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug import Response

    from tests.llm.fixtures import Refiner
    from tests.llm.played import Server

PAGE = """\
- Chapter 1
\t- About gauge {0} #car
\t\t- At noon gauge {0} measures the water of its river, and sends it by radio.
"""


@pytest.fixture
def pages(refiner: Refiner, tmp_path: Path) -> Path:  # noqa: ARG001 - stands in its graph
    """Pages 1 to 4 of one card each, the last the newest."""
    folder = tmp_path / "pages"
    (folder / "Gauges.md").unlink()
    for number in range(1, 5):
        page = folder / f"Rivers {number}.md"
        page.write_text(PAGE.format(number), encoding="utf-8")
        os.utime(page, (1e9 + number, 1e9 + number))
    return folder


def gauge(server: Server, asked: int = -1) -> str:
    text = " ".join(message["content"] for message in server.asked[asked]["messages"])
    return str(re.findall(r"[Gg]auge (\d+)", text)[0])


def question(server: Server) -> Response:
    text = f"What does gauge {gauge(server)} of a river measure at noon?"
    return said(json.dumps({"questions": [text]}))


def refine(refiner: Refiner, server: Server, *words: str) -> str:
    url = server.endpoint.base_url
    code, _, told = refiner(
        "refine", "--task", "question", "--model", "m", "--base-url", url, *words
    )
    assert code == 0
    return told


@pytest.mark.usefixtures("pages")
def test_the_page_that_was_saved_last_is_asked_about_first(
    refiner: Refiner, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFINER_CONCURRENCY", "1")
    server.script = lambda _number: question(server)
    refine(refiner, server)
    assert [gauge(server, number) for number in range(4)] == ["4", "3", "2", "1"]


def test_the_same_card_on_two_pages_is_asked_about_once(
    refiner: Refiner, server: Server, pages: Path
) -> None:
    (pages / "Rivers 2.md").write_text(PAGE.format(1), encoding="utf-8")
    server.script = lambda _number: question(server)
    refine(refiner, server)
    assert sorted(gauge(server, number) for number in range(3)) == ["1", "3", "4"]
    found = [json.loads(line) for line in refiner("diff", "--json")[1].splitlines()]
    assert len({proposal["page"] for proposal in found if proposal["source"] == "model"}) == 4


@pytest.mark.usefixtures("pages")
def test_minutes_that_are_over_leave_what_was_answered_proposed(
    refiner: Refiner, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFINER_CONCURRENCY", "1")

    def slow(_number: int) -> Response:
        time.sleep(0.4)
        return question(server)

    server.script = slow
    told = refine(refiner, server, "--max-minutes", "0.01")
    assert "--max-minutes is reached; the next run goes on" in told
    assert 1 <= len(server.asked) < 4
    found = [json.loads(line) for line in refiner("diff", "--json")[1].splitlines()]
    assert sum(proposal["source"] == "model" for proposal in found) == len(server.asked)
    server.script = lambda _number: question(server)
    refine(refiner, server)
    assert sorted(gauge(server, number) for number in range(4)) == ["1", "2", "3", "4"]


@pytest.mark.usefixtures("pages")
def test_nothing_is_asked_about_a_muted_rule(
    refiner: Refiner, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFINER_MUTE", '["about"]')
    told = refine(refiner, server)
    assert server.asked == []
    assert "muted by the settings: 4 findings of the rule `about`" in told
    monkeypatch.delenv("REFINER_MUTE")
    server.script = lambda _number: question(server)
    refine(refiner, server)
    assert len(server.asked) == 4
