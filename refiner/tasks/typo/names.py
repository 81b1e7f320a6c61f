"""Names with a slip in them: abbreviations and CamelCase words that the page writes otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.lang.corrections import is_one_slip
from refiner.lang.lexicon import is_common, is_known_anywhere
from refiner.tasks.typo.slips import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.tasks.typo.vocabulary import Vocabulary

_ABBREVIATION = re.compile(r"(?<![\w¤@/\\.:=$-])[A-Z]{3,5}(?![\w¤@/\\=$(-])")
_CAMEL = re.compile(r"(?<![\w¤@/\\.:=$<-])(?:[A-Z][a-z]+){2,4}(?![\w¤@/\\=$(.-])")
_PART = re.compile(r"[A-Z][a-z]+")
_OFTEN = 3


def names(plain: str, start: int, end: int, words: Vocabulary) -> Iterator[Slip]:
    """Find the names that the page writes otherwise.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        words: The page's words.
    """
    for match in _ABBREVIATION.finditer(plain, start, end):
        new = _swapped(match[0], plain, words)
        if new is not None:
            yield Slip(*match.span(), new, "misspelling")
    for match in _CAMEL.finditer(plain, start, end):
        new = _joined(match[0], plain, words)
        if new is not None:
            yield Slip(*match.span(), new, "misspelling")


def _swapped(written: str, plain: str, words: Vocabulary) -> str | None:
    """`TPC` on a page that has `TCP` time and again, in the same text too."""
    if words.count(written.lower()) != 1:
        return None
    swaps = {
        written[:at] + written[at + 1] + written[at] + written[at + 2 :]
        for at in range(len(written) - 1)
    }
    found = [
        swap
        for swap in swaps - {written}
        if words.count(swap.lower()) >= _OFTEN and re.search(rf"\b{swap}\b", plain)
    ]
    return found[0] if len(found) == 1 else None


def _joined(written: str, plain: str, words: Vocabulary) -> str | None:
    """`BuidConfig` beside `BuildConfig`: one part is no word, there it is one."""
    if words.count(written.lower()) != 1:
        return None
    parts = _PART.findall(written)
    odd = [part for part in parts if not is_known_anywhere(part.lower(), "en", words.langs)]
    if len(odd) != 1:
        return None
    for match in _CAMEL.finditer(plain):
        other: str = match[0]
        others = _PART.findall(other)
        if len(others) != len(parts):
            continue
        changed = [pair for pair in zip(parts, others, strict=True) if pair[0] != pair[1]]
        if len(changed) == 1 and changed[0][0] == odd[0]:
            right = changed[0][1].lower()
            if is_common(right, "en") and is_one_slip(odd[0].lower(), right):
                return other
    return None
