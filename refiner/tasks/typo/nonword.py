"""Words that nobody knows: no list, no dictionary, no other place on the page.

Such a word in running prose is a slip or a name. It is a slip where one common word lies nearest,
and it can be neither a word formed freely nor a program's name made of two words.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from refiner.lang.corrections import Correction, corrections
from refiner.lang.language import language, word_union
from refiner.lang.lexicon import (
    frequency,
    highest_frequency,
    is_jargon,
    is_listed,
    plain_letters,
    shares,
    spelling,
)

if TYPE_CHECKING:
    from refiner.tasks.typo.vocabulary import Vocabulary

_LEAST_HALF = 3
_HALF = 3.0
_LEAST_STEM = 4
_JARGON_FREQUENCY = 3.0
_LEAD = 0.8
_ON_PAGE = 0.6
_WORD_BEHIND = re.compile(r"[ “\"«(*]*([^\W\d_]+)?")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)?[ “\"«(*:]*$")


class _Bar(NamedTuple):
    """What it takes: fewest letters, and the least frequency of the correction by likelihood."""

    letters: int
    unlikely: float
    possible: float
    likely: float


_NEVER = 9.0
# By whether the text is English, in which the trade names its programs, and whether it is typed.
_BARS = {
    (True, True): _Bar(7, _NEVER, 3.2, 2.6),
    (True, False): _Bar(9, _NEVER, 3.4, 2.9),
    (False, True): _Bar(5, 4.0, 2.4, 1.8),
    (False, False): _Bar(6, 3.8, 2.4, 1.8),
}


def nonword_correction(lower: str, lang: str, words: Vocabulary, *, is_typed: bool) -> str | None:
    """The word that a lower-case one of none was meant to be, or None where it is not sure.

    Args:
        lower: The word.
        lang: Its language, with a vocabulary.
        words: The page's words.
        is_typed: Whether a person typed it; a copied text has more names than slips.
    """
    bar = _BARS[lang == "en", is_typed]
    if len(lower) < bar.letters or highest_frequency(lower, words.langs) or words.uses(lower) > 1:
        return None
    near = [
        one
        for one in (*corrections(lower, lang, words.counts), *_other_beginnings(lower, lang))
        if _can_be(one, lower, lang, bar)
    ]
    # The dictionaries come last: most pages need none of them.
    if not near or _is_met(lower, lang, words.langs):
        return None
    found = sorted((_score(one, bar), one.word) for one in near if _is_real(one, lang))
    if not found or (len(found) > 1 and found[-1][0] - found[-2][0] < _LEAD):
        return None
    return found[-1][1]


def is_named_beside(plain: str, start: int, end: int, lang: str) -> bool:
    """Whether the word before or behind says that it is a name: `the command`, `el paquete`."""
    beside = (_WORD_BEFORE.search(plain, max(0, start - 30), start), _WORD_BEHIND.match(plain, end))
    return any(match is not None and (match[1] or "").lower() in _kinds(lang) for match in beside)


@cache
def _kinds(lang: str) -> frozenset[str]:
    known = language(lang)
    return frozenset(known.cloze.kinds) if known is not None else frozenset()


@lru_cache(maxsize=8192)
def _is_met(lower: str, lang: str, langs: tuple[str, ...]) -> bool:
    """Whether a language has the word, or it is formed of words as names and terms are."""
    if any(is_listed(lower, one) for one in langs):
        return True
    if _is_formed_freely(lower, lang) or (lang != "en" and _is_formed_freely(lower, "en")):
        return True
    least = _LEAST_HALF if spelling(lang).compounds else _LEAST_STEM
    return any(
        _is_half(lower[:at], lang) and _is_half(lower[at:], lang)
        for at in range(least, len(lower) - least + 1)
    )


def _is_half(part: str, lang: str) -> bool:
    return any(frequency(part, one) >= _HALF and is_listed(part, one) for one in (lang, "en"))


def _is_formed_freely(lower: str, lang: str) -> bool:
    """Whether a known word stands before an ending, or behind a prefix."""
    known = spelling(lang)
    for ending in (*known.endings, *known.derivations):
        stem = lower.removesuffix(ending)
        if stem != lower and len(stem) >= _LEAST_STEM and is_listed(stem, lang):
            return True
    if is_loan(lower):
        return True
    for prefix in known.prefixes:
        stem = lower.removeprefix(prefix)
        if stem != lower and len(stem) >= _LEAST_STEM and is_listed(stem, lang):
            return True
    return False


def is_loan(lower: str) -> bool:
    """Whether an English word has another language's ending: `mergear`."""
    for ending in word_union("spelling.loan_endings"):
        stem = lower.removesuffix(ending)
        if stem != lower and len(stem) >= _LEAST_STEM and is_listed(stem, "en"):
            return True
    return False


def _can_be(one: Correction, lower: str, lang: str, bar: _Bar) -> bool:
    if lower in {f"{one.word[0]}{one.word}", f"{one.word}d"} or one.word == f"{lower}d":
        return False  # a program named after a word, and its daemon
    if _is_other_form(lower, one.word, lang) or _is_as_spoken(lower, one.word, lang):
        return False
    if not lower.isascii() and plain_letters(lower) != plain_letters(one.word):
        accents = {letter for letter in lower if not letter.isascii()}
        if not accents <= set(one.word):
            return False
    least = (bar.unlikely, bar.possible, bar.likely)[one.likelihood]
    common = max(one.frequency, _JARGON_FREQUENCY * is_jargon(one.word))
    return common >= least or bool(one.on_page and one.likelihood)


def _is_real(one: Correction, lang: str) -> bool:
    """Whether a correction is no misspelling or name itself."""
    return bool(one.on_page) or is_jargon(one.word) or is_listed(one.word, lang)


def _is_as_spoken(lower: str, other: str, lang: str) -> bool:
    """Whether only a letter is missing that speech drops: `lavaero`, `lavadero`."""
    return any(
        letter in spelling(lang).silent and other[:at] + other[at + 1 :] == lower
        for at, letter in enumerate(other)
    )


def _is_other_form(lower: str, other: str, lang: str) -> bool:
    """Whether the two have one stem and each an ending of a regular form: `dutied`, `duties`."""
    pairs = enumerate(zip(lower, other, strict=False))
    length = next((at for at, (one, two) in pairs if one != two), min(len(lower), len(other)))
    forms = {"", *spelling(lang).forms}
    return length >= _LEAST_STEM and {lower[length:], other[length:]} <= forms


def _score(one: Correction, bar: _Bar) -> float:
    common = max(one.frequency, _JARGON_FREQUENCY * is_jargon(one.word))
    return (
        common + _ON_PAGE * min(one.on_page, 3) + one.likelihood * (bar.possible - bar.likely + 0.3)
    )


def _other_beginnings(lower: str, lang: str) -> list[Correction]:
    """What a scanner's first letter may have been: `tugaces`, `fugaces`."""
    known = spelling(lang)
    vocabulary = shares(lang)
    return [
        Correction(near, frequency(near, lang), 0, 1)
        for read, meant in known.first_lookalikes
        if lower.startswith(read) and (near := meant + lower[len(read) :]) in vocabulary
    ]
