"""One way to ask, for every model: openai's client, instructor's structured answers.

Each request is asked once, and once more with the guards' complaint where they refuse the
answer. Trouble on the way is retried by tenacity, apart from that. Every answer is in the store
before anybody hears of it.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from refiner.errors import EndpointError, RefinerError
from refiner.llm.model import Abstained, Answered, Failed, Outcome, Request, Usage
from refiner.llm.pace import Pace
from refiner.llm.probe import REFUSALS, structured_mode
from refiner.llm.store import Store, StoredAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import instructor
    import openai
    from openai.types.chat import ChatCompletionMessageParam
    from pydantic import BaseModel, ValidationError
    from tenacity import RetryCallState

    from refiner.llm.endpoint import Endpoint, StructuredMode

RETRIED_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
FATAL_STATUS = frozenset({401, 403, 404})
BACKOFF_MAX_S = 30.0
DEAD_S = 5.0
ATTEMPTS = 2  # the question, and one re-ask
TOO_MANY = 429
LETTERS_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a run may go.

    Attributes:
        concurrency: Requests under way at once, at most; the embedded model takes one.
        timeout_s: For one try; `retry_s` for all tries of a request together.
        max_requests: Requests sent in all; None for no bound. `max_minutes` likewise.
        max_cost_usd: USD, where the price is known; `cost` tells what usage costs. What is under
            way counts with its longest answer, so that the bound is not passed.
        requests_per_minute: None for no bound; `tokens_per_minute` likewise.
    """

    concurrency: int = 8
    timeout_s: float = 120
    retry_s: float = 300
    max_requests: float | None = None
    max_minutes: float | None = None
    max_cost_usd: float | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    cost: Callable[[Usage], float | None] = lambda _usage: None


class Unrendered(dict[str, Any]):
    """A validation context that is never used as a template's.

    instructor renders messages as Jinja templates whenever the context is true; text from the
    graph is data, and may well hold `{{cloze …}}`.
    """

    def __bool__(self) -> bool:
        return False


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
    try:
        asyncio.run(_Run(endpoint, store, limits, on_outcome).all(ordered))
    except* RefinerError as group:
        raise first_error(group) from None


def fatal_error(endpoint: Endpoint, error: openai.APIError) -> EndpointError:
    """What to tell a person when no request can succeed; never the key, nor text of the graph."""
    status = getattr(error, "status_code", None)
    if status is None:
        return EndpointError(
            f"`{endpoint.base_url}` can't be reached ({type(error).__name__}); what was answered "
            "before is kept",
            hint="is the server running? `refiner doctor` looks",
        )
    what = {
        401: "refuses the key",
        403: "refuses access",
        404: f"knows no model `{endpoint.model}`, or no such address",
    }.get(status, "refuses the request")
    return EndpointError(
        f"`{endpoint.base_url}` {what} ({status}); what was answered before is kept",
        hint="`refiner doctor` shows what the endpoint answers",
    )


