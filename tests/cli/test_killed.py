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
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug import Request, Response

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

CARDS = 320
KILLS = 50
FORKING = """
import os, sys
import instructor, openai, refiner.llm.dispatch, refiner.pipeline.refine
from refiner.cli.app import main
print("ready", flush=True)
for _ in sys.stdin:
    pid = os.fork()
    if pid == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nothing, number)
        sys.argv = ["refiner", *sys.argv[1:]]
        try:
            main()
        except SystemExit as ended:
            os._exit(int(ended.code or 0))
        os._exit(0)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Forks:
    """Runs of one command, each a process of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-c", FORKING, *command],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()

    def start(self) -> int:
        """Begin a run; its process id."""
        assert self._parent.stdin is not None
        self._parent.stdin.write("go\n")
        return int(self._line())

    def wait(self) -> int:
        """The exit code of the run that was begun; negative for the signal that ended it."""
        return int(self._line())

    def close(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait()
        self._parent.stdout.close()


def is_running(pid: int) -> bool:
    """Whether a process has not ended yet."""
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


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
                "message": {"role": "assistant", "content": json.dumps({"question": question})},
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
    forks = Forks(command, {**os.environ, "REFINER_CONCURRENCY": "2"})
    sent_before = 0
    for _ in range(KILLS):
        before = answered(ledger)
        pid = forks.start()
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
    forks.start()
    assert forks.wait() == 0
    final = asked[sent_before:]
    assert len(final) == len(set(final)) == CARDS - before
    assert answered(ledger) == CARDS
    again = len(asked)
    forks.start()
    assert forks.wait() == 0
    assert len(asked) == again
    forks.close()
