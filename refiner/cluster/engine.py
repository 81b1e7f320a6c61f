"""Ray: joined or started on this machine, its workers, and what is mapped over them.

Answers come back to the process that opened the engine, which alone holds ledger, budget and graph.
No key travels: each worker finds it in the environment of its own machine. Nothing is retried by
Ray itself; what a dead worker had under way is given to another one here.

Source: Ray, "Fault tolerance": what a dead actor had under way ends as `RayActorError`, a dead
task as `WorkerCrashedError` or `NodeDiedError`.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from refiner.cluster.crew import Crew, WorkerDiedError
from refiner.cluster.worker import Asking, looked
from refiner.errors import NotInstalledError, RefinerError, UserError
from refiner.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from types import TracebackType

    from refiner.llm.asking import Asked
    from refiner.llm.budget import Limits
    from refiner.llm.choice import ModelChoice
    from refiner.llm.model import Request
    from refiner.llm.store import StoredAnswer

Job = TypeVar("Job")
Result = TypeVar("Result")

PAGES_EACH = 32
CALLS_PER_CPU = 2
TRIES = 2
LETTERS_TOLD = 200
# Of a Ray that is started for one run: pages and answers are small.
STORE_BYTES = 200_000_000


class Gone(NamedTuple):
    """In the place of a result: the workers that looked at it died."""

    tries: int

    def __str__(self) -> str:
        return f"the workers that looked at it died, {self.tries} times"


class RayEngine:
    """A Ray cluster, as long as the block around it.

    Args:
        address: Of a cluster that is there; None for the one that `RAY_ADDRESS` names, or else for
            one on this machine, which ends with the block.
    """

    def __init__(self, address: str | None = None) -> None:
        self._address = address
        self._workers: list[_RayWorker] = []

    def __enter__(self) -> Self:
        """Join the cluster, or start one.

        Raises:
            NotInstalledError: Ray is not installed.
            UserError: Nothing answers at the address, or another version of Ray does.
        """
        if find_spec("ray") is None:
            raise NotInstalledError(
                "the engine `ray` is not installed", hint="`pip install '.[cluster]'`"
            )
        # Ray would tell its makers of its use otherwise.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        import ray

        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        is_own = self._address is None and not os.environ.get("RAY_ADDRESS")
        try:
            ray.init(
                self._address,
                object_store_memory=STORE_BYTES if is_own else None,
                include_dashboard=False if is_own else None,
                log_to_driver=False,
                logging_level="error",
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise UserError(
                f"no Ray cluster can be joined at `{self._address or os.environ.get('RAY_ADDRESS')}`: "
                f"{str(error).splitlines()[0]}",
                hint="`ray start --head` starts one; `ray status` looks",
            ) from error
        finally:
            _silence()
            for number, handler in handlers.items():  # Ctrl-C and a `kill` end the run as ever
                signal.signal(number, handler)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers, and the cluster where it was started here."""
        import ray

        for worker in self._workers:
            worker.end()
        ray.shutdown()

    def sender(self, choice: ModelChoice, limits: Limits) -> Callable[[], Crew]:
        """Who sends requests: a worker on each machine, which stays until the engine ends.

        Args:
            choice: The model, which is an endpoint's.
            limits: The run's; rates a minute are shared out among the workers.
        """
        nodes = self._nodes()
        share = replace(
            limits,
            requests_per_minute=share_of(limits.requests_per_minute, len(nodes)),
            tokens_per_minute=share_of(limits.tokens_per_minute, len(nodes)),
            max_requests=None,
            max_cost_usd=None,
            cost=_no_cost,
        )
        if not self._workers:
            self._workers = [_RayWorker(node, choice, share) for node in nodes]
        able = [worker for worker in self._workers if not worker.is_out]
        return lambda: Crew(able or self._workers, limits)

    def mapped(
        self,
        function: Callable[[Job], Result],
        jobs: Iterable[Job],
        stays: Callable[[Job], bool] = lambda _job: False,
    ) -> Generator[tuple[Job, Result | Gone]]:
        """Each job with its result, in order; few jobs are in flight at a time.

        Args:
            function: A module's own function, or a partial of one, with values that pickle.
            jobs: Taken as results are.
            stays: Whether a job needs what is only on this machine: it is done here.
        """
        import ray

        call = ray.remote(looked).options(max_retries=0, scheduling_strategy="SPREAD")
        shared = ray.put(function)
        most = max(2, int(CALLS_PER_CPU * ray.cluster_resources().get("CPU", 1)))
        rest = iter(jobs)
        asked: deque[tuple[list[Job], Any]] = deque()
        try:
            while True:
                while len(asked) < most and (batch := list(islice(rest, PAGES_EACH))):
                    away = [job for job in batch if not stays(job)]
                    asked.append((batch, call.remote(shared, away) if away else None))
                if not asked:
                    return
                batch, answer = asked.popleft()
                away = [job for job in batch if not stays(job)]
                results = iter([] if answer is None else _results(call, shared, away, answer))
                for job in batch:
                    yield job, function(job) if stays(job) else next(results)
        finally:
            for _, answer in asked:
                if answer is not None:
                    ray.cancel(answer)

    def _nodes(self) -> list[str]:
        import ray

        return [node["NodeID"] for node in ray.nodes() if node["Alive"]]