def first_error(group: BaseExceptionGroup[RefinerError]) -> RefinerError:
    """The first error of a group of tasks that all met the same."""
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    if not isinstance(found, RefinerError):
        raise TypeError(found)
    return found


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
        self.sent = 0
        self.usage = Usage()
        self.under_way = Usage()
        self.started = time.monotonic()
        self.mode: StructuredMode = endpoint.mode or "json_schema"
        self.is_mode_known = endpoint.mode is not None or endpoint.is_embedded
        self.probing = asyncio.Lock()
        self.asking: tuple[StructuredMode, instructor.AsyncInstructor] | None = None
        width = 1 if endpoint.is_embedded else limits.concurrency
        self.pace = Pace(width, limits.requests_per_minute, limits.tokens_per_minute)

    async def all(self, requests: Sequence[Request]) -> None:
        import httpx2
        import openai

        queue: asyncio.Queue[Request] = asyncio.Queue()
        for request in requests:
            queue.put_nowait(request)
        client = openai.AsyncOpenAI(
            base_url=self.endpoint.base_url,
            api_key=self.endpoint.key,
            timeout=httpx2.Timeout(self.limits.timeout_s, connect=10),
            max_retries=0,
        )
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
            passed = self._passed_limit(request)
            if passed is not None:
                self.on_outcome(Failed(request, "limit", passed))
                continue
            self.sent += 1
            likely = _likely_usage(request)
            self.under_way += likely
            outcome = await self._ask(request, client)
            self.under_way = self.under_way.less(likely)
            if isinstance(outcome, Failed):
                self.store.save_failure(request, outcome.kind, outcome.reason)
            self.on_outcome(outcome)

    def _passed_limit(self, request: Request) -> str | None:
        limits = self.limits
        if limits.max_requests is not None and self.sent >= limits.max_requests:
            return "--max-requests is reached; the next run goes on"
        minutes = (time.monotonic() - self.started) / 60
        if limits.max_minutes is not None and minutes >= limits.max_minutes:
            return "--max-minutes is reached; the next run goes on"
        if limits.max_cost_usd is None:
            return None
        cost = limits.cost(self.usage + self.under_way + _likely_usage(request))
        if cost is not None and cost > limits.max_cost_usd:
            return "--max-cost is reached; the next run goes on"
        return None

    async def _ask(self, request: Request, client: openai.AsyncOpenAI) -> Outcome:
        import openai
        import tenacity

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(is_passing),
            wait=_wait,
            stop=self._is_hopeless,
            reraise=True,
        )
        try:
            outcome: Outcome = await retrying(self._try, request, client)
        except openai.APIStatusError as error:
            if error.status_code in FATAL_STATUS:
                raise fatal_error(self.endpoint, error) from None
            return _refused_request(request, error)
        except json.JSONDecodeError:
            return Failed(request, "transport", "the answers were cut, or no JSON")
        except openai.APIConnectionError as error:
            if self.usage == Usage() and not self.endpoint.is_embedded:
                raise fatal_error(self.endpoint, error) from None
            return Failed(request, "transport", type(error).__name__)
        return outcome

    async def _try(self, request: Request, client: openai.AsyncOpenAI) -> Outcome:
        """One try, when its turn comes; the way of structured answers is found on the way."""
        import openai

        while True:
            async with self.pace.slot(_likely_usage(request).total):
                sent_at = time.monotonic()
                mode = self.mode
                try:
                    outcome = await self._converse(request, client)
                except openai.APIStatusError as error:
                    if error.status_code == TOO_MANY:
                        self.pace.was_too_much(sent_at)
                    if error.status_code not in REFUSALS or not await self._find_mode(mode):
                        raise
                else:
                    self.is_mode_known = True
                    self.pace.went_well()
                    return outcome

    async def _find_mode(self, tried: StructuredMode) -> bool:
        """Ask the endpoint which way of structured answers it takes; whether it is another."""
        import openai

        async with self.probing:
            if not self.is_mode_known:
                self.is_mode_known = True
                endpoint = self.endpoint
                asking = openai.OpenAI(
                    base_url=endpoint.base_url,
                    api_key=endpoint.key,
                    timeout=self.limits.timeout_s,
                    max_retries=2,
                )
                with asking:
                    try:
                        self.mode = await asyncio.to_thread(structured_mode, asking, endpoint.model)
                    except openai.APIError:
                        return False
            return self.mode != tried

    def _is_hopeless(self, state: RetryCallState) -> bool:
        """Whether to stop trying: soon where nobody has ever answered, else after `retry_s`."""
        import openai

        error = state.outcome.exception() if state.outcome is not None else None
        is_dead = (
            self.usage == Usage()
            and isinstance(error, openai.APIConnectionError)
            and not isinstance(error, openai.APITimeoutError)
        )
        bound_s = min(self.limits.retry_s, DEAD_S) if is_dead else self.limits.retry_s
        return (state.seconds_since_start or 0.0) >= bound_s

    async def _converse(self, request: Request, client: openai.AsyncOpenAI) -> Outcome:
        """The question, and one re-ask with the guards' complaint."""
        import instructor
        from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException
        from instructor.core.hooks import Hooks

        if self.asking is None or self.asking[0] != self.mode:
            self.asking = (self.mode, instructor.from_openai(client, mode=_mode(self.mode)))
        spent = _Spent()
        hooks = Hooks()
        hooks.on("completion:response", spent.add)
        hooks.on("parse:error", spent.refused)
        started = time.monotonic()
        try:
            value = await self.asking[1].chat.completions.create(
                model=self.endpoint.model,
                messages=_as_openai(request),
                response_model=_prepared(request.answer_model),
                max_retries=_reasking(spent),
                context=Unrendered(request.context),
                hooks=hooks,
                temperature=request.temperature,
                max_tokens=request.max_tokens,
            )
        except (InstructorRetryException, IncompleteOutputException, json.JSONDecodeError) as error:
            self.usage += spent.usage
            passing = _cause(error)
            if passing is not None:
                raise passing from None
            if spent.refusal is not None:
                return Failed(request, "refused", spent.refusal)
            if isinstance(error, IncompleteOutputException) or spent.is_cut:
                return Failed(request, "truncated", f"cut at {request.max_tokens} tokens")
            stored = StoredAnswer("", complaints(error), spent.usage, time.monotonic() - started)
            self.store.save_answer(request, stored)
            return recall(request, stored, is_cached=False)
        self.usage += spent.usage
        latency_s = time.monotonic() - started
        said = tuple(spent.violations)
        stored = StoredAnswer(value.model_dump_json(), said, spent.usage, latency_s)
        self.store.save_answer(request, stored)
        return Answered(request, value, spent.usage, latency_s, is_cached=False, violations=said)


@lru_cache
def _prepared(answer_model: type[BaseModel]) -> type[BaseModel]:
    """The answer model as instructor makes it for each request anew, made once."""
    from instructor import openai_schema

    return openai_schema(answer_model)


