"""Where a text is cut, and how a person is told."""

from __future__ import annotations

import re
from typing import NamedTuple

_SHOWN = 40


class Cut(NamedTuple):
    """Where a text is cut.

    Attributes:
        cause: The rule's name, as in the golden samples.
        start: First character of what shows it; `end` is half-open.
        detail: What was seen, for the person.
    """

    cause: str
    start: int
    end: int
    detail: str


def shown(written: str) -> str:
    """The last words of a line, as few as tell the place."""
    bare = " ".join(re.sub("¤+", "…", written).split())
    if len(bare) <= _SHOWN:
        return bare
    tail = bare[-_SHOWN:]
    return "…" + tail[tail.find(" ") + 1 :]
