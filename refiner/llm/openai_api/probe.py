"""Find out how an endpoint wants to be asked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from refiner.llm.openai_api.body import Manner, adapted

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion

    from refiner.llm.openai_api.body import StructuredMode

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
MODES: tuple[StructuredMode, ...] = ("json_schema", "tools", "json")
REFUSALS = frozenset({400, 404, 415, 422, 501})
SERVER_FAULT = 500
OF_MANNER = re.compile(r"response_format|json_schema|json_object|tool_choice|\btools\b")
WORDS = 'Reply with JSON: {"answer": "yes"}'
TOKENS = 32


def refuses_manner(error: openai.APIStatusError) -> bool:
    """Whether an endpoint refuses the way of asking; some call that a fault of their own, and say so.

    Source: llama-cpp-python 0.3 answers 500 to a `response_format` that it does not know.
    """
    if error.status_code == SERVER_FAULT:
        return OF_MANNER.search(f"{error.body or error.message}") is not None
    return error.status_code in REFUSALS


def find_manner(client: openai.OpenAI, model: str, manner: Manner) -> Manner:
    """The best way that an endpoint takes: a JSON schema, tools, or plain JSON.

    Args:
        client: openai's.
        model: The model's name there.
        manner: What is known so far; its mode is found anew.

    Raises:
        openai.APIError: It can't be reached, or refuses more than the way of asking.
    """
    import openai

    refused: openai.APIStatusError | None = None
    for mode in MODES:
        try:
            answer, manner = ask(client, model, manner, WORDS, TOKENS, ASKED[mode])
        except openai.APIStatusError as error:
            if not refuses_manner(error):
                raise
            refused = error
            continue
        refused = None
        if _is_structured(answer, mode):
            return replace(manner, mode=mode)
    if refused is not None:
        raise refused
    return replace(manner, mode="json")


def ask(
    client: openai.OpenAI,
    model: str,
    manner: Manner,
    words: str,
    tokens: int,
    structure: dict[str, Any] | None = None,
) -> tuple[ChatCompletion, Manner]:
    """Ask something small, in a manner that changes until the endpoint takes it.

    Args:
        client: openai's.
        model: The model's name there.
        manner: What is known so far.
        words: What is asked.
        tokens: Longest answer.
        structure: What asks for a structured answer, or None.

    Returns:
        The answer, and the manner that was taken.

    Raises:
        openai.APIError: It can't be reached, or refuses.
    """
    import openai

    while True:
        bound: dict[str, Any] = {manner.bound: manner.tokens(tokens)}
        if manner.has_temperature:
            bound["temperature"] = 0
        try:
            answer: ChatCompletion = client.chat.completions.create(
                model=model,
                messages=[{"role": "user", "content": words}],
                **bound,
                **(structure or {}),
            )
        except openai.APIStatusError as error:
            other = adapted(manner, error)
            if other is None:
                raise
            manner = other
        else:
            return answer, manner


def _is_structured(answer: ChatCompletion, mode: StructuredMode) -> bool:
    try:
        message = answer.choices[0].message
        calls: Any = message.tool_calls or []
        text = message.content if mode != "tools" else calls[0].function.arguments
        return "answer" in json.loads(text or "")
    except (AttributeError, IndexError, TypeError, ValueError):
        return False
