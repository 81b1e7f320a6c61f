"""A language as data: one TOML file holds all that the rules know of it.

A file `refiner/lang/<code>.toml` has a table for each section below; what it leaves out stays
empty, and a rule that finds nothing there is silent. A language without a file gets the rules
that need none. Patterns are regular expressions in literal strings, without flags: the rule that
joins them says how they are compiled.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
)

from refiner.lang.sections.questions import (
    Continuation,
    Flagging,
    Injection,
    Question,
    References,
    Terms,
)
from refiner.lang.sections.spelling import Detection, Spelling, Typo
from refiner.lang.sections.texts import Cloze, Editor, Lines, Listing, Talk, Truncation

FOLDER = files(__package__)


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
    editor: Editor = Editor()


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
    name = f"{code}.toml"
    text = (FOLDER / name).read_text(encoding="utf-8")
    return parse_language(text, name, compiles=False)


def parse_language(text: str, name: str, *, compiles: bool = True) -> Language:
    """Read a language's file.

    Args:
        text: The file's text.
        name: Its name, for messages.
        compiles: Whether each pattern is tried, which takes ten times as long as the rest; the
            tests try those of the files that come along.

    Raises:
        LanguageFileError: As for `language`.
    """
    try:
        return Language.model_validate(tomllib.loads(text), context=compiles)
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
