"""Find out how an endpoint gives structured answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import openai

    from refiner.llm.endpoint import StructuredMode

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
ASKED: dict[str, dict[str, Any]] = {
    "json_schema": {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Probe", "schema": SCHEMA, "strict": True},
        }
    },
    "tools": {
        "tools": [{"type": "function", "function": {"name": "Probe", "parameters": SCHEMA}}],
        "tool_choice": {"type": "function", "function": {"name": "Probe"}},
    },
    "json": {"response_format": {"type": "json_object"}},
}
REFUSALS = frozenset({400, 404, 415, 422, 501})


def structured_mode(client: openai.OpenAI, model: str) -> StructuredMode:
    """The best way that an endpoint takes: a JSON schema, tools, or plain JSON.

    Raises:
        openai.APIError: It refuses more than the way of asking.
    """
    import json

    import openai

    modes: tuple[StructuredMode, ...] = ("json_schema", "tools", "json")
    for mode in modes:
        try:
            answer = client.chat.completions.create(
                model=model,
                messages=[{"role": "user", "content": 'Reply with JSON: {"answer": "yes"}'}],
                max_tokens=32,
                temperature=0,
                **ASKED[mode],
            )
        except openai.APIStatusError as error:
            if error.status_code not in REFUSALS:
                raise
            continue
        message = answer.choices[0].message
        calls = message.tool_calls or []
        text = message.content if mode != "tools" else _arguments(calls[0]) if calls else None
        try:
            if "answer" in json.loads(text or ""):
                return mode
        except ValueError:
            continue
    return "json"


def _arguments(call: Any) -> str:  # noqa: ANN401 - openai's tool call, a union of kinds
    return str(call.function.arguments)
