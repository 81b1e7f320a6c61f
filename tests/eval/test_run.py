"""Samples through the real pipeline: with a model behind an endpoint, and with recorded answers."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from werkzeug import Request, Response

from refiner.evals.run import run
from refiner.evals.scorers import score
from refiner.settings import Settings
from tests.conftest import ROOT
from tests.eval.made import RULES_ALONE, sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_httpserver import HTTPServer

PASSAGE = "- In 1869 the Suez Canal was opened between the Mediterranean and the Red Sea. #ñspace\n"
TYPO = "resevoir"


def hides(term: str, seen: list[str]) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        seen.append(request.get_data(as_text=True))
        message = {"role": "assistant", "content": json.dumps({"terms": [term]})}
        body = {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": "fake",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 50, "completion_tokens": 5, "total_tokens": 55},
        }
        return Response(json.dumps(body), content_type="application/json")

    return answer


def test_a_found_typo_is_scored_and_a_false_one_too() -> None:
    page = f"- How does a {TYPO} fill? #car\n\t- Slowly, as rivers bring their water to it.\n"
    wanted = [{"old": TYPO, "new": ["reservoir"]}, {"old": "rivers", "new": ["streams"]}]
    (found,), _ = run([sample(page, edits=wanted)], RULES_ALONE)
    counts = score(found).counts
    assert (counts["tp"], counts["fn"], counts["fp"]) == (1, 1, 0)
    (clean,), _ = run([sample(page)], RULES_ALONE)
    assert score(clean).counts["false_clean"] == 1


def test_recorded_answers_are_scored_and_nothing_is_sent(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    seen: list[str] = []
    httpserver.expect_request("/v1/chat/completions").respond_with_handler(
        hides("Suez Canal", seen)
    )
    url = httpserver.url_for("/v1")
    settings = Settings(model="fake", base_url=url, ledger=tmp_path / "answers.db")
    one = sample(PASSAGE, "cloze", good=["Suez Canal"])
    (first,), sent = run([one], settings)
    count = len(seen)
    (second,), recorded = run([one], settings)
    assert (sent.requests, recorded.requests, recorded.cached) == (1, 0, 1)
    assert len(seen) == count
    assert score(first).counts == score(second).counts
    assert score(second).counts["good"] == 1
    assert second.answers["cloze"].usage.prompt_tokens == first.answers["cloze"].usage.prompt_tokens


def eval_command(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "refiner", "eval", "--each", "40", "--task", "typo", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_keeps_a_baseline_and_checks_it(tmp_path: Path) -> None:
    folder = ["--model", "none", "--baselines", str(tmp_path)]
    missing = eval_command(*folder, "--check")
    assert missing.returncode == 1
    assert "there is no baseline" in missing.stderr
    report = tmp_path / "report.html"
    made = eval_command(*folder, "--update", "--html", str(report))
    assert made.returncode == 0, made.stderr
    assert "F0.5" in made.stdout
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    checked = eval_command(*folder, "--check", "--json")
    assert checked.returncode == 0, checked.stderr
    lines = [json.loads(line) for line in checked.stdout.splitlines()]
    assert {"task", "lang", "rule", "name", "value", "low", "high", "n"} == set(lines[0])
    (path,) = tmp_path.glob("*.json")
    path.write_text(path.read_text(encoding="utf-8").replace("typo/all/recall", "typo/all/gone"))
    gone = eval_command(*folder, "--check")
    assert gone.returncode == 1
    assert "typo/all/gone was" in gone.stderr


def test_a_model_that_does_not_answer_is_not_scored(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/v1/chat/completions").respond_with_data("no", status=400)
    words = ["--model", "fake", "--base-url", httpserver.url_for("/v1"), "--task", "cloze"]
    done = eval_command(*words, "--baselines", str(tmp_path), "--update")
    assert done.returncode == 1
    assert "nothing was scored" in done.stderr
    assert not list(tmp_path.glob("*.json"))


def test_help_says_how_answers_are_recorded() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "refiner", "eval", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "recorded" in done.stdout
