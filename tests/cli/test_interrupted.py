"""Ctrl-C during a run: a clean stop, soon, and nothing lost."""

from __future__ import annotations

import importlib.util
import os
import signal
import sqlite3
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.command import interruptible
from tests.llm.played import GOOD, Late

if TYPE_CHECKING:
    from pathlib import Path

    from tests.llm.played import Server

NO_MODEL = importlib.util.find_spec("xllamacpp") is None


def answered(ledger: Path) -> int:
    if not ledger.is_file():
        return 0
    connection = sqlite3.connect(ledger)
    try:
        return int(connection.execute("SELECT count(*) FROM requests").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def interrupted(folder: Path, *words: str, after: int) -> tuple[int, str, float]:
    """Run, press Ctrl-C so many answers later; exit code, stderr, seconds from one to the other."""
    ledger = folder / "ledger.db"
    process = subprocess.Popen(
        interruptible("refine", "--ledger", ledger, *words),
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "REFINER_CONCURRENCY": "1"},
    )
    while answered(ledger) < after and process.poll() is None:
        time.sleep(0.02)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert answered(ledger) >= after
    return process.returncode, said, time.monotonic() - pressed


@pytest.mark.usefixtures("refiner")
def test_a_run_at_an_endpoint_stops_cleanly(server: Server, tmp_path: Path) -> None:
    server.script = lambda _number: Late(GOOD.data.replace(b"word", b"question"))
    url = server.endpoint.base_url
    words = ("--model", "m", "--base-url", url, "--task", "question", str(tmp_path))
    code, said, seconds = interrupted(tmp_path, *words, after=1)
    assert code == 130
    assert said == "interrupted: what was answered and decided is kept; run it again to go on\n"
    assert seconds < 5


@pytest.mark.model
@pytest.mark.skipif(NO_MODEL, reason="needs the extra `local`")
@pytest.mark.usefixtures("refiner")
def test_a_run_of_the_embedded_model_stops_cleanly_and_soon(tmp_path: Path) -> None:
    code, said, seconds = interrupted(tmp_path, "--task", "question", str(tmp_path), after=1)
    assert code == 130
    assert said.endswith("is kept; run it again to go on\n")
    assert seconds < 5
