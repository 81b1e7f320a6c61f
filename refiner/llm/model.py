"""What is asked of a model, and how it can end."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from pydantic import BaseModel

FailureKind = Literal["transport", "refused", "bad_request", "too_long", "truncated", "limit"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat: `system`, `user` or `assistant`, and its text."""

    role: Literal["system", "user", "assistant"]
    content: str


class Checked(Protocol):
    """An answer of several parts, past the guards of each.

    Attributes:
        kept: The answer with what passed; the rest is empty.
        complaints: What the guards say against the rest.
        again: The model of the parts to ask for again; None where all passed.
    """

    @property
    def kept(self) -> BaseModel:
        """The answer with what passed."""

    @property
    def complaints(self) -> tuple[str, ...]:
        """What the guards say against the rest."""

    @property
    def again(self) -> type[BaseModel] | None:
        """The model of the parts to ask for again."""


class PartGuards(Protocol):
    """The guards of an answer whose parts are kept or refused one by one."""

    def check(self, answer: BaseModel) -> Checked:
        """Part an answer into what passes and what has to be asked for again."""

    def joined(self, kept: BaseModel, second: BaseModel) -> BaseModel:
        """What was kept of a first answer, with what the second try brought past the guards."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question for a model.

    Attributes:
        key: 32 hex digits over all that identifies it; answers are kept under it.
        task: The task that asks.
        prompt: The prompt's name and version, as `question@3`.
        model: The model's name.
        messages: The stable part first.
        answer_model: The strict pydantic model of the answer; its validators are the guards.
        context: Plain data for the validators.
        max_tokens: Longest answer.
        temperature: 0 for the likeliest answer.
        lang: Language of the examples; requests are sent grouped by task and language.
        guards: For an answer of several parts: what keeps or refuses each of them.
        images: What is sent along with the last message, as URLs.
    """

    key: str
    task: str
    prompt: str
    model: str
    messages: tuple[Message, ...]
    answer_model: type[BaseModel]
    context: dict[str, Any] = field(default_factory=dict)
    max_tokens: int = 128
    temperature: float = 0.0
    lang: str = "en"
    guards: PartGuards | None = None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request or many, re-asks included."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
        )

    def less(self, other: Usage) -> Usage:
        """Without the other."""
        return Usage(
            self.prompt_tokens - other.prompt_tokens,
            self.cached_tokens - other.cached_tokens,
            self.completion_tokens - other.completion_tokens,
        )

    @property
    def total(self) -> int:
        """Prompt and answer."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Answered:
    """The model answered, and the guards let the answer through.

    `violations` is what they said against its first try, where it was asked again; `waits` tells
    that parts of it are still to be asked for again.
    """

    request: Request
    value: BaseModel
    usage: Usage
    latency_s: float
    is_cached: bool
    violations: tuple[str, ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Abstained:
    """The guards refused the answer, and the one to the re-ask too."""

    request: Request
    violations: tuple[str, ...]
    usage: Usage
    latency_s: float
    is_cached: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer came, or none that is whole; the next run asks again."""

    request: Request
    kind: FailureKind
    reason: str
    usage: Usage = Usage()


Outcome = Answered | Abstained | Failed


def request_key(
    *,
    task: str,
    prompt: str,
    model: str,
    parameters: dict[str, Any],
    schema: dict[str, Any],
    variables: dict[str, str],
) -> str:
    """The hash under which an answer is kept.

    What merely surrounds an item (title, chapter, neighbours) is left out on purpose: the same
    item on a page that was renamed, or grew, is not asked about again.
    """
    parts = [task, prompt, model, parameters, schema, variables]
    written = json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(written).hexdigest()[:32]
