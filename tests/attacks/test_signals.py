"""Killed, interrupted, and two at once: each page is wholly old or new, nothing is left behind."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from refiner.ledger import ledger_path
from tests.command import run
from tests.forks import Forks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# `make attacks` asks for the whole counts; the tests of every change take a tenth.
SHARE = 1 if os.environ.get("ALL_ATTACKS") else 10
KILLS = 200 // SHARE
SIGNALS = 100 // SHARE
SEED = 17
LONGEST_S = 0.25
KEYS = "arasruaR" * 8

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture
def forks() -> Iterator[Forks]:
    made = Forks({**os.environ})
    yield made
    made.close()


class Kept:
    """A graph and its ledger as they were, to begin anew from."""

    def __init__(self, graph: Path, folder: Path) -> None:
        self.graph = graph
        self.state = ledger_path(graph.resolve(), None).parent
        self._graph, self._state = folder / "kept-graph", folder / "kept-state"
        folder.mkdir(exist_ok=True)
        shutil.copytree(graph, self._graph)
        shutil.copytree(self.state, self._state)

    def restore(self) -> None:
        shutil.rmtree(self.graph)
        shutil.copytree(self._graph, self.graph)
        shutil.rmtree(self.state)
        shutil.copytree(self._state, self.state)


def source_pages(graph: Path) -> dict[str, bytes]:
    return {
        str(page.relative_to(graph)): page.read_bytes()
        for page in sorted(graph.rglob("*.md"))
        if "refiner___review" not in page.name
    }


def temporaries(graph: Path) -> list[Path]:
    return list(graph.rglob(".refiner-*"))


def test_killed_applies_leave_each_page_old_or_new(
    refined: Path, tmp_path: Path, forks: Forks
) -> None:
    old = source_pages(refined)
    run("accept", "--all", str(refined))
    kept = Kept(refined, tmp_path)
    run("apply", str(refined))
    new = source_pages(refined)
    assert sum(old[name] != new[name] for name in old) >= 5
    chance = random.Random(SEED)  # noqa: S311 - moments, no secrets
    half_way = 0
    for _ in range(KILLS):
        kept.restore()
        pid = forks.start("apply", refined)
        time.sleep(chance.uniform(0, LONGEST_S))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert forks.wait() in {-signal.SIGKILL, 0}
        found = source_pages(refined)
        assert all(found[name] in {old[name], new[name]} for name in old)
        half_way += found not in (old, new)
        forks.start("apply", refined)  # finishes what was begun
        assert forks.wait() == 0
        assert source_pages(refined) == new
        assert temporaries(refined) == []
    assert half_way or SHARE > 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_signals_at_random_moments_end_commands_cleanly(
    refined: Path, tmp_path: Path, forks: Forks, number: signal.Signals
) -> None:
    old = source_pages(refined)
    pending = Kept(refined, tmp_path / "pending")
    run("accept", "--all", str(refined))
    kept = Kept(refined, tmp_path)
    run("apply", str(refined))
    new = source_pages(refined)
    applied = Kept(refined, tmp_path / "applied")
    chance = random.Random(SEED)  # noqa: S311 - moments, no secrets
    told = tmp_path / "told"
    commands = ("refine --fresh --model none", "apply", "undo --path", "reject --all", "review")
    ended = []
    for turn in range(SIGNALS // 2):
        words = commands[turn % len(commands)].split()
        {"undo": applied, "review": pending}.get(words[0], kept).restore()
        keys = KEYS if words[0] == "review" else ""
        pid = forks.start(*words, refined, told=told, keys=keys)
        time.sleep(chance.uniform(0, LONGEST_S * 2))
        with suppress(ProcessLookupError):  # it was done before
            os.kill(pid, number)
        code = forks.wait()
        ended.append(code)
        assert code in {0, 130, -number}, told.read_text(encoding="utf-8")
        assert "Traceback" not in told.read_text(encoding="utf-8")
        found = source_pages(refined)
        assert all(found[name] in {old[name], new[name]} for name in old)
        assert temporaries(refined) == []
    assert 130 in ended


def test_two_applies_at_once_write_once(refined: Path, forks: Forks) -> None:
    run("accept", "--all", str(refined))
    other = Forks({**os.environ})
    codes: list[int] = []

    def apply(own: Forks) -> None:
        own.start("apply", refined)
        codes.append(own.wait())

    threads = [threading.Thread(target=apply, args=(own,)) for own in (forks, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(codes) in ([0, 0], [0, 1])  # the second waits, or says that another is at work
    once = source_pages(refined)
    run("apply", str(refined))
    assert source_pages(refined) == once
