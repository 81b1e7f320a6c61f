"""What a task asks made into a request, with the key under which its answer is kept."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from refiner.llm.model import Request, request_key
from refiner.llm.prompt import load_prompt, render
from refiner.tasks.model import FACTS

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.llm.choice import ModelChoice
    from refiner.tasks.model import Ask

# Source: OpenAI, Images and vision: a picture of 1,024 by 1,024 pixels in high detail.
IMAGE_TOKENS = 765
CHARS_PER_TOKEN = 3.6  # measured on English, Spanish and YAML with the embedded model's tokenizer


def make_request(task: str, ask: Ask, model: ModelChoice, images: tuple[str, ...] = ()) -> Request:
    """The request that an ask stands for.

    Args:
        task: Names the prompt.
        ask: What the task wants to know.
        model: Whom it is put to.
        images: What is sent along, as URLs.
    """
    prompt = load_prompt(ask.prompt or task)
    identity = model.identity
    parameters = {"temperature": prompt.temperature, "max_tokens": ask.max_tokens}
    return Request(
        key=request_key(
            task=task,
            prompt=prompt.id,
            model=identity,
            parameters=parameters,
            schema=_schema(ask.answer_model),
            variables={**ask.variables, **_seen(images)},
        ),
        task=task,
        prompt=prompt.id,
        model=identity,
        messages=render(prompt, ask.variables, ask.background, ask.lang, ask.parts),
        answer_model=ask.answer_model,
        context={} if ask.facts is None else {FACTS: ask.facts},
        max_tokens=ask.max_tokens,
        temperature=prompt.temperature,
        lang=ask.lang,
        guards=ask.guards,
        images=images,
    )


def _seen(images: tuple[str, ...]) -> dict[str, str]:
    """What of the images decides an answer."""
    if not images:
        return {}
    return {"images": hashlib.sha256("\n".join(images).encode()).hexdigest()}


def estimated_tokens(request: Request) -> tuple[int, int]:
    """About how many tokens a request takes and how many it may give."""
    chars = sum(len(message.content) for message in request.messages)
    shown = IMAGE_TOKENS * len(request.images)
    return round(
        (chars + _schema_chars(request.answer_model)) / CHARS_PER_TOKEN
    ) + shown, request.max_tokens


@lru_cache
def _schema(answer_model: type[BaseModel]) -> dict[str, Any]:
    return answer_model.model_json_schema()


@lru_cache
def _schema_chars(answer_model: type[BaseModel]) -> int:
    return len(json.dumps(_schema(answer_model), separators=(",", ":")))
