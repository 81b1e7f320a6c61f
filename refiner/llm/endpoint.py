"""A place that answers chat requests: an OpenAI-compatible endpoint, or the model in this process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refiner.llm.openai_api.body import StructuredMode
    from refiner.llm.prefixes import Prefixes


@dataclass(frozen=True)
class Endpoint:
    """A place that answers chat requests.

    Attributes:
        base_url: Up to and without `/chat/completions`.
        model: The model's name there.
        key: The API key; never shown.
        is_embedded: Whether it is the model in this process.
        mode: How structured answers are asked for; None until it is known.
        attempts: How often a request is asked, the re-ask with the guards' complaint included.
        prefixes: What the model in this process has read of the prompts before; None elsewhere.
    """

    base_url: str
    model: str
    key: str = field(repr=False)
    is_embedded: bool = False
    mode: StructuredMode | None = None
    attempts: int = 2
    prefixes: Prefixes | None = None
