"""What a run has found can be decided while the run goes on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from tests.command import run
from tests.llm.played import said

if TYPE_CHECKING:
    import pytest
    from werkzeug import Response

    from tests.llm.fixtures import Refiner
    from tests.llm.played import Server

PAGE = """\
- Chapter 1
\t- About gauge {0} #car
\t\t- At noon gauge {0} measures the water of its river, and sends it by radio.
"""


def ledger_lock() -> FileLock:
    ledger = next(Path(os.environ["XDG_STATE_HOME"]).rglob("*.db"))
    return FileLock(ledger.with_suffix(".lock"))


def test_decisions_need_not_wait_for_another_refiner(refined: Path) -> None:
    with ledger_lock():
        first = run("accept", "--task", "typo", refined)
        second = run("reject", "--all", refined)
    assert (first.returncode, second.returncode) == (0, 0)
    assert re.match(r"accepted [1-9]", first.stderr)
    assert re.match(r"rejected [1-9]", second.stderr)
    assert run("diff", refined).stdout == ""


def test_the_review_in_the_terminal_need_not_wait_either(refined: Path) -> None:
    with ledger_lock():
        done = run("review", refined)  # no terminal is here, which it says after it has looked
    assert "needs a terminal" in done.stderr


def test_writing_waits_for_another_refiner(refined: Path) -> None:
    before = {path: path.read_bytes() for path in refined.rglob("*.md")}
    with ledger_lock():
        done = run("apply", "--all", refined)
    assert done.returncode == 1
    assert "another refiner" in done.stderr
    assert before == {path: path.read_bytes() for path in refined.rglob("*.md")}


def test_proposals_of_a_run_are_accepted_by_a_second_process_before_it_ends(
    refiner: Refiner, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The endpoint itself accepts what is there when the second page's request comes."""
    for number in (1, 2):
        page = tmp_path / "pages" / f"Rivers {number}.md"
        page.write_text(PAGE.format(number), encoding="utf-8")
    (tmp_path / "pages" / "Gauges.md").unlink()
    monkeypatch.setattr("refiner.pipeline.refine.CHUNK_REQUESTS", 1)
    monkeypatch.setattr("refiner.pipeline.refine.ROUNDS", 0)
    command = [sys.executable, "-m", "refiner", "accept", "--all", str(tmp_path)]
    told: list[str] = []

    def answer(number: int) -> Response:
        if number == 1:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            told.append(done.stderr)
        asked = " ".join(message["content"] for message in server.asked[-1]["messages"])
        gauge = re.findall(r"[Gg]auge (\d+)", asked)[0]
        question = f"What does gauge {gauge} of a river measure at noon?"
        return said(json.dumps({"questions": [question]}))

    server.script = answer
    url = server.endpoint.base_url
    code, _, _ = refiner("refine", "--task", "question", "--model", "m", "--base-url", url)
    assert code == 0
    assert told == ["accepted 1\n"]
    states = [json.loads(line)["state"] for line in refiner("diff", "--json")[1].splitlines()]
    assert sorted(states) == ["accepted", "pending"]
    assert refiner("apply")[0] == 0
    written = [(tmp_path / "pages" / f"Rivers {number}.md").read_text() for number in (1, 2)]
    assert sum("What does gauge" in text for text in written) == 1
