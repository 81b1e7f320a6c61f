"""One way to ask, for every model: openai's client, instructor's structured answers.

Each request is asked once, and once more with the guards' complaint where they refuse the
answer. Trouble on the way is retried by tenacity, apart from that. Every answer is in the store
before anybody hears of it.
"""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING

from refiner.errors import RefinerError
from refiner.llm.budget import Budget
from refiner.llm.model import Failed, Outcome, Request, Usage
from refiner.llm.openai_api.body import Manner, adapted
from refiner.llm.openai_api.client import open_client, open_probe
from refiner.llm.openai_api.conversation import ATTEMPTS, Conversation, recall, so_far
from refiner.llm.openai_api.faults import (
    FATAL_STATUS,
    WRONG_KEY,
    NoAnswerError,
    fatal_error,
    first_error,
    is_oversized,
    is_passing,
    is_redirect,
    is_server_fault,
    is_unreached,
    refusal,
    refused_request,
    wait_s,
)
from refiner.llm.openai_api.probe import REFUSALS, find_manner
from refiner.llm.pace import Pace
from refiner.llm.retry import patience_s

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import openai
    from tenacity import RetryCallState

    from refiner.llm.budget import Limits
    from refiner.llm.endpoint import Endpoint
    from refiner.llm.store import Store

UNREACHED_AT_MOST = 3
TOO_MANY = 429
LETTERS_PER_TOKEN = 3


def complete(
    requests: Sequence[Request],
    endpoint: Endpoint,
    store: Store,
    limits: Limits,
    on_outcome: Callable[[Outcome], None],
) -> None:
    """Ask all requests, grouped so that a model's prompt cache stays warm.

    Args:
        requests: Identical ones (by key) are sent once.
        endpoint: Where to.
        store: What is answered there is not sent again.
        limits: Sending stops before one is passed; what was not sent is `Failed` as `limit`.
        on_outcome: Called for every request, in the order in which they end.

    Raises:
        EndpointError: No request can succeed: a wrong key, an unknown model, nobody there.
        KeyboardInterrupt: Ctrl-C; what was answered is kept.
    """
    unique = {request.key: request for request in requests}
    ordered = sorted(unique.values(), key=lambda request: (request.task, request.lang))
    _silence()
    # What is loaded by now is no garbage: a fifth of the client's own CPU went into walking it.
    gc.freeze()
    try:
        asyncio.run(_Run(endpoint, store, limits, on_outcome).all(ordered))
    except* RefinerError as group:
        raise first_error(group) from None
    finally:
        gc.unfreeze()


