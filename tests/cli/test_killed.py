"""`kill -9` at any moment of a run: what was answered is there, and is not asked again."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from werkzeug import Request, Response

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
            f"\t\t- Gauge {number} measures the water of its river at noon, and sends it by radio.",
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
                "message": {"role": "assistant", "content": json.dumps({"question": question})},
            }],
            "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
        }  # fmt: skip
        return Response(json.dumps(body), content_type="application/json")

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(answer)
    make_page(tmp_path / "graph" / "pages" / "Gauges.md")
    ledger = tmp_path / "ledger.db"
    command = [
        sys.executable, "-m", "refiner", "refine", str(tmp_path / "graph"), "--ledger", str(ledger),
        "--model", "m", "--base-url", httpserver.url_for("/v1"), "--task", "question",
    ]  # fmt: skip
    environment = {**os.environ, "REFINER_CONCURRENCY": "2"}
    rng = random.Random(3)  # noqa: S311 - reproducible, not secret
    sent_before = 0
    for _ in range(KILLS):
        before = answered(ledger)
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # A third dies while it starts, the others at some answer of theirs.
        if rng.random() < 1 / 3:
            time.sleep(rng.uniform(0, 1.5))
        else:
            wanted = len(asked) + rng.randint(1, 8)
            while len(asked) < wanted and process.poll() is None:
                time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(0.05)
        with lock:
            sent_now, sent_before = asked[sent_before:], len(asked)
        assert len(set(sent_now)) == len(sent_now) <= CARDS - before
        assert answered(ledger) >= before
    before = answered(ledger)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode in {0, 3}, done.stderr
    final = asked[sent_before:]
    assert len(final) == len(set(final)) == CARDS - before
    assert answered(ledger) == CARDS
    again = len(asked)
    subprocess.run(command, env=environment, capture_output=True, check=False)
    assert len(asked) == again
