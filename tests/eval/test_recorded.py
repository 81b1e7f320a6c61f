"""Requests written as a batch, and recorded answers scored: nothing is sent."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from refiner.evals.asking import item_key
from refiner.llm.model import Message, Request
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SUEZ = "In 1869 the Suez Canal was opened between the Mediterranean and the Red Sea."
PANAMA = "In 1914 the Panama Canal was opened between the Atlantic and the Pacific."
SAMPLE = """+++
task = "cloze"
lang = "en"
clean = false
item = 0

[target]
good = ["{term}"]
+++
- {text} #ñspace
"""


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    folder = tmp_path / "golden" / "cloze" / "dev"
    folder.mkdir(parents=True)
    for name, text in (("suez", SUEZ), ("panama", PANAMA)):
        written = SAMPLE.format(term=f"{name.title()} Canal", text=text)
        (folder / f"{name}.md").write_text(written, encoding="utf-8")
    return tmp_path / "golden"


def evaluate(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "refiner", "eval", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def planned(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def said(request: dict[str, Any], terms: list[str]) -> dict[str, Any]:
    message = {"role": "assistant", "content": json.dumps({"terms": terms})}
    body = {
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 50, "completion_tokens": 5, "total_tokens": 55},
    }
    response = {"status_code": 200, "body": body}
    return {"custom_id": request["custom_id"], "response": response, "error": None}


def answered(path: Path, requests: list[dict[str, Any]], *terms: str) -> Path:
    """Results for the requests whose passage holds the first word of one of the terms."""
    chosen = [
        said(request, [term])
        for term in terms
        for request in requests
        if term.partition(" ")[0] in request["body"]["messages"][-1]["content"]
    ]
    path.write_text("\n".join(map(json.dumps, chosen)), encoding="utf-8")
    return path


def value(done: subprocess.CompletedProcess[str], name: str) -> float | None:
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found: float | None = next(
        one["value"]
        for one in lines
        if (one["task"], one["lang"], one["name"]) == ("cloze", "all", name)
    )
    return found


def test_the_plan_is_written_and_its_answers_are_scored(samples: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.jsonl"
    written = evaluate("--samples", samples, "--batch-out", plan)
    assert written.returncode == 0, written.stderr
    assert f"{plan}: 2 requests" in written.stderr
    assert written.stdout == ""
    answers = answered(tmp_path / "a.jsonl", planned(plan), "Suez Canal", "Panama Canal")
    done = evaluate("--samples", samples, "--answers", answers, "--json")
    assert done.returncode == 0, done.stderr
    assert "took 2, refused by guards 0, failed 0, not in the plan 0" in done.stderr
    assert "no recorded answer" not in done.stderr
    assert value(done, "on a good target") == 1
    assert value(done, "tokens in per item") == 50


def test_what_has_no_answer_is_counted(samples: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.jsonl"
    evaluate("--samples", samples, "--batch-out", plan)
    requests = planned(plan)
    answers = answered(tmp_path / "a.jsonl", requests, "Suez Canal")
    with answers.open("a", encoding="utf-8") as more:
        more.write("\n" + json.dumps({**said(requests[0], ["x"]), "custom_id": "unknown"}))
    done = evaluate("--samples", samples, "--answers", answers, "--json")
    assert done.returncode == 0, done.stderr
    assert "took 1, refused by guards 0, failed 0, not in the plan 1" in done.stderr
    assert "1 request has no recorded answer; rules alone are scored there" in done.stderr
    assert value(done, "recall") == 0.5


def test_answers_of_another_plan_are_not_scored(samples: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.jsonl"
    evaluate("--samples", samples, "--batch-out", plan, "--model", "other")
    answers = answered(tmp_path / "a.jsonl", planned(plan), "Suez Canal", "Panama Canal")
    done = evaluate("--samples", samples, "--answers", answers)
    assert done.returncode == 1
    assert "holds an answer to none of the 2 requests; nothing was scored" in done.stderr
    assert "--model" in done.stderr
    named = evaluate("--samples", samples, "--answers", answers, "--model", "other")
    assert named.returncode == 0, named.stderr


def test_what_the_guards_refuse_is_written_again_with_their_complaint(
    samples: Path, tmp_path: Path
) -> None:
    plan, rest = tmp_path / "plan.jsonl", tmp_path / "rest.jsonl"
    words: list[str | Path] = ["--samples", samples]
    evaluate(*words, "--batch-out", plan)
    first = answered(tmp_path / "a.jsonl", planned(plan), "Suez railway", "Panama Canal")
    again = evaluate(*words, "--answers", first, "--batch-out", rest)
    assert "took 1, refused by guards 1" in again.stderr
    (request,) = planned(rest)
    assert "railway" in json.dumps(request["body"]["messages"])
    second = tmp_path / "b.jsonl"
    second.write_text(json.dumps(said(request, ["Suez Canal"])), encoding="utf-8")
    done = evaluate(*words, "--answers", first, "--answers", second, "--json")
    assert done.returncode == 0, done.stderr
    assert value(done, "on a good target") == 1
    assert value(done, "recall") == 1


def test_labelled_items_alone_are_planned_and_answered(tmp_path: Path) -> None:
    pages = tmp_path / "graph" / "pages"
    pages.mkdir(parents=True)
    (pages / "Canals.md").write_text(f"- {SUEZ} #ñspace\n- {PANAMA} #ñspace\n", encoding="utf-8")
    label = {"page": "pages/Canals.md", "line": 2, "kind": "passage"}
    labels, plan = tmp_path / "labels.jsonl", tmp_path / "plan.jsonl"
    said_of = {**label, "cloze_worthless": False, "cloze_targets": ["Panama Canal"]}
    labels.write_text(json.dumps(said_of), encoding="utf-8")
    words: list[str | Path] = ["--graph", tmp_path / "graph", "--labels", labels]
    written = evaluate(*words, "--batch-out", plan)
    assert f"{plan}: 1 request\n" in written.stderr
    answers = answered(tmp_path / "a.jsonl", planned(plan), "Panama Canal")
    done = evaluate(*words, "--answers", answers, "--json")
    assert done.returncode == 0, done.stderr
    assert value(done, "on a good target") == 1
    none = evaluate(*words, "--task", "typo", "--batch-out", plan)
    assert f"{plan}: 0 requests" in none.stderr


@pytest.mark.parametrize("model", ["none", "local", "x.gguf"])
def test_batches_are_for_endpoints(samples: Path, tmp_path: Path, model: str) -> None:
    plan = tmp_path / "plan.jsonl"
    done = evaluate("--samples", samples, "--batch-out", plan, "--model", model)
    assert done.returncode == 2
    assert f"`{model}` is not one" in done.stderr
    assert not plan.exists()


def about(settled: str, before: str, answer: str, prompt: str = "card@1") -> str:
    lines = (
        "Book: <data>Locks</data> Chapter: <data>-</data>",
        f"Before: <data>{before}</data>\nAfter: <data>-</data>",
        f"Settled: <data>{settled}</data>",
        f"Question: <data>Why two gates?</data>\nAnswer: <data>{answer}</data>",
    )
    said = Message("user", "\n".join(lines))
    return item_key(Request("0" * 32, "editor", prompt, "m", (said,), BaseModel))


def test_an_answer_is_kept_for_its_item_whatever_rules_settled() -> None:
    key = about("-", "-", "A boat waits between them.")
    assert (
        about("corrected: bota → boat\nvague: a topic", "x\ny", "A boat waits between them.") == key
    )
    assert about("-", "-", "A barge waits between them.") != key
    assert about("-", "-", "A boat waits between them.", "passage@1") != key
