"""What all tables are made of: words in one string, pairs, patterns."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
)


def _split(value: object) -> object:
    """Words stand in one string, blanks or line ends between them."""
    return tuple(value.split()) if isinstance(value, str) else value


def compiles(pattern: str, info: ValidationInfo) -> str:
    """Check that a pattern is a regular expression, where the context asks for it.

    Raises:
        ValueError: It is none.
    """
    if not info.context:
        return pattern
    try:
        re.compile(pattern)
    except re.error as error:
        message = f"`{pattern}` is not a valid regular expression: {error}"
        raise ValueError(message) from error
    return pattern


def _pairs(value: object) -> object:
    """`wrong:right` pairs stand in one string like words; `_` is a blank.

    Raises:
        ValueError: A word has no colon.
    """
    if not isinstance(value, str):
        return value
    pairs = [word.partition(":") for word in value.split()]
    for left, colon, right in pairs:
        if not (left and colon and right):
            raise ValueError(f"`{left}{colon}{right}` is no pair `wrong:right`")
    return {left.replace("_", " "): right.replace("_", " ") for left, _, right in pairs}


Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]
Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Pattern = Annotated[str, AfterValidator(compiles)]
Patterns = tuple[Pattern, ...]


class Section(BaseModel):
    """What one part of the tool knows of a language; every field may be left out."""

    # A section is built once, within `Language`, instead of once more by itself.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
