"""Words that a line break of a book cut in two: `replica- tion`, `contain- ner`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.analysis.lines import masked, read_lines
from refiner.lang.corrections import corrections
from refiner.lang.language import word_union
from refiner.lang.lexicon import (
    LANGS,
    frequency,
    highest_frequency,
    is_common,
    is_known,
    is_listed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from refiner.cards import Text

_BROKEN = re.compile(
    r"(?<![\w'’¤-])(?P<head>[^\W\d_]{2,})[-‐\u00ad]\s(?P<tail>[^\W\d_]{2,})(?![\w¤]|[-‐]\w)"
)
_LEAST_WORD = 5
_LEAST_FREQUENCY = 2.0
_REPAIRED_FREQUENCY = 3.0


class Broken(NamedTuple):
    """A cut word: half-open range in the text, the whole word, and how it was found.

    `join` drops the hyphen and the break; `repair` changes a letter besides.
    """

    start: int
    end: int
    word: str
    how: Literal["join", "repair"]


def broken_words(text: Text, lang: str, on_page: Mapping[str, int]) -> Iterator[Broken]:
    """Find the words that are certainly cut in two.

    Args:
        text: The text to look through.
        lang: Its language, or "".
        on_page: Words of the page, with how often each occurs.
    """
    if "- " not in text.text and "-\n" not in text.text and "\u00ad" not in text.text:
        return
    plain = masked(text)
    for match in _BROKEN.finditer(plain):
        if (
            match["tail"] in word_union("spelling.pairing")
            or not match["tail"].islower()
            or _is_in_code(plain, match)
        ):
            continue
        whole = _whole(match["head"], match["tail"], lang, on_page)
        if whole is not None:
            yield Broken(match.start(), match.end(), *whole)


def _is_in_code(plain: str, match: re.Match[str]) -> bool:
    return any(
        line.start <= match.start() <= line.end and line.kind in {"code", "table"}
        for line in read_lines(plain)
    )


def _whole(
    head: str, tail: str, lang: str, on_page: Mapping[str, int]
) -> tuple[str, Literal["join", "repair"]] | None:
    joined = head + tail
    lower = joined.lower()
    if len(joined) < _LEAST_WORD:
        return None
    # "client- server": two words whose hyphen is their own, unless the whole is common.
    are_words = lang in LANGS and is_known(head.lower(), lang) and is_known(tail, lang)
    if are_words:
        is_whole = on_page.get(lower) or is_common(lower, lang) or _is_one_word(lower, lang)
        return (joined, "join") if is_whole else None
    if _is_word(lower, lang, on_page):
        return joined, "join"
    if lang not in LANGS:
        return None
    # A letter of the break stands on both sides: `contain- ner`, `prom- missory`.
    single = lower[: len(head)] + lower[len(head) + 1 :]
    if head[-1] == tail[0] and _is_word(single, lang, on_page):
        return head + tail[1:], "repair"
    for near in corrections(lower, lang, on_page):
        if near.on_page or near.frequency >= _REPAIRED_FREQUENCY:
            return head[0] + near.word[1:], "repair"
    return None


def _is_one_word(word: str, lang: str) -> bool:
    """Whether a word made of two words is met as one: `photosynthesis`, not `clientserver`."""
    return frequency(word, lang) >= _REPAIRED_FREQUENCY and is_listed(word, lang)


def _is_word(word: str, lang: str, on_page: Mapping[str, int]) -> bool:
    if on_page.get(word):
        return True
    if lang not in LANGS:
        return highest_frequency(word) >= _REPAIRED_FREQUENCY
    return frequency(word, lang) >= _LEAST_FREQUENCY or is_known(word, lang)
