"""`kill -9` at any moment of a run: what was answered is there, and is not asked again.

The runs are forked from one process that has loaded the tool: real processes that are killed for
real, without a second of imports each.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

import pytest
from werkzeug import Request, Response

from tests.forks import Forks, is_running

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer

CARDS = 320
KILLS = 50


def make_page(path: Path) -> None:
    path.parent.mkdir(parents=True)
    lines = ["- Chapter 1"]
    for number in range(CARDS):
        lines += [
            f"\t- About gauge {number} #car",
            f"\t\t- At noon gauge {number} measures the water of its river, and sends it by radio.",
        ]
    path.write_text("\n".join(lines), encoding="utf-8")


def answered(ledger: Path) -> int:
    if not ledger.is_file():
        return 0
    connection = sqlite3.connect(ledger)
    try:
        (count,) = connection.execute("SELECT count(*) FROM requests").fetchone()
        (broken,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
    assert broken == "ok"
    return int(count)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fifty_killed_runs_lose_no_answer_and_pay_for_none_twice(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    asked: list[str] = []
    lock = threading.Lock()

    def answer(request: Request) -> Response:
        messages = json.loads(request.data)["messages"]
        first = [message["content"] for message in messages if message["role"] == "user"]
        said = first[-1]
        with lock:
            asked.append(said)
        time.sleep(0.02)
        number = said.split("gauge ")[1].split("<")[0]
        question = f"What does gauge {number} of a river measure at noon?"
        body = {
            "id": "1", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": json.dumps({"questions": [question]})},
            }],
            "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
        }  # fmt: skip
        return Response(json.dumps(body), content_type="application/json")

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(answer)
    make_page(tmp_path / "graph" / "pages" / "Gauges.md")
    ledger = tmp_path / "ledger.db"
    command = [
        "refine", str(tmp_path / "graph"), "--ledger", str(ledger),
        "--model", "m", "--base-url", httpserver.url_for("/v1"), "--task", "question",
    ]  # fmt: skip
    rng = random.Random(3)  # noqa: S311 - reproducible, not secret
    forks = Forks({**os.environ, "REFINER_CONCURRENCY": "2"})
    sent_before = 0
    for _ in range(KILLS):
        before = answered(ledger)
        pid = forks.start(*command)
        # A third dies while it starts, the others at some answer of theirs.
        if rng.random() < 1 / 3:
            time.sleep(rng.uniform(0, 0.3))
        else:
            wanted = len(asked) + rng.randint(1, 8)
            while len(asked) < wanted and is_running(pid):
                time.sleep(0.002)
        os.kill(pid, signal.SIGKILL)
        assert forks.wait() in {-signal.SIGKILL, 0}
        time.sleep(0.05)
        with lock:
            sent_now, sent_before = asked[sent_before:], len(asked)
        assert len(set(sent_now)) == len(sent_now) <= CARDS - before
        assert answered(ledger) >= before
    before = answered(ledger)
    forks.start(*command)
    assert forks.wait() == 0
    final = asked[sent_before:]
    assert len(final) == len(set(final)) == CARDS - before
    assert answered(ledger) == CARDS
    again = len(asked)
    forks.start(*command)
    assert forks.wait() == 0
    assert len(asked) == again
    forks.close()
