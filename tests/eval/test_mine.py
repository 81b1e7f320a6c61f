"""`eval --mine`: runs held against a person's own decisions."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Request, Response

from refiner.evals.estimates import Estimate
from refiner.evals.mine import (
    PARTS,
    Decided,
    Outcome,
    decisions_of,
    part_of,
    private_set,
    shared_words,
)
from refiner.evals.mine_metrics import AGAIN, NEARNESS, gains, mine_metrics
from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.settings import Settings
from tests.conftest import ROOT
from tests.eval.made import proposal, replacement, sample
from tests.eval.test_labelled import evaluate, files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_httpserver import HTTPServer

TYPO = "- How does a resevoir fill? #car\n\t- Slowly, as rivers bring their water to it.\n"
SECOND = "- How does a temperture rise? #car\n\t- Slowly, as the sun warms the ground.\n"


def graph_of(folder: Path, **pages: str) -> Path:
    root = folder / "graph"
    (root / "pages").mkdir(parents=True)
    for name, text in pages.items():
        (root / "pages" / f"{name}.md").write_text(text, encoding="utf-8")
    return root


def run_refiner(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "refiner", *words], cwd=ROOT, check=True)


def content(ledger: Path) -> list[str]:
    """All that a ledger holds."""
    with closing(sqlite3.connect(ledger)) as db:
        return list(db.iterdump())


def name_in(part: str, number: int = 0) -> str:
    """A page's name whose hash falls into a half."""
    found = [f"Page{n}" for n in range(60) if part_of(f"pages/Page{n}.md") == part]
    return found[number]


def told(stdout: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    lines = [json.loads(line) for line in stdout.splitlines()]
    return {(one["part"], one["model"], f"{one['task']}/{one['name']}"): one for one in lines}


def decided(*, is_right: bool, wording: str | None = None, task: str = "typo") -> Decided:
    one = sample(TYPO)
    made = proposal(one, [replacement(one, "resevoir", "reservoir")], task)
    return Decided(made, is_right, wording)


def test_halves_are_by_page_alone() -> None:
    parts = [part_of(f"pages/Page{n}.md") for n in range(200)]
    assert 70 < parts.count("held-out") < 130
    assert parts == [part_of(f"pages/Page{n}.md") for n in range(200)]


def test_what_was_right_is_recall_and_what_was_wrong_is_precision() -> None:
    right, wrong = decided(is_right=True), decided(is_right=False)
    part = right.part
    found = [
        Outcome(right, is_same=True, nearness=1.0),
        Outcome(right, is_same=False, nearness=0.2),
        Outcome(wrong, is_same=True, nearness=1.0),
    ]
    figures = {metric.key: metric for metric in mine_metrics(found, part)}
    assert figures["typo/all/recall"].value == 0.5
    assert figures["typo/all/precision"].value == 0.5
    assert figures[f"typo/all/{AGAIN}"].estimate[0] == 1
    assert f"typo/all/{NEARNESS}" not in figures
    assert [one for other in PARTS if other != part for one in mine_metrics(found, other)] == []


def test_nearness_counts_for_wordings_that_were_right() -> None:
    right = decided(is_right=True, wording="Why?", task="question")
    before, after = (
        [Outcome(right, is_same=False, nearness=0.25)],
        [Outcome(right, is_same=True, nearness=1.0)],
    )
    figures = {metric.key: metric for metric in mine_metrics(before, right.part)}
    assert figures[f"question/all/{NEARNESS}"].value == 0.25
    gained = {metric.name: metric.estimate for metric in gains(before, after, right.part)}
    assert gained[f"gain: {NEARNESS}"] == Estimate(0.75, 0.75, 0.75, 1)
    assert gained["gain: as you decided"].value == 1


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("Why so?", "why SO", 1), ("a b c d", "a b x y", 0.5), ("a", "b", 0), ("a a", "a", 2 / 3)],
    ids=["case", "half", "none", "as often"],
)
def test_wordings_share_words(one: str, other: str, share: float) -> None:
    assert shared_words(one, other) == pytest.approx(share)


@pytest.fixture
def decided_graph(tmp_path: Path) -> tuple[Path, Path]:
    """A typo accepted and written on a dev page, another rejected on a held-out page."""
    root = graph_of(tmp_path, **{name_in("dev"): TYPO, name_in("held-out"): SECOND})
    ledger = tmp_path / "own.db"
    words = ["--ledger", str(ledger), str(root)]
    run_refiner("refine", "--model", "none", *words)
    run_refiner("accept", "--task", "typo", "--page", name_in("dev"), *words)
    run_refiner("reject", "--task", "typo", "--page", name_in("held-out"), *words)
    run_refiner("apply", *words)
    return root, ledger


def test_items_are_found_as_they_were_before_the_apply(decided_graph: tuple[Path, Path]) -> None:
    root, path = decided_graph
    assert "reservoir" in (root / "pages" / f"{name_in('dev')}.md").read_text(encoding="utf-8")
    with Ledger(path) as ledger:
        private = private_set(locate([root]), ledger, Settings(model="none"))
        assert [one.is_right for one in decisions_of(ledger)].count(True) == 1
    assert len(private.decisions) == 2
    assert private.gone == 0
    assert any(b"resevoir" in data for data in private.pages.values())
    assert len(private.of("dev").decisions) == 1
    assert len(private.of("dev").pages) == 1


