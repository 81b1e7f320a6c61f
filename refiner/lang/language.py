"""A language as data: one TOML file holds all that the rules know of it.

A file `refiner/lang/<code>.toml` has a table for each section below; what it leaves out stays
empty, and a rule that finds nothing there is silent. A language without a file gets the rules
that need none. Patterns are regular expressions in literal strings, without flags: the rule that
joins them says how they are compiled.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

FOLDER = files(__package__)


def _split(value: object) -> object:
    """Words stand in one string, blanks or line ends between them."""
    return tuple(value.split()) if isinstance(value, str) else value


def _compiles(pattern: str) -> str:
    """Check that a pattern is a regular expression.

    Raises:
        ValueError: It is none.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        message = f"`{pattern}` is not a valid regular expression: {error}"
        raise ValueError(message) from error
    return pattern


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Pattern = Annotated[str, AfterValidator(_compiles)]
Patterns = tuple[Pattern, ...]


class Section(BaseModel):
    """What one part of the tool knows of a language; every field may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Detection(Section):
    """How a text shows that it is in this language."""


class Spelling(Section):
    """Letters, endings and words for the lexicon."""


class Typo(Section):
    """Slips of spelling and grammar."""


class Lines(Section):
    """What tells prose from code."""


class Listing(Section):
    """What stands around a listing."""


class References(Section):
    """How a text points to its figures, listings and chapters."""


class Continuation(Section):
    """What marks a card that goes on from the one before."""


class Question(Section):
    """What a vague question looks like, and the templates for a better one."""


class Terms(Section):
    """Words that carry a text's meaning."""


class Flagging(Section):
    """What the `flag` task looks for."""


class Injection(Section):
    """Orders to a model that a text may hold."""


class Truncation(Section):
    """How sentences end, and what leaves one open."""


class Cloze(Section):
    """What is worth hiding in a passage, and what is not."""


class Talk(Section):
    """How a book speaks of itself."""


class Language(BaseModel):
    """All that is known of one language.

    Attributes:
        code: ISO 639-1.
        name: In English.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: str
    detection: Detection = Detection()
    spelling: Spelling = Spelling()
    typo: Typo = Typo()
    lines: Lines = Lines()
    listing: Listing = Listing()
    references: References = References()
    continuation: Continuation = Continuation()
    question: Question = Question()
    terms: Terms = Terms()
    flag: Flagging = Flagging()
    injection: Injection = Injection()
    truncation: Truncation = Truncation()
    cloze: Cloze = Cloze()
    talk: Talk = Talk()


class LanguageFileError(ValueError):
    """A language's file that is not valid: the message names the file and the field."""


@cache
def codes() -> tuple[str, ...]:
    """The languages that have a file, by code."""
    names = (entry.name for entry in FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def language(code: str) -> Language | None:
    """What is known of a language, or None where it has no file.

    Raises:
        LanguageFileError: The file is not valid TOML, or a field is not as the model says.
    """
    if code not in codes():
        return None
    return parse_language((FOLDER / f"{code}.toml").read_text(encoding="utf-8"), f"{code}.toml")


def parse_language(text: str, name: str) -> Language:
    """Read a language's file.

    Args:
        text: The file's text.
        name: Its name, for messages.

    Raises:
        LanguageFileError: As for `language`.
    """
    try:
        return Language.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise LanguageFileError(f"`{name}` is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise LanguageFileError(f"`{name}`: `{place}`: {first['msg']}") from error


def languages() -> tuple[Language, ...]:
    """Every language that has a file, by code."""
    return tuple(found for code in codes() if (found := language(code)) is not None)


def values(field: str) -> tuple[str, ...]:
    """What all languages have in a field, each value once.

    Args:
        field: `section.field`, of words or patterns.
    """
    section, name = field.split(".")
    found: dict[str, None] = {}
    for one in languages():
        value = getattr(getattr(one, section), name)
        found.update(dict.fromkeys((value,) if isinstance(value, str) else value))
    return tuple(text for text in found if text)


@cache
def union(field: str) -> str:
    """One pattern for what is looked for in any language; it matches nothing where there is none.

    Args:
        field: `section.field`, of patterns.
    """
    return "|".join(f"(?:{pattern})" for pattern in values(field)) or r"(?!)"


@cache
def word_union(field: str) -> frozenset[str]:
    """The words of all languages in a field of words."""
    return frozenset(values(field))
