"""One request with a model: the question, and one re-ask with the guards' complaint.

instructor reads the answer, lets the answer model's guards see it with its item, and words the
re-ask; what is sent goes through openai's client.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from refiner.llm.model import Abstained, Answered, Failed, Usage
from refiner.llm.openai_api.body import request_body
from refiner.llm.openai_api.faults import NoAnswerError, WithheldError
from refiner.llm.parts import checked, completed, waiting
from refiner.llm.store import StoredAnswer

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion
    from openai.types.chat.chat_completion import Choice
    from pydantic import BaseModel, ValidationError

    from refiner.llm.model import Outcome, Request
    from refiner.llm.openai_api.body import Manner, StructuredMode
    from refiner.llm.parts import Reask

TOKENS_AT_MOST = 10**9


class Conversation:
    """What is said about one request; it goes on where a fault on the way broke it off.

    Args:
        request: What is asked.
        model: The model's name at the endpoint.
        client: openai's.
        timeout_s: For a whole answer, however slowly it comes.
        refused: An earlier answer that the guards refused: then only the re-ask is left.
    """

    def __init__(
        self,
        request: Request,
        model: str,
        client: openai.AsyncOpenAI,
        timeout_s: float,
        refused: StoredAnswer | None = None,
    ) -> None:
        self.request = request
        self.usage = Usage() if refused is None else refused.usage
        self._refused = refused
        self._model = model
        self._client = client
        self._timeout_s = timeout_s
        self._violations: list[str] = [] if refused is None else [*refused.violations]
        self._answers = 0
        self._last = "" if refused is None else refused.answer
        self._body: dict[str, Any] = {}
        self._reask = waiting(request, refused)

    @property
    def unfinished(self) -> StoredAnswer | None:
        """An answer that came, was refused, and could not be asked for again: kept for its re-ask."""
        if self._answers == 0 or not self._violations or not self._last:
            return None
        return StoredAnswer(self._last, tuple(self._violations), self.usage, 0.0)

    async def go_on(self, manner: Manner) -> StoredAnswer | Failed:
        """Ask until an answer passes the guards, or has been asked for again in vain.

        Raises:
            openai.APIError: The endpoint can't be reached, or refuses.
            NoAnswerError: What came holds no answer.
        """
        started = time.monotonic()
        try:
            value = await self._first(manner) if self._reask is None else None
            if self._reask is not None:
                value = await self._again(self._reask, manner)
        except WithheldError as error:
            return Failed(self.request, error.kind, error.reason, self.usage)
        answer = "" if value is None else value.model_dump_json()
        latency_s = time.monotonic() - started
        return StoredAnswer(answer, tuple(self._violations), self.usage, latency_s)

    async def _first(self, manner: Manner) -> BaseModel | None:
        """The answer to the question; None for none, or where parts are to be asked for again."""
        if self._answers == 0:
            self._body = request_body(self.request, self._model, manner, self._refused)
        left = max(1, manner.attempts - self._answers - (self._refused is not None))
        value = await self._ask(self.request.answer_model, manner, left)
        if value is None or self.request.guards is None:
            return value
        kept, reask = checked(self.request, value)
        if reask is None:
            return kept
        self._violations += reask.complaints
        self._last = value.model_dump_json()
        if self._answers >= manner.attempts or self._refused is not None:
            return kept
        self._reask = reask
        self._refused = StoredAnswer(self._last, (), Usage(), 0.0)
        return None

    async def _again(self, reask: Reask, manner: Manner) -> BaseModel:
        """The answer with its refused parts asked for once more; without them where it is in vain."""
        self._body = request_body(self.request, self._model, manner, self._refused)
        try:
            second = await self._ask(reask.model, manner, 1)
        except WithheldError as error:
            self._violations.append(error.reason)
            second = None
        return completed(self.request, reask, second)

    async def _ask(
        self, answer_model: type[BaseModel], manner: Manner, attempts: int
    ) -> BaseModel | None:
        """Ask for an answer of a model, again with what instructor says where it does not fit.

        Raises:
            WithheldError: The endpoint answered, and not with an answer.
            openai.APIError: The endpoint can't be reached, or refuses.
            NoAnswerError: What came holds no answer.
        """
        import tenacity
        from instructor.core.exceptions import InstructorRetryException
        from instructor.core.retry import retry_async

        try:
            return await retry_async(
                func=self._send,
                response_model=answer_model,
                args=(),
                kwargs={**self._body, "messages": [*self._body["messages"]]},
                context=self.request.context,
                max_retries=tenacity.AsyncRetrying(
                    retry=tenacity.retry_if_exception(self._is_refused_by_guards),
                    stop=tenacity.stop_after_attempt(attempts),
                ),
                mode=_instructor_mode(manner.mode),
            )
        except InstructorRetryException as error:
            cause = error.__cause__
            if cause is not None and not isinstance(cause, tenacity.RetryError):
                raise cause from cause.__cause__
            return None

    async def _send(self, **body: Any) -> ChatCompletion:  # noqa: ANN401 - JSON values
        """Send one message of the conversation.

        The body is plain JSON as it stands: openai's typed method would walk all of its unions for
        each message, which costs more than the sending.
        """
        import httpx2
        import openai
        from openai.types.chat import ChatCompletion

        self._body = body
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.post(
                    "/chat/completions",
                    cast_to=ChatCompletion,
                    body=body,
                    options={"security": {"bearer_auth": True}},
                )
        except TimeoutError as error:
            url = str(self._client.base_url)
            raise openai.APITimeoutError(httpx2.Request("POST", url)) from error
        except (ValueError, RecursionError) as error:
            raise NoAnswerError from error
        choice = _choice(response)
        self.usage += _usage(response)
        if choice.finish_reason == "content_filter":
            raise WithheldError("refused", "the endpoint's content filter held the answer back")
        if choice.message.refusal:
            raise WithheldError("refused", "the model refused to answer")
        if choice.finish_reason == "length":
            tokens = self.request.max_tokens
            raise WithheldError("truncated", f"the answer was cut at {tokens} tokens")
        self._answers += 1
        self._last = _text(choice)
        return response

    def _is_refused_by_guards(self, error: BaseException) -> bool:
        """Whether an answer came and can't be taken; keeps what is said against it."""
        from instructor.core.exceptions import ResponseParsingError
        from pydantic import ValidationError

        if isinstance(error, ValidationError):
            self._violations += complaints(error)
        elif isinstance(error, ResponseParsingError):
            self._violations.append("the answer is not in the form that was asked for")
        else:
            return False
        return True