def recall(request: Request, stored: StoredAnswer, *, is_cached: bool = True) -> Outcome:
    """The outcome that a stored answer stands for, past the guards of today."""
    from pydantic import ValidationError

    usage = Usage() if is_cached else stored.usage
    if not stored.answer:
        return Abstained(request, stored.violations, usage, stored.latency_s, is_cached)
    try:
        value = request.answer_model.model_validate_json(stored.answer, context=request.context)
    except ValidationError as error:
        return Abstained(request, tuple(_said(error)), usage, stored.latency_s, is_cached)
    return Answered(request, value, usage, stored.latency_s, is_cached, stored.violations)


def _as_openai(request: Request) -> list[ChatCompletionMessageParam]:
    """The messages as openai's client takes them."""
    from typing import cast

    return [
        cast("ChatCompletionMessageParam", {"role": m.role, "content": m.content})
        for m in request.messages
    ]


class _Spent:
    """Adds up what the tries of one request cost."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.is_cut = False
        self.refusal: str | None = None
        self.violations: list[str] = []

    def refused(self, error: Exception) -> None:
        """Keep what the guards say against an answer that is asked for again."""
        from pydantic import ValidationError

        if isinstance(error, ValidationError):
            self.violations += _said(error)

    def add(self, response: Any) -> None:  # noqa: ANN401 - openai's completion, as instructor hands it on
        choice = response.choices[0]
        self.is_cut = choice.finish_reason == "length"
        if choice.finish_reason == "content_filter":
            self.refusal = "the endpoint's content filter held the answer back"
        elif getattr(choice.message, "refusal", None):
            self.refusal = "the model refused to answer"
        usage = response.usage
        if usage is None:
            return
        details = getattr(usage, "prompt_tokens_details", None)
        cached = getattr(details, "cached_tokens", None) or 0
        self.usage += Usage(usage.prompt_tokens, cached, usage.completion_tokens)


def _reasking(spent: _Spent) -> Any:  # noqa: ANN401 - tenacity's, typed in instructor
    """One re-ask, where an answer came and the guards refused it; never where a model refused."""
    import tenacity
    from pydantic import ValidationError

    return tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception(
            lambda error: isinstance(error, ValidationError) and spent.refusal is None
        ),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
    )


def _likely_usage(request: Request) -> Usage:
    """What a request may cost at most, by its letters and its longest answer."""
    letters = sum(len(message.content) for message in request.messages)
    return Usage(letters // LETTERS_PER_TOKEN, 0, request.max_tokens)


def _refused_request(request: Request, error: openai.APIStatusError) -> Failed:
    body = error.body if isinstance(error.body, dict) else {}
    code = str(body.get("code") or "")
    if code == "context_length_exceeded" or "context length" in str(body.get("message")).lower():
        return Failed(request, "too_long", "the item is too long for the model")
    if code == "content_filter":
        return Failed(request, "refused", "the endpoint's content filter refused the item")
    return Failed(request, "bad_request", f"the endpoint answered {error.status_code}")


def complaints(error: Exception) -> tuple[str, ...]:
    """What the guards said against each try."""
    from pydantic import ValidationError

    said = []
    for attempt in getattr(error, "failed_attempts", None) or ():
        cause = getattr(attempt, "exception", None)
        if isinstance(cause, ValidationError):
            said += _said(cause)
        elif cause is not None:
            said.append(type(cause).__name__)
    return tuple(said) or (str(error)[:200],)


def _said(error: ValidationError) -> list[str]:
    return [
        problem["msg"].removeprefix("Value error, ") for problem in error.errors(include_url=False)
    ]


def is_passing(error: BaseException) -> bool:
    """Whether trouble may pass: too many requests, a fault of the server, a broken line."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code in RETRIED_STATUS
    return isinstance(error, openai.APIConnectionError | json.JSONDecodeError)


def retry_after_s(headers: Any, now: float) -> float | None:  # noqa: ANN401 - a mapping of headers
    """What a Retry-After header asks to wait, in seconds, or None.

    Source: RFC 9110, section 10.2.3: seconds, or a date.
    """
    said = headers.get("retry-after")
    if not said:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now)
    except ValueError:
        return None


def _wait(state: Any) -> float:  # noqa: ANN401 - tenacity's retry state
    import tenacity

    error = state.outcome.exception()
    response = getattr(error, "response", None)
    said = None if response is None else retry_after_s(response.headers, time.time())
    if said is not None:
        return said
    return tenacity.wait_random_exponential(multiplier=0.5, max=BACKOFF_MAX_S)(state)


def _cause(error: BaseException) -> BaseException | None:
    """The endpoint's own error behind instructor's, or None."""
    import openai

    cause: BaseException | None
    for attempt in getattr(error, "failed_attempts", None) or ():
        cause = getattr(attempt, "exception", None)
        if isinstance(cause, openai.APIError | json.JSONDecodeError):
            return cause
    cause = error
    while cause is not None:
        if isinstance(cause, openai.APIError | json.JSONDecodeError):
            return cause
        cause = cause.__cause__
    return None


def _mode(mode: StructuredMode) -> Any:  # noqa: ANN401 - instructor's enum
    import instructor

    return {
        "json_schema": instructor.Mode.JSON_SCHEMA,
        "tools": instructor.Mode.TOOLS,
        "json": instructor.Mode.JSON,
    }[mode]
