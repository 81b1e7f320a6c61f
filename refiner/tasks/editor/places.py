"""Texts that a model copied from an item, found in the item again.

White space, quotes, dashes, and whether an accent is part of its letter or stands behind it are not
minded: a model writes plain ones, and is shown the doubled spaces of a PDF as one. What is taken is
always the page's own slice.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cards import Text

PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u00a0": " ",
        "\u202f": " ",
        "—": "-",
        "–": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
    }
)
# Accents that stand behind their letter, as macOS and some PDFs write them.
COMBINING = "\u0300-\u036f"
_INNER_SPACES = re.compile(r"(?<=\S)[ \t\u00a0]{2,}(?=\S)")


class Place(NamedTuple):
    """Where a copied text stands: the number of the text among the item's sides, and characters."""

    part: int
    start: int
    end: int


def shown(text: str) -> str:
    """A text as a model sees it: the doubled spaces of a PDF are one."""
    return _INNER_SPACES.sub(" ", text)


def plain(text: str) -> str:
    """The text with plain quotes and dashes, letter for letter."""
    return text.translate(PLAIN)


def find_copies(texts: Sequence[Text], copy: str) -> list[Place]:
    """Every place of a copied text in an item's texts, as whole words.

    Args:
        texts: The item's, in page order.
        copy: What a model copied.
    """
    pattern = _pattern(copy)
    if pattern is None:
        return []
    return [
        Place(number, match.start(), match.end())
        for number, text in enumerate(texts)
        for match in pattern.finditer(plain(text.text))
    ]


@lru_cache(maxsize=4096)
def _pattern(copy: str) -> re.Pattern[str] | None:
    words = plain(unicodedata.normalize("NFC", copy)).split()
    if not words:
        return None
    written = r"\s+".join("".join(map(_either_form, word)) for word in words)
    before = r"(?<!\w)" if re.match(r"\w", words[0]) else ""
    behind = rf"(?![\w{COMBINING}])" if re.search(r"\w$", words[-1]) else ""
    return re.compile(before + written + behind)


def _either_form(letter: str) -> str:
    parted = unicodedata.normalize("NFD", letter)
    return re.escape(letter) if parted == letter else f"(?:{letter}|{parted})"


class Bare(NamedTuple):
    """A text without its white space, and where each of its characters stands in the text."""

    text: str
    at: tuple[int, ...]


def bare(text: str) -> Bare:
    """The text without its white space, with plain quotes and dashes."""
    kept = [(char, number) for number, char in enumerate(plain(text)) if not char.isspace()]
    return Bare("".join(char for char, _ in kept), tuple(number for _, number in kept))
