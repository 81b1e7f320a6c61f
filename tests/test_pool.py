"""Workers: order, few jobs in flight, and their deaths."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from refiner.pool import BATCH_JOBS, BATCHES_EACH, Lost, Pool, WorkerError
from tests import worked
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 10 * BATCH_JOBS * BATCHES_EACH


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def ended(pids: set[int]) -> bool:
    until = time.monotonic() + 20
    while any(map(is_alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(is_alive, pids))


def test_results_come_in_the_order_of_the_jobs() -> None:
    with Pool(worked.slow_at_first, 2) as pool:
        assert [*pool.map(range(MANY))] == [*range(MANY)]


def test_jobs_are_taken_as_results_are() -> None:
    taken = 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for number in range(MANY):
            taken += 1
            yield number

    with Pool(worked.twice, 2) as pool, closing(pool.map(jobs())) as results:
        for number, _ in enumerate(results):
            assert taken <= number + (2 * BATCHES_EACH + 1) * BATCH_JOBS


def test_a_job_on_which_its_worker_dies_is_lost_alone() -> None:
    with Pool(worked.deadly_at_seven, 2) as pool:
        results = [*pool.map(range(40))]
    assert results[7] == Lost(-9)
    assert str(results[7]) == "the process that looked at it died (signal 9)"
    assert results[:7] + results[8:] == [*range(7), *range(8, 40)]


def test_what_the_function_raises_is_raised_here_with_its_own_traceback() -> None:
    with Pool(worked.raising, 1) as pool, pytest.raises(KeyError) as raised:
        next(pool.map([5]))
    assert "in raising" in "".join(raised.value.__notes__)


def test_what_a_worker_prints_does_not_stand_between_its_results(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Pool(worked.chatty, 1) as pool:
        assert [*pool.map(range(3))] == [0, 1, 2]
    assert capfd.readouterr().err == "to stdout 0\nto stdout 1\nto stdout 2\n"


def test_a_pool_that_is_left_early_leaves_no_worker() -> None:
    with Pool(worked.who, 2) as pool:
        pids = {pid for pid in pool.map(range(MANY)) if isinstance(pid, int)}
        assert all(map(is_alive, pids))
    assert ended(pids)
    with Pool(worked.asleep, 1) as asleep:
        started = time.monotonic()
        asleep._threads.submit(asleep._ask, [1])  # noqa: SLF001 - a job that never ends
        while asleep._workers[0]._process is None:  # noqa: SLF001
            time.sleep(0.01)
    assert time.monotonic() - started < 20


def test_workers_end_with_a_parent_that_is_killed() -> None:
    code = (
        "from refiner.pool import Pool; from tests.worked import who; import os\n"
        "with Pool(who, 2) as pool:\n"
        "    print(*set(pool.map(range(100))), flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == -9
    assert ended({int(pid) for pid in told.stdout.split()})


def test_a_worker_that_cannot_start_is_an_error_and_no_lost_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("refiner.pool.START", "raise SystemExit(3)")
    with (
        Pool(worked.twice, 1) as pool,
        pytest.raises(WorkerError, match=r"can't be started \(exit code 3\)"),
    ):
        next(pool.map([1]))