class _RayWorker:
    """An actor on one machine; on another where that one is gone.

    Attributes:
        is_out: Whether it can't work there, and is not started again.
    """

    def __init__(self, node: str, choice: ModelChoice, limits: Limits) -> None:
        self.is_out = False
        self._coming: tuple[Any, Any] | None = None
        self._node = node
        self._given = (choice, limits, VERSION)
        self._actor: Any = None

    async def start(self) -> None:
        """Start it, or again after its death; does nothing where it is ready.

        Raises:
            RefinerError: It can't be started, or can't work there.
        """
        if self._actor is not None:
            return
        if self._coming is None:
            self._coming = self._made()
        actor, ready = self._coming
        try:
            await _answer(ready)
        except WorkerDiedError as error:
            self._coming, self.is_out = None, True
            told = [line.strip() for line in str(error.__cause__).splitlines() if line.strip()]
            raise UserError(
                f"a worker can't be started on a machine of the cluster: {told[-1][:LETTERS_TOLD]}",
                hint="is the same refiner installed on all of them?",
            ) from None
        except RefinerError:
            self._coming, self.is_out = None, True
            raise
        self._coming, self._actor = None, actor

    def _made(self) -> tuple[Any, Any]:
        """A new actor, and what tells that it is ready."""
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        place = NodeAffinitySchedulingStrategy(self._node, soft=True)
        made = ray.remote(Asking).options(
            num_cpus=0, max_restarts=0, max_task_retries=0, scheduling_strategy=place
        )
        actor = made.remote(*self._given)
        return actor, actor.ready.remote()

    async def ask(
        self, request: Request, refused: StoredAnswer | None, *, has_answered: bool
    ) -> Asked:
        """Ask one request.

        Raises:
            WorkerDiedError: It is gone.
            EndpointError: No request can succeed.
        """
        actor = self._actor
        if actor is None:
            raise WorkerDiedError
        try:
            asked: Asked = await _answer(
                actor.ask.remote(request, refused, has_answered=has_answered)
            )
        except WorkerDiedError:
            if self._actor is actor:
                self._actor = None
            raise
        return asked

    def end(self) -> None:
        """End it, whatever it is at."""
        import ray

        for actor in filter(None, (self._actor, self._coming and self._coming[0])):
            ray.kill(actor)
        self._actor = self._coming = None


async def _answer(call: Any) -> Any:  # noqa: ANN401 - Ray's reference, and what it stands for
    """What a call gave.

    Raises:
        WorkerDiedError: Its worker is gone.
        RefinerError: What it raised.
    """
    from ray.exceptions import RayActorError, RayTaskError

    try:
        return await call
    except RayActorError as error:
        raise WorkerDiedError from error
    except RayTaskError as error:
        if isinstance(error.cause, RefinerError):
            raise error.cause from None
        raise


def _results(call: Any, shared: Any, jobs: Sequence[Any], answer: Any) -> list[Any]:  # noqa: ANN401 - Ray's
    """What came of jobs; where their worker died, they are looked at one by one."""
    import ray
    from ray.exceptions import NodeDiedError, OutOfMemoryError, RayTaskError, WorkerCrashedError

    try:
        found: list[Any] = ray.get(answer)
    except (NodeDiedError, OutOfMemoryError, WorkerCrashedError):
        pass
    except RayTaskError as error:
        raise error.cause from None
    else:
        return found
    return [_alone(call, shared, job) for job in jobs]


def _alone(call: Any, shared: Any, job: Any) -> Any:  # noqa: ANN401 - Ray's
    import ray
    from ray.exceptions import NodeDiedError, OutOfMemoryError, WorkerCrashedError

    for _ in range(TRIES):
        try:
            return ray.get(call.remote(shared, [job]))[0]
        except (NodeDiedError, OutOfMemoryError, WorkerCrashedError):
            continue
    return Gone(TRIES)


def _silence() -> None:
    """Keep what Ray tells of its workers' deaths off stdout, where data goes: it has no switch."""
    from ray._private import worker

    worker.print_to_stdstream = lambda _data, **_options: None


def share_of(rate: int | None, workers: int) -> int | None:
    """A worker's part of a rate a minute; None for no bound."""
    return None if rate is None else max(1, rate // max(workers, 1))


def _no_cost(_usage: object) -> None:
    """The budget is kept by the process that opened the engine."""
