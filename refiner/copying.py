"""What a model that copies a text tells of it, and who makes something of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel


class Token(NamedTuple):
    """A token that a model was made to write.

    `logprob` is the natural logarithm of its probability; `others` are the likeliest tokens there,
    each with its own.
    """

    text: str
    logprob: float
    others: tuple[tuple[str, float], ...]


class Variant(NamedTuple):
    """Other words for a part of a line: characters `start` to `end`, half-open, read `new`.

    `copied` is the logarithm of the probability of the line's own token there, `instead` that of
    the first token of the new words.
    """

    start: int
    end: int
    new: str
    copied: float
    instead: float


class Copying(Protocol):
    """How the lines of a request's last message are copied instead of answered."""

    def variants(self, line: str, tokens: Sequence[Token]) -> Sequence[Variant]:
        """What is worth weighing of what a model would rather have written."""

    def answer(
        self, lines: Sequence[str], weighed: Sequence[tuple[int, Variant, float]]
    ) -> BaseModel:
        """The answer: line, variant, and by how much the line is likelier with it."""
