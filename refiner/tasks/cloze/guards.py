"""The answer model of `cloze`: terms to hide, and the guards that they have to pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from refiner.analysis.terms import content_words
from refiner.tasks.model import facts_of

QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "—": "-", "–": "-"})
WORDS_AT_MOST = 6
SHARE_AT_MOST = 0.4
TERMS_AT_MOST = 3
LETTERS_AT_LEAST = 2


class Hidden(NamedTuple):
    """A term to hide, in characters of the line: the line's own slice, not the model's words."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageFacts:
    """What the guards compare terms with.

    Attributes:
        passage: The sentences that were shown to the model, a line each.
        lang: Their language, or "".
    """

    passage: str = ""
    lang: str = ""


class Terms(BaseModel):
    """The terms of a passage that are worth hiding; none where none is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    terms: Annotated[list[str], Field(max_length=6)]

    @field_validator("terms")
    @classmethod
    def _can_be_hidden(cls, terms: list[str], info: ValidationInfo) -> list[str]:
        facts = facts_of(info, PassageFacts)
        good = [
            term
            for term in dict.fromkeys(terms)
            if any(find_term(line, term) for line in facts.passage.split("\n"))
            and is_worth_hiding(term, facts.lang)
        ]
        if terms and not good:
            raise ValueError(
                f"exact: copy each term exactly from the passage, at most {WORDS_AT_MOST} words"
            )
        return good[:TERMS_AT_MOST]


def find_term(line: str, term: str) -> list[Hidden]:
    """Every place of a term in a line, as whole words; quotes, case and spaces are not minded."""
    words = term.translate(QUOTES).split()
    if not words:
        return []
    pattern = r"\s+".join(re.escape(word) for word in words)
    found = re.finditer(rf"(?<!\w){pattern}(?!\w)", line.translate(QUOTES), re.IGNORECASE)
    return [Hidden(match.start(), match.end()) for match in found]


def is_worth_hiding(term: str, lang: str) -> bool:
    """Whether a term is short, holds no macro, and says something."""
    if "{" in term or "}" in term or "\n" in term or len(term.split()) > WORDS_AT_MOST:
        return False
    letters = sum(char.isalnum() for char in term)
    return letters >= LETTERS_AT_LEAST and (
        bool(content_words(term, lang)) or bool(re.search(r"\d|^[A-Z]{2,}$", term))
    )


def is_fair(line: str, hidden: list[Hidden]) -> bool:
    """Whether enough of the line stays to recall the rest by."""
    covered = sum(end - start for start, end in hidden)
    return covered <= SHARE_AT_MOST * len(line.strip())
