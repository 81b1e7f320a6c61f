"""A request as it goes over the wire, in the manner that its endpoint takes.

OpenAI-compatible endpoints differ in how they give structured answers, in the name of the bound on
an answer's length, and in whether they take a temperature.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from refiner.llm.parts import waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    import openai
    from pydantic import BaseModel

    from refiner.llm.model import Request
    from refiner.llm.store import StoredAnswer

StructuredMode = Literal["json_schema", "tools", "json"]
# Models that think count their thoughts as part of the answer.
THINKING_TOKENS = 4096
# Keywords that OpenAI's strict schemas do not take; the answer models check them here anyway.
# Source: OpenAI, Structured model outputs, "Supported schemas".
NOT_STRICT = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
# As instructor words it.
REASKED = "Correct your JSON ONLY RESPONSE, based on the following errors:"
UNSUPPORTED = re.compile(r"unsupported (?:parameter|value): ['\"`](\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Manner:
    """How an endpoint wants to be asked.

    Attributes:
        mode: How structured answers are asked for.
        bound: What the bound on an answer's length is called.
        has_temperature: Whether a temperature may be given.
        is_strict: Whether a JSON schema is sent as a strict one: OpenAI keeps to no other.
        attempts: How often a request is asked, the re-ask with the guards' complaint included.
    """

    mode: StructuredMode = "json_schema"
    bound: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    has_temperature: bool = True
    is_strict: bool = True
    attempts: int = 2

    def tokens(self, answer: int) -> int:
        """The bound to give, for an answer of at most so many tokens."""
        return answer if self.bound == "max_tokens" else answer + THINKING_TOKENS


def request_body(
    request: Request, model: str, manner: Manner, refused: StoredAnswer | None = None
) -> dict[str, Any]:
    """What is sent to `/chat/completions`, live or in a batch.

    Args:
        request: What is asked.
        model: The model's name at the endpoint.
        manner: How the endpoint wants to be asked.
        refused: An answer that the guards refused before: then it is asked again.
    """
    messages: list[dict[str, Any]] = [
        {"role": message.role, "content": message.content} for message in request.messages
    ]
    if request.images:
        messages[-1]["content"] = _with_images(messages[-1]["content"], request.images)
    reask = waiting(request, refused)
    answer_model = request.answer_model if reask is None else reask.model
    if manner.mode == "json":
        messages = _with_schema(messages, answer_model)
    if reask is not None:
        messages += reask.messages
    elif refused is not None:
        complaint = "\n".join((REASKED, *refused.violations))
        messages += [
            {"role": "assistant", "content": refused.answer},
            {"role": "user", "content": complaint},
        ]
    body: dict[str, Any] = {
        "model": model,
        "messages": messages,
        manner.bound: manner.tokens(request.max_tokens),
        **structure(answer_model, manner.mode, is_strict=manner.is_strict),
    }
    if manner.has_temperature:
        body["temperature"] = request.temperature
    return body


def adapted(manner: Manner, error: openai.APIStatusError) -> Manner | None:
    """The manner that a refusal asks for, or None where it says nothing about it.

    Source: OpenAI's error bodies: `param`, or "Unsupported parameter: 'max_tokens' is not supported
    with this model. Use 'max_completion_tokens' instead."
    """
    body = error.body if isinstance(error.body, dict) else {}
    said = UNSUPPORTED.search(str(body.get("message") or ""))
    name = said[1] if said else body.get("param")
    if name == "max_tokens" and manner.bound == "max_tokens":
        return replace(manner, bound="max_completion_tokens")
    if name == "temperature" and manner.has_temperature:
        return replace(manner, has_temperature=False)
    return None


@lru_cache
def structure(
    answer_model: type[BaseModel], mode: StructuredMode, *, is_strict: bool
) -> dict[str, Any]:
    """The part of a body that asks for a structured answer."""
    schema = answer_model.model_json_schema()
    name = answer_model.__name__
    if mode == "json":
        return {"response_format": {"type": "json_object"}}
    if mode == "tools":
        function = {
            "name": name,
            "description": schema.get("description", name),
            "parameters": schema,
        }
        choice = {"type": "function", "function": {"name": name}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
    asked: dict[str, Any] = {"name": name, "schema": schema}
    if is_strict and _can_be_strict(schema):
        asked = {"name": name, "schema": _strict(schema), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": asked}}


def _with_images(text: str, images: Sequence[str]) -> list[dict[str, Any]]:
    """A message's text with images behind it, as parts.

    Source: OpenAI, Images and vision: `image_url` with a URL or a data URL.
    """
    shown = [{"type": "image_url", "image_url": {"url": url}} for url in images]
    return [{"type": "text", "text": text}, *shown]


def _with_schema(
    messages: list[dict[str, Any]], answer_model: type[BaseModel]
) -> list[dict[str, Any]]:
    """The messages with the answer's schema in the first one, where nothing else holds it."""
    schema = json.dumps(answer_model.model_json_schema(), ensure_ascii=False)
    told = f"Reply with one JSON object, and nothing else, that fits this JSON schema:\n{schema}"
    first = messages[0]
    if first["role"] != "system":
        return [{"role": "system", "content": told}, *messages]
    return [{"role": "system", "content": f"{first['content']}\n\n{told}"}, *messages[1:]]


def _can_be_strict(schema: Any) -> bool:  # noqa: ANN401 - a JSON value
    """Whether every object of a schema is closed and requires all that it names."""
    if isinstance(schema, list):
        return all(map(_can_be_strict, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object" and (
        schema.get("additionalProperties") is not False
        or set(schema.get("required", ())) != set(schema.get("properties", ()))
    ):
        return False
    return all(map(_can_be_strict, schema.values()))


def _strict(schema: Any) -> Any:  # noqa: ANN401 - a JSON value
    """A schema without the keywords that a strict one may not have."""
    if isinstance(schema, list):
        return [_strict(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _strict(value) for key, value in schema.items() if key not in NOT_STRICT}
