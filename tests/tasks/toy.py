"""A task as small as one can be: it asks for a calmer word where a question shouts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from refiner.tasks.model import Abstention, Ask, Draft, Finding, TaskOptions, facts_of

if TYPE_CHECKING:
    from refiner.cards import Book, Item

PROMPT = """+++
name = "toy"
version = 1
variables = ["word"]
background = []
temperature = 0.0
+++
# System
Say it in lower case. Reply with JSON: {"word": "..."}

# User
Word: <data>$word</data>
"""


@dataclass(frozen=True, slots=True)
class Shouted:
    """What the answer is compared with."""

    word: str = ""


class Calm(BaseModel):
    """The same word in lower case."""

    model_config = ConfigDict(extra="forbid", strict=True)

    word: str

    @field_validator("word")
    @classmethod
    def _is_the_same(cls, word: str, info: ValidationInfo) -> str:
        if word.upper() != facts_of(info, Shouted).word:
            raise ValueError("same-word: keep the word")
        return word


class ToyTask:
    """Asks for a calmer word."""

    name = "toy"

    def detect(self, item: Item, book: Book) -> list[Finding]:  # noqa: ARG002
        """A first word in capitals."""
        word = item.question.text.split(maxsplit=1)[0]
        is_shouted = word.isupper() and len(word) > 1
        return [Finding("toy", "shout", "question", 0, 0, len(word), word)] * is_shouted

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:  # noqa: ARG002
        """How to say it."""
        word = findings[0].detail
        return Ask({"word": word}, Calm, facts=Shouted(word))

    def propose(
        self,
        item: Item,
        book: Book,  # noqa: ARG002
        findings: list[Finding],
        answer: BaseModel | None,
        options: TaskOptions,  # noqa: ARG002
    ) -> list[Draft | Abstention]:
        """The calmer word."""
        if not isinstance(answer, Calm):
            return []
        edit = item.question.edit(0, findings[0].end, answer.word.capitalize())
        assert edit is not None
        return [Draft("toy", "shout", (edit,), "Nobody is deaf here.", "model", 0.9)]


TASK = ToyTask()
