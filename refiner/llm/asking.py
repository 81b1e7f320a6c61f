"""An endpoint asked from this process: its manner found, its pace kept, trouble on the way retried.

`Asker` knows neither ledger nor budget, so that it can sit in this process or in a worker elsewhere.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from refiner.llm.model import Failed, Usage
from refiner.llm.openai_api.body import Manner, adapted
from refiner.llm.openai_api.client import open_client, open_probe
from refiner.llm.openai_api.conversation import Conversation
from refiner.llm.openai_api.faults import (
    FATAL_STATUS,
    WRONG_KEY,
    NoAnswerError,
    fatal_error,
    is_oversized,
    is_passing,
    is_redirect,
    is_server_fault,
    is_unreached,
    refusal,
    refused_request,
    wait_s,
)
from refiner.llm.openai_api.probe import find_manner, refuses_manner
from refiner.llm.pace import Pace
from refiner.llm.retry import patience_s
from refiner.llm.store import StoredAnswer

if TYPE_CHECKING:
    from types import TracebackType

    import openai
    from tenacity import RetryCallState

    from refiner.llm.budget import Limits
    from refiner.llm.endpoint import Endpoint
    from refiner.llm.model import FailureKind, Request

UNREACHED_AT_MOST = 3
TOO_MANY = 429
LETTERS_PER_TOKEN = 3


class Asked(NamedTuple):
    """What came of one request that was sent.

    Attributes:
        stored: What to keep as its answer; None where it failed.
        usage: Its tokens, also where it failed.
        kind: How it failed, and `reason` why, for a person.
        unfinished: Where it failed: an answer that came and was refused, and waits for its re-ask.
        manner: How the endpoint wants to be asked, as far as the one who asked knows.
    """

    stored: StoredAnswer | None
    usage: Usage
    kind: FailureKind = "transport"
    reason: str = ""
    unfinished: StoredAnswer | None = None
    manner: Manner | None = None


class Sender(Protocol):
    """Sends requests, from this process or from others; open as long as the block around it.

    Attributes:
        width: Requests under way at once, at most.
        manner: How the endpoint wants to be asked, as far as it is known.
    """

    width: int
    manner: Manner

    async def __aenter__(self) -> Self:
        """Make it ready."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of what it holds."""

    async def ask(self, request: Request, refused: StoredAnswer | None) -> Asked:
        """Ask one request, and once more where the guards refuse its answer.

        Args:
            request: What is asked.
            refused: An answer that the guards refused before: then only the re-ask is left.

        Raises:
            EndpointError: No request can succeed.
        """


class Asker:
    """Sends requests from this process.

    Args:
        endpoint: Where to.
        limits: How wide, how fast, how patient, and for how many minutes.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self.endpoint = endpoint
        self.limits = limits
        self.has_answered = False
        self.unreached = 0
        self.manner = Manner(
            mode=endpoint.mode or "json_schema",
            is_strict=not endpoint.is_embedded,
            attempts=endpoint.attempts,
        )
        self.is_mode_known = endpoint.mode is not None or endpoint.is_embedded
        self.probing = asyncio.Lock()
        self.width = 1 if endpoint.is_embedded else limits.concurrency
        self.pace = Pace(self.width, limits.requests_per_minute, limits.tokens_per_minute)
        self._started = time.monotonic()
        self._stack = AsyncExitStack()
        self._client: openai.AsyncOpenAI | None = None

    async def __aenter__(self) -> Self:
        """Open the client."""
        client = open_client(self.endpoint, self.limits.timeout_s)
        self._client = await self._stack.enter_async_context(client)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self._stack.__aexit__(kind, error, trace)

    async def ask(self, request: Request, refused: StoredAnswer | None) -> Asked:
        """Ask one request, and once more where the guards refuse its answer.

        Raises:
            EndpointError: No request can succeed: a wrong key, an unknown model, nobody there.
        """
        if self._client is None:
            raise RuntimeError("the client is not open")
        timeout_s = self.limits.timeout_s
        if self.endpoint.prefixes is not None:
            await self.endpoint.prefixes.enter(request)
        talk = Conversation(request, self.endpoint.model, self._client, timeout_s, refused)
        outcome = await self._ask(talk)
        if isinstance(outcome, StoredAnswer):
            return Asked(outcome, talk.usage, manner=self.manner)
        unfinished = talk.unfinished if refused is None else None
        return Asked(None, talk.usage, outcome.kind, outcome.reason, unfinished, self.manner)

    async def _ask(self, talk: Conversation) -> StoredAnswer | Failed:
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
            outcome: StoredAnswer | Failed = await retrying(self._try, talk)
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

    async def _try(self, talk: Conversation) -> StoredAnswer | Failed:
        """One try, when its turn comes; how the endpoint wants to be asked is found on the way."""
        import openai

        while True:
            async with self.pace.slot(_usage_at_most(talk.request, self.manner, 1).total):
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
                    return said

    def _may_be_manner(self, error: openai.APIStatusError) -> bool:
        """Whether it may be the manner of asking that is refused, not this item."""
        kind, _ = refusal(error.status_code, error.body)
        return refuses_manner(error) and kind not in {"refused", "too_long"}

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
        return self._is_late() or waited_s > bound_s

    def _is_late(self) -> bool:
        minutes = (time.monotonic() - self._started) / 60
        return self.limits.max_minutes is not None and minutes >= self.limits.max_minutes


def likely_usage(request: Request, manner: Manner) -> Usage:
    """What a request may cost at most, by its letters and its longest answer."""
    return _usage_at_most(request, manner, manner.attempts)


def _usage_at_most(request: Request, manner: Manner, attempts: int) -> Usage:
    letters = sum(len(message.content) for message in request.messages)
    answer = manner.tokens(request.max_tokens)
    prompt = letters // LETTERS_PER_TOKEN
    return Usage(attempts * prompt + (attempts - 1) * answer, 0, attempts * answer)


def _told(error: Exception) -> str:
    if isinstance(error, NoAnswerError):
        return "what came was cut, or no answer"
    if is_oversized(error):
        return "the answer has no end"
    return f"the endpoint can't be reached ({type(error).__name__})"
