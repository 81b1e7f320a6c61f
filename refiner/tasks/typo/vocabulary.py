"""The words of a page and of its book: what an author uses is no slip, however rare elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_AROUND = 12


@lru_cache(maxsize=2)
def _lower(page: bytes) -> str:
    return page.decode(errors="replace").lower()


class Vocabulary(NamedTuple):
    """What stands on the page.

    Attributes:
        counts: Lower-case words of the page and of the graph's other pages of the same book,
            with how often each occurs.
        page: The page's bytes.
        langs: The languages whose words may stand in it: the text's own, English, the page's.
    """

    counts: Mapping[str, int]
    page: bytes = b""
    langs: tuple[str, ...] = ()

    def count(self, word: str) -> int:
        """How often a lower-case word occurs."""
        return self.counts.get(word, 0)

    def uses(self, word: str) -> int:
        """How often it occurs, but for copies of one and the same sentence.

        Notes and the card made from them hold a slip twice without the author meaning it.
        """
        count = self.count(word)
        if count <= 1:
            return count
        found, places = self._found(rf"(?<!\w){re.escape(word)}(?!\w)")
        return places + max(0, count - found)

    def members(self, name: str) -> int:
        """How often a lower-case word has another behind its full stop, as an object has."""
        return self._found(rf"(?<!\w){re.escape(name)}\.[^\W\d_]")[1]

    def _found(self, pattern: str) -> tuple[int, int]:
        """How often a pattern is found on the page, and in how many different surroundings."""
        text = _lower(self.page)
        around = [
            text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
            for match in re.finditer(pattern, text)
        ]
        return len(around), len(set(around))
