"""A function mapped over jobs by worker processes: results in the jobs' order, few in flight.

`concurrent.futures` breaks all of its pool when one worker dies, and does not say which job did
it; its workers outlive a parent that is killed, and start by running the caller's own script
again. Here each worker is a process of its own at the end of two pipes: a worker that dies is known
with its job, one whose parent dies meets the end of its pipe, and a thread for each worker waits
for it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar

from refiner.errors import RefinerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from concurrent.futures import Future
    from types import TracebackType

Job = TypeVar("Job")
Result = TypeVar("Result")

BATCH_JOBS = 8
BATCHES_EACH = 4
END_S = 2.0
START = "import sys; sys.path[:] = {path!r}; from refiner.pool import work; work()"


class Lost(NamedTuple):
    """In the place of a result: the worker died on this job.

    `status` is its exit code, negative for the number of a signal.
    """

    status: int

    def __str__(self) -> str:
        return f"the process that looked at it died ({_ending(self.status)})"


class WorkerError(RefinerError):
    """A worker can't be started."""


class _Raised(NamedTuple):
    """In the place of a result: what the function raised."""

    error: Exception


class Pool(Generic[Job, Result]):
    """Worker processes that know one function; they end with the block.

    Args:
        function: What is done with each job: a module's own function, or a partial of one, with
            values that pickle.
        size: How many workers, at least 1.
    """

    def __init__(self, function: Callable[[Job], Result], size: int) -> None:
        self._size = size
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="refiner-pool")
        self._workers = [_Worker(function) for _ in range(size)]
        self._free: SimpleQueue[_Worker[Job, Result]] = SimpleQueue()
        for worker in self._workers:
            self._free.put(worker)

    def __enter__(self) -> Self:
        """The pool; its workers start with the first jobs."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers, whatever they are at."""
        for worker in self._workers:
            worker.close()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.end()

    def map(self, jobs: Iterable[Job]) -> Generator[Result | Lost]:
        """The result of each job, in order; jobs are taken as results are.

        Raises:
            WorkerError: No worker can be started.
            Exception: What the function raised.
        """
        rest = iter(jobs)
        asked: deque[Future[list[Result | Lost | _Raised]]] = deque()
        while batch := list(islice(rest, BATCH_JOBS)):
            asked.append(self._threads.submit(self._ask, batch))
            if len(asked) >= self._size * BATCHES_EACH:
                yield from _checked(asked.popleft().result())
        while asked:
            yield from _checked(asked.popleft().result())

    def _ask(self, batch: list[Job]) -> list[Result | Lost | _Raised]:
        """A worker's results; where one dies, the jobs are asked one by one."""
        worker = self._free.get()
        try:
            return worker.ask(batch)
        except (EOFError, OSError, pickle.UnpicklingError):
            status = worker.end()
        finally:
            self._free.put(worker)
        if len(batch) == 1:
            return [Lost(status)]
        return [result for job in batch for result in self._ask([job])]


class _Worker(Generic[Job, Result]):
    """A process, started when it is first asked and again after its death.

    Args:
        function: What it does with each job.
    """

    def __init__(self, function: Callable[[Job], Result]) -> None:
        self._function = function
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def ask(self, batch: list[Job]) -> list[Result | Lost | _Raised]:
        """What comes of some jobs.

        Raises:
            EOFError, OSError, UnpicklingError: It died.
            WorkerError: It can't be started.
        """
        process = self._process or self._started()
        _write(process.stdin, batch)
        results: list[Result | Lost | _Raised] = _read(process.stdout)
        return results

    def end(self) -> int:
        """Wait for its end, or end it; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        try:
            status = process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        return status

    def close(self) -> None:
        """End it for good, also in the midst of its work; the thread that waits for it hears."""
        self._is_closed = True
        if self._process is not None:
            self._process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._is_closed:
            raise EOFError
        # In a group of its own: Ctrl-C in a terminal is for the parent, which ends its workers.
        group: dict[str, Any] = (
            {"creationflags": 0x200} if os.name == "nt" else {"process_group": 0}
        )
        process = subprocess.Popen(
            [sys.executable, "-c", START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            **group,
        )
        self._process = process
        if self._is_closed:
            process.kill()
        try:
            _write(process.stdin, self._function)
            _read(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            if self._is_closed:
                raise
            status = self.end()
            raise WorkerError(
                f"a worker process can't be started ({_ending(status)}); nothing was written",
                hint="`--jobs 1` works without them",
            ) from None
        return process


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit code {status}"


def work() -> None:
    """A worker's life: the function, then batches of jobs, until the pipe ends."""
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints must not stand between the answers
    try:
        function = pickle.load(source)  # noqa: S301 - from our own parent
        _write(answers, None)
        while True:
            batch = pickle.load(source)  # noqa: S301 - likewise
            _write(answers, [_result(function, job) for job in batch])
    except (EOFError, BrokenPipeError):
        return


def _result(function: Callable[[Any], Any], job: object) -> Any:  # noqa: ANN401 - as the function
    try:
        return function(job)
    except Exception as error:  # noqa: BLE001 - the parent raises it
        error.add_note("".join(traceback.format_exception(error)))
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        except Exception:  # noqa: BLE001 - an error may hold anything
            error = RuntimeError("".join(error.__notes__))
        return _Raised(error)


def _write(pipe: IO[bytes] | None, value: object) -> None:
    if pipe is None:
        raise EOFError
    pickle.dump(value, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _read(pipe: IO[bytes] | None) -> Any:  # noqa: ANN401 - whatever was sent
    if pipe is None:
        raise EOFError
    return pickle.load(pipe)  # noqa: S301 - from our own worker


def _checked(results: list[Result | Lost | _Raised]) -> Iterator[Result | Lost]:
    for result in results:
        if isinstance(result, _Raised):
            raise result.error
        yield result
