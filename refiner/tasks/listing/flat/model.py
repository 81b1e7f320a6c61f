"""What every finder of flattened code gives."""

from __future__ import annotations

from typing import NamedTuple


class Flattened(NamedTuple):
    """Code that stands on one line.

    Attributes:
        start: Its first character in the line.
        end: Behind its last character.
        lang: Its language as fences name it.
        code: Its lines as they stood, or None where more than one way is possible.
    """

    start: int
    end: int
    lang: str
    code: str | None