def test_decisions_on_items_that_are_gone_are_counted(decided_graph: tuple[Path, Path]) -> None:
    root, path = decided_graph
    (root / "pages" / f"{name_in('held-out')}.md").write_text("- Empty\n", encoding="utf-8")
    with Ledger(path) as ledger:
        private = private_set(locate([root]), ledger, Settings(model="none"))
    assert (len(private.decisions), private.gone) == (1, 1)


def test_the_command_scores_decisions_and_leaves_graph_and_ledger_alone(
    decided_graph: tuple[Path, Path],
) -> None:
    root, path = decided_graph
    before, kept = files(root), content(path)
    done = evaluate("--mine", "--graph", root, "--ledger", path, "--model", "none", "--json")
    assert done.returncode == 0, done.stderr
    assert (
        "2 decisions on 2 pages: 1 accepted, 0 of them in your own words, 1 rejected" in done.stderr
    )
    figures = told(done.stdout)
    assert figures["dev", "none", "typo/recall"]["value"] == 1
    assert figures["held-out", "none", f"typo/{AGAIN}"]["value"] == 1
    assert figures["held-out", "none", "typo/precision"]["value"] == 0
    assert files(root) == before
    assert content(path) == kept
    table = evaluate("--mine", "--graph", root, "--ledger", path, "--model", "none")
    assert "held-out pages" in table.stdout


def test_where_nothing_was_decided_the_command_says_so(tmp_path: Path) -> None:
    root = graph_of(tmp_path, Rivers=TYPO)
    ledger = tmp_path / "own.db"
    absent = evaluate("--mine", "--graph", root, "--ledger", ledger, "--model", "none")
    assert absent.returncode == 1
    assert "nothing was decided in" in absent.stderr
    assert not ledger.exists()
    run_refiner("refine", "--model", "none", "--ledger", str(ledger), str(root))
    assert evaluate("--mine", "--graph", root, "--ledger", ledger).returncode == 1


@pytest.mark.parametrize(
    "words",
    [["--compare", "none"], ["--examples"], ["--mine", "--labels", "x"], ["--mine", "--check"]],
    ids=["compare", "examples", "labels", "check"],
)
def test_options_that_do_not_go_with_mine_are_refused(words: list[str]) -> None:
    assert evaluate(*words).returncode == 2


VAGUE = "- {topic} #car\n\t- {answer}\n"
CARDS = (
    ("About {0}", "Loam holds water well because its clay binds water while its sand drains it."),
    ("About {0}", "Moraines form where a glacier drops the rocks that it carried down a valley."),
)


def rewrites(seen: list[str]) -> Callable[[Request], Response]:
    """A model that asks as the person does once it has seen an example of it."""

    def answer(request: Request) -> Response:
        body = json.loads(request.get_data(as_text=True))
        seen.append(json.dumps(body["messages"]))
        card = body["messages"][-1]["content"]
        topic = "loam" if "loam" in card.lower() else "moraines"
        has_seen = any("In plain words" in m["content"] for m in body["messages"])
        lead = "In plain words: how" if has_seen else "How"
        verb = "hold water" if topic == "loam" else "form in a valley"
        verb = f"does {topic} {verb}?" if topic == "loam" else f"do {topic} {verb}?"
        message = {"role": "assistant", "content": json.dumps({"questions": [f"{lead} {verb}"]})}
        said = {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": "fake",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 50, "completion_tokens": 5, "total_tokens": 55},
        }
        return Response(json.dumps(said), content_type="application/json")

    return answer


def test_wordings_of_dev_pages_are_examples_for_held_out_ones(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    pages = {
        name_in("dev"): VAGUE.format(topic="Loam", answer=CARDS[0][1]),
        name_in("held-out"): VAGUE.format(topic="Moraines", answer=CARDS[1][1]),
    }
    root, path = graph_of(tmp_path, **pages), tmp_path / "own.db"
    seen: list[str] = []
    httpserver.expect_request("/v1/chat/completions").respond_with_handler(rewrites(seen))
    model = ["--model", "fake", "--base-url", httpserver.url_for("/v1")]
    if "model_grade" in Settings.model_fields:
        (root / "refiner.toml").write_text('model_grade = "small"\n', encoding="utf-8")
    run_refiner("refine", *model, "--ledger", str(path), str(root))
    with Ledger(path) as ledger:
        for made in ledger.proposals():
            if made.task == "question":
                own = made.after.replace("How", "In plain words: how")
                ledger.decide([made.id], "accepted", "terminal", wording=own)
        assert len(decisions_of(ledger)) == 2
    seen.clear()
    words = ["--mine", "--examples", "--json", *model]
    done = evaluate(*words, "--graph", root, "--ledger", path)
    assert done.returncode == 0, done.stderr
    figures = told(done.stdout)
    assert figures["held-out", "fake", "question/recall"]["value"] == 0
    better = figures["held-out", "fake with your wordings", "question/recall"]
    assert better["value"] == 1
    gain = figures["held-out", "fake with your wordings", f"all/gain: {NEARNESS}"]
    assert gain["value"] > 0
    shown = [text.partition("In plain words")[0] for text in seen if "In plain words" in text]
    assert shown
    assert not any("Moraines" in text for text in shown)
