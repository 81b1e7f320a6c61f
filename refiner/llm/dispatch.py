"""One way to ask, for every model and from wherever the requests are sent.

Each request is asked once, and once more with the guards' complaint where they refuse the
answer. Budget, store and the order of the requests are kept here; a `Sender` talks to the endpoint.
Every answer is in the store before anybody hears of it.
"""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

from refiner.errors import RefinerError
from refiner.llm.asking import Asked, Asker, Sender, likely_usage
from refiner.llm.budget import Budget
from refiner.llm.model import Failed, Outcome, Request
from refiner.llm.openai_api.conversation import recall, so_far
from refiner.llm.openai_api.faults import first_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from refiner.llm.budget import Limits
    from refiner.llm.endpoint import Endpoint
    from refiner.llm.store import Store


def complete(
    requests: Sequence[Request],
    endpoint: Endpoint,
    store: Store,
    limits: Limits,
    on_outcome: Callable[[Outcome], None],
) -> None:
    """Ask all requests from this process; the rest as `send`."""
    send(requests, lambda: Asker(endpoint, limits), store, limits, on_outcome)


def send(
    requests: Sequence[Request],
    open_sender: Callable[[], Sender],
    store: Store,
    limits: Limits,
    on_outcome: Callable[[Outcome], None],
) -> None:
    """Ask all requests, grouped so that a model's prompt cache stays warm.

    Args:
        requests: Identical ones (by key) are sent once.
        open_sender: Called in the event loop: who sends them.
        store: What is answered there is not sent again.
        limits: Sending stops before one is passed; what was not sent is `Failed` as `limit`.
        on_outcome: Called for every request, in the order in which they end.

    Raises:
        EndpointError: No request can succeed: a wrong key, an unknown model, nobody there.
        KeyboardInterrupt: Ctrl-C; what was answered is kept.
    """
    unique = {request.key: request for request in requests}
    ordered = sorted(unique.values(), key=lambda request: (request.task, request.lang))
    silence()
    # What is loaded by now is no garbage: a fifth of the client's own CPU went into walking it.
    gc.freeze()
    try:
        asyncio.run(_Run(store, limits, on_outcome).all(ordered, open_sender))
    except* RefinerError as group:
        raise first_error(group) from None
    finally:
        gc.unfreeze()


def silence() -> None:
    """Keep the libraries' own logs off the terminal: they may hold text from the graph."""
    import logging

    for name in ("instructor", "openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Run:
    def __init__(self, store: Store, limits: Limits, on_outcome: Callable[[Outcome], None]) -> None:
        self.store = store
        self.on_outcome = on_outcome
        self.budget = Budget(limits)

    async def all(self, requests: Sequence[Request], open_sender: Callable[[], Sender]) -> None:
        queue: asyncio.Queue[Request] = asyncio.Queue()
        for request in requests:
            queue.put_nowait(request)
        async with open_sender() as sender, asyncio.TaskGroup() as group:
            for _ in range(min(sender.width, len(requests))):
                group.create_task(self._work(queue, sender))

    async def _work(self, queue: asyncio.Queue[Request], sender: Sender) -> None:
        while not queue.empty():
            request = queue.get_nowait()
            stored = self.store.answer(request.key)
            if stored is not None:
                self.on_outcome(recall(request, stored))
                continue
            likely = likely_usage(request, sender.manner)
            passed = await self.budget.passed_by(likely)
            if passed is not None:
                reason = f"{passed} is reached; the next run goes on"
                kept = so_far(request, self.store.refused(request.key))
                self.on_outcome(kept or Failed(request, "limit", reason))
                continue
            self.budget.begin(likely)
            asked = await sender.ask(request, self.store.refused(request.key))
            self.budget.end(likely, asked.usage)
            self.on_outcome(self._kept(request, asked))

    def _kept(self, request: Request, asked: Asked) -> Outcome:
        """What came of a request, once it is in the store."""
        if asked.stored is not None:
            self.store.save_answer(request, asked.stored)
            return recall(request, asked.stored, is_cached=False)
        if asked.unfinished is not None:
            self.store.save_refused(request, asked.unfinished)
        self.store.save_failure(request, asked.kind, asked.reason)
        return Failed(request, asked.kind, asked.reason, asked.usage)