def _silence() -> None:
    """Keep the libraries' own logs off the terminal: they may hold text from the graph."""
    import logging

    for name in ("instructor", "openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Run:
    def __init__(
        self,
        endpoint: Endpoint,
        store: Store,
        limits: Limits,
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        self.endpoint = endpoint
        self.store = store
        self.limits = limits
        self.on_outcome = on_outcome
        self.budget = Budget(limits)
        self.has_answered = False
        self.unreached = 0
        self.manner = Manner(
            mode=endpoint.mode or "json_schema", is_strict=not endpoint.is_embedded
        )
        self.is_mode_known = endpoint.mode is not None or endpoint.is_embedded
        self.probing = asyncio.Lock()
        width = 1 if endpoint.is_embedded else limits.concurrency
        self.pace = Pace(width, limits.requests_per_minute, limits.tokens_per_minute)

    async def all(self, requests: Sequence[Request]) -> None:
        queue: asyncio.Queue[Request] = asyncio.Queue()
        for request in requests:
            queue.put_nowait(request)
        client = open_client(self.endpoint, self.limits.timeout_s)
        async with client, asyncio.TaskGroup() as group:
            for _ in range(min(self.pace.most, len(requests))):
                group.create_task(self._work(queue, client))

    async def _work(self, queue: asyncio.Queue[Request], client: openai.AsyncOpenAI) -> None:
        while not queue.empty():
            request = queue.get_nowait()
            stored = self.store.answer(request.key)
            if stored is not None:
                self.on_outcome(recall(request, stored))
                continue
            likely = self._likely_usage(request)
            passed = await self.budget.passed_by(likely)
            if passed is not None:
                reason = f"{passed} is reached; the next run goes on"
                kept = so_far(request, self.store.refused(request.key))
                self.on_outcome(kept or Failed(request, "limit", reason))
                continue
            self.budget.begin(likely)
            refused = self.store.refused(request.key)
            timeout_s = self.limits.timeout_s
            talk = Conversation(request, self.endpoint.model, client, timeout_s, refused)
            outcome = await self._ask(talk)
            self.budget.end(likely, talk.usage)
            if isinstance(outcome, Failed):
                if talk.unfinished is not None and refused is None:
                    self.store.save_refused(request, talk.unfinished)
                self.store.save_failure(request, outcome.kind, outcome.reason)
            self.on_outcome(outcome)

    async def _ask(self, talk: Conversation) -> Outcome:
        import openai
        import tenacity

        request = talk.request
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(is_passing),
            wait=wait_s,
            stop=self._is_hopeless,
            reraise=True,
        )
        try:
            outcome: Outcome = await retrying(self._try, talk)
        except openai.APIStatusError as error:
            # Once somebody has answered, key and model are right: the refusal is of this item.
            is_new = not self.has_answered
            self.unreached += is_server_fault(error)
            if (
                error.status_code == WRONG_KEY
                or is_redirect(error)
                or (is_new and (error.status_code in FATAL_STATUS or is_server_fault(error)))
                or self.unreached >= UNREACHED_AT_MOST
            ):
                raise fatal_error(self.endpoint, error) from None
            return refused_request(request, error, talk.usage)
        except (openai.APIConnectionError, NoAnswerError) as error:
            self.unreached += is_unreached(error) or is_oversized(error)
            if not self.endpoint.is_embedded and (
                not self.has_answered or self.unreached >= UNREACHED_AT_MOST
            ):
                raise fatal_error(self.endpoint, error) from None
            return Failed(request, "transport", _told(error), talk.usage)
        return outcome

    async def _try(self, talk: Conversation) -> Outcome:
        """One try, when its turn comes; how the endpoint wants to be asked is found on the way."""
        import openai

        while True:
            async with self.pace.slot(self._likely_usage(talk.request, attempts=1).total):
                sent_at = time.monotonic()
                manner = self.manner
                try:
                    said = await talk.go_on(manner)
                except openai.APIStatusError as error:
                    if error.status_code == TOO_MANY:
                        self.pace.was_too_much(sent_at)
                    if not self._may_be_manner(error) or not await self._adapt(manner, error):
                        raise
                else:
                    self.is_mode_known = self.has_answered = True
                    self.unreached = 0
                    self.pace.went_well()
                    if isinstance(said, Failed):
                        return said
                    self.store.save_answer(talk.request, said)
                    return recall(talk.request, said, is_cached=False)

    def _may_be_manner(self, error: openai.APIStatusError) -> bool:
        """Whether it may be the manner of asking that is refused, not this item."""
        kind, _ = refusal(error.status_code, error.body)
        return error.status_code in REFUSALS and kind not in {"refused", "too_long"}

    async def _adapt(self, tried: Manner, error: openai.APIStatusError) -> bool:
        """Find the manner that the endpoint takes; whether it is another than was tried."""
        import openai

        async with self.probing:
            if self.manner != tried:
                return True
            other = adapted(tried, error)
            if other is not None:
                self.manner = other
            elif not self.is_mode_known:
                self.is_mode_known = True
                endpoint = self.endpoint
                asking = open_probe(endpoint, self.limits.timeout_s, max_retries=2)
                with asking:
                    try:
                        self.manner = await asyncio.to_thread(
                            find_manner, asking, endpoint.model, tried
                        )
                    except openai.APIError:
                        return False
            return self.manner != tried

    def _is_hopeless(self, state: RetryCallState) -> bool:
        bound_s = patience_s(state, self.limits.retry_s, has_answered=self.has_answered)
        waited_s = (state.seconds_since_start or 0) + state.upcoming_sleep
        return self.budget.is_late() or waited_s > bound_s

    def _likely_usage(self, request: Request, *, attempts: int = ATTEMPTS) -> Usage:
        """What a request may cost at most, by its letters and its longest answer."""
        letters = sum(len(message.content) for message in request.messages)
        answer = self.manner.tokens(request.max_tokens)
        prompt = letters // LETTERS_PER_TOKEN
        return Usage(attempts * prompt + (attempts - 1) * answer, 0, attempts * answer)


def _told(error: Exception) -> str:
    if isinstance(error, NoAnswerError):
        return "what came was cut, or no answer"
    if is_oversized(error):
        return "the answer has no end"
    return f"the endpoint can't be reached ({type(error).__name__})"
