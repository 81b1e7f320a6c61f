"""Requests shared out to workers elsewhere; what a worker that died had not answered goes to another.

Knows nothing of Ray: a worker is whoever answers `ask`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol, Self

from refiner.errors import EndpointError, RefinerError
from refiner.llm.asking import Asked, likely_usage
from refiner.llm.model import Usage
from refiner.llm.openai_api.body import Manner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from refiner.llm.budget import Limits
    from refiner.llm.model import Request
    from refiner.llm.store import StoredAnswer

TRIES = 3
LOG = logging.getLogger("refiner")


class WorkerDiedError(Exception):
    """A worker, or its machine, is gone with what it had under way."""


class Worker(Protocol):
    """A process somewhere that sends requests."""

    async def start(self) -> None:
        """Start it, or again after its death; does nothing where it is ready.

        Raises:
            WorkerDiedError: It can't be started.
            RefinerError: It can't work there: another version, no key.
        """

    async def ask(
        self, request: Request, refused: StoredAnswer | None, *, has_answered: bool
    ) -> Asked:
        """Ask one request.

        Args:
            request: What is asked.
            refused: An answer that the guards refused before.
            has_answered: Whether the endpoint has ever answered anyone.

        Raises:
            WorkerDiedError: It is gone.
            EndpointError: No request can succeed.
        """


class Crew:
    """A `Sender` of many workers; budget, cache and ledger stay with whoever opened it.

    Args:
        workers: Who sends; each takes as many requests at once as it is given.
        limits: The run's.
    """

    def __init__(self, workers: Sequence[Worker], limits: Limits) -> None:
        self.width = limits.concurrency
        self.manner = Manner()
        self._workers = workers
        self._busy: dict[int, int] = {}
        self._has_answered = False
        self._changed = asyncio.Condition()
        self._starting: dict[int, asyncio.Task[None]] = {}
        self._problem: RefinerError | None = None
        self._is_open = False

    async def __aenter__(self) -> Self:
        """Start all workers, and wait for the first.

        Raises:
            RefinerError: None of them can work.
        """
        for number in range(len(self._workers)):
            self._start(number)
        await self._free()
        self._is_open = True
        self._tell()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for nobody; the workers, also those that are still starting, stay for what comes next."""
        for task in self._starting.values():
            task.cancel()
        await asyncio.gather(*self._starting.values(), return_exceptions=True)

    async def ask(self, request: Request, refused: StoredAnswer | None) -> Asked:
        """Ask one request through the worker that has the least to do.

        What was under way at a worker that died counts against the budget with the most that it
        may have cost.

        Raises:
            EndpointError: No request can succeed, or no worker is left.
        """
        lost = Usage()
        for _ in range(TRIES):
            number = await self._free()
            self._busy[number] += 1
            try:
                asked = await self._workers[number].ask(
                    request, refused, has_answered=self._has_answered
                )
            except WorkerDiedError:
                lost += likely_usage(request, self.manner)
                self._lose(number)
                continue
            finally:
                if number in self._busy:
                    self._busy[number] -= 1
            self.manner = asked.manner or self.manner
            self._has_answered |= asked.stored is not None
            return asked._replace(usage=asked.usage + lost)
        reason = (
            f"the worker that asked died, {TRIES} times; its requests are asked by the next run"
        )
        return Asked(None, lost, "transport", reason)

    async def _free(self) -> int:
        """The worker that has the least to do."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._busy or not self._starting)
        if not self._busy:
            raise self._none_left()
        return min(self._busy, key=self._busy.__getitem__)

    def _lose(self, number: int) -> None:
        """Send nothing more to a worker, and start it again."""
        if self._busy.pop(number, None) is not None and number not in self._starting:
            self._start(number)

    def _start(self, number: int) -> None:
        self._starting[number] = asyncio.create_task(self._started(number))

    async def _started(self, number: int) -> None:
        try:
            await self._workers[number].start()
        except WorkerDiedError:
            pass
        except RefinerError as error:
            self._problem = error
            self._tell()
        else:
            self._busy[number] = 0
        async with self._changed:
            del self._starting[number]
            self._changed.notify_all()

    def _tell(self) -> None:
        """Say why a machine does not ask, while others do."""
        if self._problem is not None and self._is_open:
            LOG.warning("a machine of the cluster can't ask: %s", self._problem.message)

    def _none_left(self) -> RefinerError:
        return self._problem or EndpointError(
            "no worker of the cluster is left to ask; what was answered is kept",
            hint="`ray status` shows which machines are there",
        )
