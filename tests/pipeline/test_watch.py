from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("watchfiles")
WAIT_S = 60


def _hear(lines: IO[str], heard: queue.Queue[str]) -> None:
    for line in lines:
        heard.put(line)


def test_it_refines_after_a_change_ignores_its_own_writes_and_stops(graph: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "refiner", "watch", "--model", "none", str(graph)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "REFINER_QUIET_S": "1"},
    )
    heard: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=_hear, args=(process.stdout, heard), daemon=True).start()
    try:
        assert "watching" in heard.get(timeout=WAIT_S)
        assert heard.get(timeout=WAIT_S).startswith("8 pages looked at")
        with pytest.raises(queue.Empty):  # the review pages that it wrote wake nobody
            heard.get(timeout=4)
        with (graph / "journals" / "2024_06_02.md").open("a", encoding="utf-8") as page:
            page.write("\n- What is a registy? #car\n\t- A store of images.")
        assert heard.get(timeout=WAIT_S).startswith("1 page looked at, ")
        second = subprocess.run(
            [sys.executable, "-m", "refiner", "refine", "--model", "none", str(graph)],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        assert second.returncode == 1
        assert f"process {process.pid}" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert "stopped" in heard.get(timeout=WAIT_S)
        assert process.wait(timeout=WAIT_S) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