def _text(choice: Choice) -> str:
    """The answer as it came, from the message or from the tool that it calls."""
    calls: Any = choice.message.tool_calls or []
    if calls:
        return str(getattr(calls[0].function, "arguments", ""))
    return choice.message.content or ""


def recall(request: Request, stored: StoredAnswer, *, is_cached: bool = True) -> Outcome:
    """The outcome that a stored answer stands for, past the guards of today."""
    from pydantic import ValidationError

    usage = Usage() if is_cached else stored.usage
    if not stored.answer:
        return Abstained(request, stored.violations, usage, stored.latency_s, is_cached)
    try:
        value = request.answer_model.model_validate_json(stored.answer, context=request.context)
    except ValidationError as error:
        return Abstained(request, tuple(complaints(error)), usage, stored.latency_s, is_cached)
    value, _ = checked(request, value)
    return Answered(request, value, usage, stored.latency_s, is_cached, stored.violations)


def so_far(request: Request, refused: StoredAnswer | None) -> Answered | None:
    """What passed of an answer whose other parts still wait for their re-ask, or None."""
    reask = waiting(request, refused)
    if reask is None or refused is None:
        return None
    told = refused.violations
    return Answered(request, reask.kept, Usage(), 0.0, is_cached=True, violations=told, waits=True)


def complaints(error: ValidationError) -> list[str]:
    """What the guards say against an answer."""
    return [
        problem["msg"].removeprefix("Value error, ") for problem in error.errors(include_url=False)
    ]


def _choice(response: ChatCompletion) -> Choice:
    """The first choice of a body, which openai's client has not checked.

    Raises:
        NoAnswerError: There is none.
    """
    from openai.types.chat import ChatCompletionMessage

    try:
        choice = response.choices[0]
        is_whole = isinstance(choice.message, ChatCompletionMessage)
    except (AttributeError, IndexError, KeyError, TypeError):
        raise NoAnswerError from None
    if not is_whole:
        raise NoAnswerError
    return choice


def _usage(response: ChatCompletion) -> Usage:
    from openai.types import CompletionUsage

    usage = response.usage
    if not isinstance(usage, CompletionUsage):
        return Usage()
    cached = getattr(usage.prompt_tokens_details, "cached_tokens", None)
    return Usage(count(usage.prompt_tokens), count(cached), count(usage.completion_tokens))


def count(value: object) -> int:
    """A number of tokens as an endpoint tells it; 0 for what can be none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= TOKENS_AT_MOST:
        return value
    return 0


def _instructor_mode(mode: StructuredMode) -> Any:  # noqa: ANN401 - instructor's enum
    import instructor

    return {
        "json_schema": instructor.Mode.JSON_SCHEMA,
        "tools": instructor.Mode.TOOLS,
        "json": instructor.Mode.JSON,
    }[mode]
