"""Words that a lost space made one, and words that a space cut in two."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from refiner.lang.corrections import corrections
from refiner.lang.language import language
from refiner.lang.lexicon import (
    LANGS,
    frequency,
    highest_frequency,
    is_jargon,
    is_known_anywhere,
    is_listed,
    spelling,
)
from refiner.tasks.typo.misspelling import WORD
from refiner.tasks.typo.slips import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.tasks.typo.vocabulary import Vocabulary

_LEAST_WHOLE = 7
_LEAST_PART = 4
_PART_FREQUENCY = 3.3
_LONE_PART_FREQUENCY = 4.3
_LONG_PART = 8
_LONG_PART_FREQUENCY = 2.5
_ON_PAGE_RANK = 4.0
_FUNCTION_WORD_RANK = 4.0
_PAGE_PART = 2
_LIKELY = 2
_CUT_FREQUENCY = 3.0
_CUT = re.compile(
    r"(?<![\w·¤@/\\.=:#$&<~^+|'’%*-])(?P<head>[^\W\d_A-Z]{4,}) {1,3}(?P<tail>[^\W\d_A-Z]{1,5})"
    r"(?=[\s.,;:)]|$)"
)


def glued(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """Find the words of a stretch of prose that lost a space, or have one too many.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has none.
        words: The page's words.
    """
    if lang not in LANGS:
        return
    yield from _cut_words(plain, start, end, lang, words)
    for match in WORD.finditer(plain, start, end):
        parts = _parts(match["word"], lang, words)
        if parts is not None:
            yield Slip(*match.span("word"), " ".join(parts), "glued")


def _cut_words(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """`asociad a`, `imple mentation`: neither half is a word, the whole is."""
    for match in _CUT.finditer(plain, start, end):
        head, tail = match["head"], match["tail"]
        whole = head + tail
        if words.count(head) > 1 or is_known_anywhere(head, lang, words.langs):
            continue
        if highest_frequency(head, words.langs) or not is_listed(whole, lang):
            continue
        if words.count(whole) or frequency(whole, lang) >= _CUT_FREQUENCY:
            yield Slip(match.start(), match.end(), whole, "cut-word")


def _parts(written: str, lang: str, words: Vocabulary) -> tuple[str, str] | None:
    """The two words that a lost space made one, or None where it is not sure.

    A word of the page, of any dictionary or frequency list is none; in English, where words are
    joined freely and programs are named so, one half has to be a function word.
    """
    lower = written.lower()
    if lower[1:] != written[1:] or highest_frequency(lower, words.langs):
        return None
    named = _name_and_word(written, lang, words)
    if named is not None:
        return named
    if is_known_anywhere(lower, lang, words.langs) or words.uses(lower) > 1:
        return None
    found = [
        (score, at)
        for at in range(2, len(lower) - 1)
        if (score := _score(lower[:at], lower[at:], lang, words)) > 0
    ]
    if not found or _has_likelier_slip(lower, lang, words):
        return None
    found.sort(reverse=True)
    if len(found) > 1 and found[0][0] - found[1][0] < 1:
        return None
    at = found[0][1]
    if written != lower and not function_words(lang) & {lower[:at], lower[at:]}:
        return None  # a name made of two words
    return written[:at], written[at:]


def _name_and_word(written: str, lang: str, words: Vocabulary) -> tuple[str, str] | None:
    """`Mulchyes`: a name of the page and the short word behind it, in no language one word."""
    known = language(lang)
    if known is None or spelling(lang).compounds or not written.istitle():
        return None
    lower = written.lower()
    if words.uses(lower) > 1 or any(is_listed(lower, one) for one in words.langs):
        return None
    for word in known.typo.glued_on:
        name = written.removesuffix(word)
        if name == written or len(word) <= 1 or len(name) < _LEAST_PART:
            continue
        if words.count(name.lower()) >= _PAGE_PART and not is_listed(name.lower(), lang):
            return name, word
    return None


def _has_likelier_slip(lower: str, lang: str, words: Vocabulary) -> bool:
    """Whether letters swapped or doubled explain the word as well."""
    near = next(iter(corrections(lower, lang, words.counts)), None)
    return near is not None and near.likelihood == _LIKELY and near.frequency >= _PART_FREQUENCY


def _score(left: str, right: str, lang: str, words: Vocabulary) -> float:
    """How likely two words stood apart; 0 for not at all."""
    known = language(lang)
    if known is None:
        return 0
    if left in known.typo.gluing and len(left + right) >= _LEAST_WHOLE:
        part = right
    elif right in known.typo.glued_on:
        part = left
    else:
        return _score_of_two(left, right, lang, words)
    least = _LONE_PART_FREQUENCY if len(left) <= _PAGE_PART and part == right else _PART_FREQUENCY
    if not (spelling(lang).compounds or words.count(part) or _is_own(part, lang)):
        return 0  # a program's name: `delgroup`
    rank = _rank(part, lang, words)
    is_enough = rank >= least or len(part) >= _LONG_PART or words.count(part)
    return rank + _FUNCTION_WORD_RANK if rank and is_enough else 0


def _score_of_two(left: str, right: str, lang: str, words: Vocabulary) -> float:
    """How likely two words of meaning stood apart, one of them perhaps English or the page's."""
    known = spelling(lang)
    if known.compounds or left in known.prefixes:
        return 0
    if len(left) <= _PAGE_PART or len(right) < _LEAST_PART:
        return 0
    is_own = any(len(one) > _LEAST_PART and _is_own(one, lang) for one in (left, right))
    ranks = [_rank(one, lang, words) for one in (left, right)]
    return sum(ranks) if is_own and min(ranks) > 0 else 0


def _is_own(part: str, lang: str) -> bool:
    """Whether a word is the language's own, not a term that it took from English."""
    own = frequency(part, lang)
    least = _PART_FREQUENCY if len(part) < _LONG_PART else _LONG_PART_FREQUENCY
    return own >= least and own > frequency(part, "en") and is_listed(part, lang)


def _rank(part: str, lang: str, words: Vocabulary) -> float:
    """How common a half is; a word of the page counts as a common one."""
    if words.count(part):
        return max(frequency(part, lang), _ON_PAGE_RANK)
    if len(part) < _LEAST_PART:
        return 0
    common = highest_frequency(part, words.langs)
    if is_jargon(part):
        return max(common, _PART_FREQUENCY)
    least = _PART_FREQUENCY if len(part) < _LONG_PART else _LONG_PART_FREQUENCY
    return common if common >= least and any(is_listed(part, one) for one in words.langs) else 0


@cache
def function_words(lang: str) -> frozenset[str]:
    """The short words that a language's typo rules name; none where it has no file."""
    known = language(lang)
    if known is None:
        return frozenset()
    typo = known.typo
    return frozenset((*typo.doubling, *typo.gluing, *typo.leading, *typo.glued_on))
