"""What can go wrong between a request and its answer, and what each fault means.

Trouble that may pass is waited out; what is wrong with one item fails that item; where no request
can succeed, the run stops.
"""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from refiner.errors import EndpointError, RefinerError
from refiner.llm.model import Failed
from refiner.llm.openai_api.client import OversizedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import openai
    from tenacity import RetryCallState

    from refiner.llm.endpoint import Endpoint
    from refiner.llm.model import FailureKind, Request, Usage

RETRIED_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
WRONG_KEY = 401
FATAL_STATUS = frozenset({WRONG_KEY, 403, 404})
REDIRECTS = range(300, 400)
SECRETS = re.compile(r"(?:Bearer|Basic)\s+\S+|\b(?:sk|pk|key|gsk|hf)[-_][\w-]{8,}", re.IGNORECASE)
BACKOFF_MAX_S = 30.0


class NoAnswerError(Exception):
    """A body came that holds no answer: it is cut, no JSON, or without choices."""


class WithheldError(Exception):
    """The endpoint answered, and not with an answer: it refused, or was cut short.

    Args:
        kind: What it is.
        reason: For a person.
    """

    def __init__(self, kind: FailureKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


def is_passing(error: BaseException) -> bool:
    """Whether trouble may pass: too many requests, a fault of the server, a broken line."""
    import openai

    if is_oversized(error):
        return False
    if isinstance(error, openai.APIStatusError):
        return error.status_code in RETRIED_STATUS
    return isinstance(error, openai.APIConnectionError | NoAnswerError)


def is_oversized(error: BaseException | None) -> bool:
    """Whether an answer has no end in sight."""
    seen = error
    while seen is not None:
        if isinstance(seen, OversizedError):
            return True
        seen = seen.__cause__
    return False


def is_redirect(error: BaseException | None) -> bool:
    """Whether the endpoint points elsewhere; nothing is sent there."""
    return getattr(error, "status_code", 0) in REDIRECTS


def is_server_fault(error: BaseException | None) -> bool:
    """Whether the server says that the fault is its own."""
    return getattr(error, "status_code", 0) >= 500  # noqa: PLR2004 - HTTP's server errors


def is_unreached(error: BaseException | None) -> bool:
    """Whether nobody was there; one who is late is there."""
    import openai

    return (
        isinstance(error, openai.APIConnectionError)
        and not isinstance(error, openai.APITimeoutError)
        and not is_oversized(error)
    )


def redacted(text: str, key: str) -> str:
    """What an endpoint says, without the key or what looks like one."""
    bare = text.replace(key, "…") if key else text
    return SECRETS.sub("…", bare)


def wait_s(state: RetryCallState) -> float:
    """Seconds before the next try: jittered, growing, and no less than the endpoint asks."""
    import tenacity

    backoff = tenacity.wait_random_exponential(multiplier=0.5, max=BACKOFF_MAX_S)(state)
    error = state.outcome.exception() if state.outcome is not None else None
    response = getattr(error, "response", None)
    said = None if response is None else retry_after_s(response.headers, time.time())
    return backoff if said is None else max(said, backoff)


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
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


def refused_request(request: Request, error: openai.APIStatusError, usage: Usage) -> Failed:
    """What it means for an item that the endpoint refuses to be asked about it."""
    kind, reason = refusal(error.status_code, error.body)
    return Failed(request, kind, reason, usage)


def refusal(status: int, body: object) -> tuple[FailureKind, str]:
    """Kind and reason of a refused request, by its status and the `error` of its body.

    Source: OpenAI's error codes; `exceed_context_size_error` is llama.cpp's.
    """
    said: dict[str, Any] = body if isinstance(body, dict) else {}
    code = f"{said.get('code')} {said.get('type')}"
    message = str(said.get("message")).lower()
    if (
        "context_length_exceeded" in code
        or "exceed_context_size" in code
        or "context length" in message
    ):
        return "too_long", "the item is too long for the model"
    if "content_filter" in code or "content_policy" in code:
        return "refused", "the endpoint's content filter refused the item"
    kind: FailureKind = "transport" if status in RETRIED_STATUS else "bad_request"
    return kind, f"the endpoint answered {status}"


def fatal_error(endpoint: Endpoint, error: openai.APIError | NoAnswerError) -> EndpointError:
    """What to tell a person when no request can succeed; never the key, nor text of the graph."""
    status = getattr(error, "status_code", None)
    if is_oversized(error):
        return EndpointError(
            f"`{endpoint.base_url}` answers without end, or compressed although nobody asked for "
            "that; what was answered before is kept",
            hint="does the base URL lead to an OpenAI-compatible endpoint? It mostly ends in `/v1`",
        )
    if status in REDIRECTS:
        return EndpointError(
            f"`{endpoint.base_url}` redirects elsewhere ({status}), and nothing was sent there; "
            "what was answered before is kept",
            hint="name the address that really answers with `--base-url`",
        )
    if isinstance(error, NoAnswerError):
        return EndpointError(
            f"`{endpoint.base_url}` answers, but not as an OpenAI-compatible endpoint does; what was "
            "answered before is kept",
            hint="the base URL mostly ends in `/v1`",
        )
    if status is None:
        return EndpointError(
            f"`{endpoint.base_url}` can't be reached ({type(error).__name__}); what was answered "
            "before is kept",
            hint="is the server running? `refiner doctor` looks",
        )
    what = {
        WRONG_KEY: "refuses the key",
        403: "refuses access",
        404: f"knows no model `{endpoint.model}`, or no such address",
    }.get(status, "fails again and again" if is_server_fault(error) else "refuses the request")
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
