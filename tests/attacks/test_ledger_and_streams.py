"""A damaged ledger, a graph that was moved, closed or full streams: told in one message."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from refiner.errors import LedgerError
from refiner.ledger import Ledger, ledger_path
from refiner.ledger.database import APPLICATION_ID
from refiner.pipeline.apply import apply_accepted
from refiner.pipeline.session import open_session
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

SEED = 11
FLIPS = 12


def ledger_of(graph: Path) -> Path:
    return ledger_path(graph.resolve(), None)


def test_another_program_s_database_is_refused_untouched(tmp_path: Path) -> None:
    file = tmp_path / "poetry.db"
    with closing(sqlite3.connect(file)) as poems, poems:
        poems.execute("CREATE TABLE poems (line TEXT)")
    before = file.read_bytes()
    with pytest.raises(LedgerError, match="another program"):
        Ledger(file)
    assert file.read_bytes() == before
    assert sorted(p.name for p in tmp_path.glob("poetry*")) == ["poetry.db"]


def test_a_ledger_says_whose_it_is(refined: Path) -> None:
    with closing(sqlite3.connect(ledger_of(refined))) as db:
        db.execute("PRAGMA application_id = 0")  # as older versions left it
    run("status", str(refined))
    with closing(sqlite3.connect(ledger_of(refined))) as db:
        assert db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID


def test_an_emptied_ledger_is_no_new_one(refined: Path) -> None:
    ledger_of(refined).write_bytes(b"")
    done = run("status", str(refined))
    assert done.returncode == 1
    assert "is empty: what was in it is gone" in done.stderr


def test_a_ledger_that_vanishes_in_use_is_told(refined: Path) -> None:
    with (
        pytest.raises(LedgerError, match="removed or replaced"),
        open_session([refined], None, {"model": "none"}, is_writing=True),
    ):
        ledger_of(refined).unlink()


def test_flipped_bytes_are_told_in_a_message(refined: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a repeatable order
    ledger = ledger_of(refined)
    whole = ledger.read_bytes()
    for _ in range(FLIPS):
        data = bytearray(whole)
        for _ in range(40):
            data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
        for leftover in ledger.parent.glob(f"{ledger.name}-*"):
            leftover.unlink()
        ledger.write_bytes(data)
        done = run("status", str(refined))
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode in {0, 1}


@pytest.mark.parametrize("suffix", [".lock", ".pid"])
def test_a_lock_that_can_t_be_written_is_told(refined: Path, suffix: str) -> None:
    place = ledger_of(refined).with_suffix(suffix)
    place.unlink(missing_ok=True)
    place.mkdir()
    done = run("apply", "--all", str(refined))
    assert "Traceback" not in done.stderr, done.stderr


def test_an_empty_id_takes_nothing_back(refined: Path) -> None:
    run("apply", "--all", str(refined))
    written = {p: p.read_bytes() for p in (refined / "pages").glob("Q*.md")}
    done = run("undo", "", "--path", str(refined))
    assert done.returncode == 2
    assert {p: p.read_bytes() for p in written} == written


def test_a_graph_that_was_moved_finds_its_ledger(refined: Path) -> None:
    before = {p.name: p.read_bytes() for p in (refined / "pages").glob("*.md")}
    run("apply", "--all", str(refined))
    moved = refined.with_name("renamed")
    shutil.move(refined, moved)
    done = run("undo", "--path", str(moved))
    assert "doctor --adopt" in done.stderr
    adopted = run("doctor", "--adopt", str(moved))
    assert adopted.returncode == 0, adopted.stderr
    assert "took back" in run("undo", "--path", str(moved)).stderr
    page = "Queues in Practice (highlights).md"
    assert (moved / "pages" / page).read_bytes() == before[page]


def test_a_page_restored_to_its_old_text_is_looked_at_again(refined: Path) -> None:
    page = refined / "pages" / "Queues in Practice (highlights).md"
    before = page.read_bytes()
    run("apply", "--all", str(refined))
    page.write_bytes(before)
    run("refine", "--model", "none", str(refined))
    with open_session([refined], None, {"model": "none"}, is_writing=False) as session:
        again = [p for p in session.pending() if p.page.endswith(page.name)]
    assert again
    assert all(p.note for p in again)


def test_a_page_edited_by_hand_after_a_crash_can_be_undone(
    refined: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = refined / "pages" / "Queues in Practice (highlights).md"
    before = page.read_bytes()
    with open_session([refined / "pages" / page.name], None, {}, is_writing=True) as session:
        session.ledger.decide([p.id for p in session.pending()], "accepted", "command")
        with monkeypatch.context() as crash:  # the pages are written, then the process is gone
            crash.setattr(type(session.ledger), "end_write", lambda *_: None)
            apply_accepted(session)
    assert page.read_bytes() != before
    page.write_bytes(page.read_bytes() + b"\n- written by hand afterwards")
    done = run("undo", "--path", str(page))
    assert "took back" in done.stderr, done.stderr
    assert page.read_bytes() == before + b"\n- written by hand afterwards"


@pytest.mark.parametrize(
    ("redirection", "code"),
    [
        pytest.param("<&-", 0, id="no stdin"),
        pytest.param(">&-", 0, id="no stdout"),
        pytest.param("2>&-", 0, id="no stderr"),
        pytest.param("> /dev/full", 1, id="a full disk"),
        pytest.param("| head -1", 0, id="a reader that leaves"),
    ],
)
def test_odd_streams(refined: Path, redirection: str, code: int) -> None:
    command = f"'{sys.executable}' -m refiner cards '{refined}' {redirection}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code


def test_ascii_output_shows_what_it_lacks(refined: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "refiner", "cards", str(refined)],
        capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "huesos" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("after_s", [0.05, 0.15, 0.3, 0.6])
def test_signals_end_it_cleanly(graph: Path, number: signal.Signals, after_s: float) -> None:
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        f"signal.signal(signal.SIGTERM, signal.SIG_DFL); sys.argv[1:] = {['refine', '--model', 'none', str(graph)]!r};"
        "from refiner.__main__ import main; main()"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
    time.sleep(after_s)
    child.send_signal(number)
    _, told = child.communicate(timeout=60)
    if child.returncode not in {0, -number}:  # -number: Python itself was still starting
        assert child.returncode == 130, told
        assert "Traceback" not in told
