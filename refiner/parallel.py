"""Pages over cores: a pure function of a page in as many processes as there is work for."""

from __future__ import annotations

import os
from collections import deque
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from refiner.pool import Lost

Job = TypeVar("Job")
Result = TypeVar("Result")

# A worker is ready after the time in which about so many pages are looked at.
PAGES_EACH = 150
WORKERS_AT_MOST = 8


def workers_for(pages: int, jobs: int | None, each: int = PAGES_EACH) -> int:
    """How many processes pages are shared out to; 1 works in this one.

    Args:
        pages: How many there are to look at.
        jobs: The setting; None goes by cores and work.
        each: From how many pages on another process pays.
    """
    if jobs is not None:
        return min(jobs, max(pages, 1))
    return max(1, min(usable_cores(), WORKERS_AT_MOST, pages // each))


def mapped(
    function: Callable[[Job], Result], jobs: Iterable[Job], workers: int
) -> Generator[tuple[Job, Result | Lost]]:
    """Each job with its result, in order; few jobs are in flight at a time.

    Args:
        function: A module's own function, or a partial of one, with values that pickle.
        jobs: Taken one by one, as results are.
        workers: How many processes; 1 for none but this one.

    Raises:
        WorkerError: No worker can be started.
    """
    if workers == 1:
        for job in jobs:
            yield job, function(job)
        return
    from refiner.pool import Pool  # one process needs none of what starts others

    asked: deque[Job] = deque()

    def taken() -> Iterator[Job]:
        for job in jobs:
            asked.append(job)
            yield job

    with Pool(function, workers) as pool, closing(pool.map(taken())) as results:
        for result in results:
            yield asked.popleft(), result


def usable_cores() -> int:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
