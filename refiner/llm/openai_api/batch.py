"""A plan as OpenAI batch requests, and its results read back past the same guards.

Source: OpenAI's batch format, JSON lines with `custom_id`, `method`, `url` and `body`; vLLM's
`run-batch` reads and writes the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from refiner.errors import UserError
from refiner.llm.model import Usage
from refiner.llm.openai_api.body import Manner, request_body
from refiner.llm.openai_api.conversation import complaints, count
from refiner.llm.openai_api.faults import WithheldError, refusal
from refiner.llm.parts import checked, completed, waiting
from refiner.llm.store import StoredAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import BaseModel

    from refiner.llm.model import Request
    from refiner.llm.store import Store

URL: Literal["/v1/chat/completions"] = "/v1/chat/completions"
LETTERS_TOLD = 60
REASK = "-2"  # behind a request's key: the question again, with the guards' complaint


class BatchResult(NamedTuple):
    """How many results were taken, refused by the guards, failed, and unknown to the plan."""

    taken: int
    refused: int
    failed: int
    unknown: int


def batch_line(request: Request, model: str, refused: StoredAnswer | None = None) -> dict[str, Any]:
    """One request as the batch format has it; `custom_id` is the request's key."""
    return {
        "custom_id": request.key if refused is None else request.key + REASK,
        "method": "POST",
        "url": URL,
        "body": request_body(request, model, Manner(), refused),
    }


def read_batch(path: Path, plan: Mapping[str, Request], store: Store) -> BatchResult:
    """Take results into the store; what the guards refuse, or what failed, is asked again.

    Args:
        path: JSON lines, as an engine wrote them, in any order.
        plan: The requests that are still unanswered, by key.
        store: Keeps the answers, and those that the guards refuse for the next plan's re-ask.

    Raises:
        UserError: The file can't be read, or a line is no JSON object.
    """
    counts = dict.fromkeys(BatchResult._fields, 0)
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                result = parsed(line)
                if result is None:
                    raise _no_result(f"{path}:{number}")
                request = plan.get(result["custom_id"].removesuffix(REASK))
                counts[take(result, request, store)] += 1
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"`{path}` can't be read: {error}; what was read before is kept") from error
    return BatchResult(**counts)


def _no_result(place: str) -> UserError:
    return UserError(
        f"`{place}` is not a batch result: expected a JSON object with `custom_id`; "
        "the lines before it were taken"
    )


def parsed(line: str | bytes) -> dict[str, Any] | None:
    """A result with its `custom_id`, or None for a line that is none."""
    try:
        result = json.loads(line)
        if isinstance(result["custom_id"], str):
            return dict(result)
    except (ValueError, RecursionError, TypeError, KeyError):
        pass
    return None


def take(result: dict[str, Any], request: Request | None, store: Store) -> str:
    """Keep what one result says about its request; the name of what it counts as."""
    from pydantic import ValidationError

    name: str = result["custom_id"]
    is_reask = name.endswith(REASK)
    refused = None if request is None else store.refused(request.key)
    if request is None or (is_reask and refused is None):
        return "unknown"
    if store.answer(request.key) is not None:
        return "taken"
    try:
        text, usage = _answer(result)
    except WithheldError as error:
        store.save_failure(request, error.kind, error.reason)
        return "failed"
    if refused is not None and not is_reask:
        return "refused"  # the same file once more
    said: tuple[str, ...] = ()
    if refused is not None:
        said, usage = refused.violations, refused.usage + usage
    reask = waiting(request, refused)
    answer_model = request.answer_model if reask is None else reask.model
    second: BaseModel | None
    try:
        value = second = answer_model.model_validate_json(text, context=request.context)
    except ValidationError as error:
        said += tuple(complaints(error))
        if not is_reask:
            store.save_refused(request, StoredAnswer(text, said, usage, 0.0))
            return "refused"
        if reask is None:
            store.save_answer(request, StoredAnswer("", said, usage, 0.0))
            return "refused"
        second = None
    if reask is not None:
        value = completed(request, reask, second)
    else:
        value, again = checked(request, value)
        if again is not None:
            said += again.complaints
            if not is_reask:
                store.save_refused(request, StoredAnswer(text, said, usage, 0.0))
                return "refused"
    store.save_answer(request, StoredAnswer(value.model_dump_json(), said, usage, 0.0))
    return "taken"


def _answer(result: dict[str, Any]) -> tuple[str, Usage]:
    """The answer's text and its tokens.

    Raises:
        WithheldError: The request failed, was refused or was cut short.
    """
    response = _table(result.get("response"))
    body = _table(response.get("body"))
    status = response.get("status_code", 200)
    if result.get("error"):
        code = _table(result["error"]).get("code")
        said = code if isinstance(code, str) else "an error"
        raise WithheldError("transport", f"the batch says: {said[:LETTERS_TOLD]}")
    if status != 200:  # noqa: PLR2004 - HTTP's OK
        number = status if isinstance(status, int) else 0
        raise WithheldError(*refusal(number, body.get("error", body)))
    try:
        choice = _table(body["choices"][0])
    except (IndexError, KeyError, TypeError):
        raise WithheldError("transport", "the batch says: no answer") from None
    message, finish = _table(choice.get("message")), choice.get("finish_reason")
    if finish == "content_filter":
        raise WithheldError("refused", "the endpoint's content filter held the answer back")
    if message.get("refusal"):
        raise WithheldError("refused", "the model refused to answer")
    if finish == "length":
        raise WithheldError("truncated", "the answer was cut at its longest")
    text = message.get("content")
    if not isinstance(text, str):
        raise WithheldError("transport", "the batch says: no answer")
    usage = _table(body.get("usage"))
    cached = _table(usage.get("prompt_tokens_details")).get("cached_tokens")
    told = (usage.get("prompt_tokens"), cached, usage.get("completion_tokens"))
    return text, Usage(*map(count, told))


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
