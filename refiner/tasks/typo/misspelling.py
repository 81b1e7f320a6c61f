"""Which words of a text are misspelled for sure, and the word that was meant.

A person types the question, so slips are likely there; the answer is copied from a book, so an
unknown word is far more often a term than a slip, and the evidence has to be stronger.

Source:
    The limits: eval and the Debian handbooks in three languages (see `tests/tasks`), where an
    edit of clean text counts against the rules.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.lang.corrections import Correction, corrections
from refiner.lang.language import language
from refiner.lang.lexicon import (
    LANGS,
    highest_frequency,
    is_common,
    is_known_anywhere,
    is_listed,
    misspelled_as,
    plain_letters,
    spelling,
    with_accent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A word that stands free: no part of a path, an option, an identifier or a call.
WORD = re.compile(
    r"(?<![\w·¤@/\\.=:#$&<~^+|'’%-])(?:[dlnsm]['’](?=\w{3}))?"
    r"(?P<word>[^\W\d_]{3,}(?:·[^\W\d_]+)?)"
    r"(?![\w¤@/\\=#$&>~^+|(%-]|[.:][\w/]|['’]\w)"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:¿¡]\s|\n|[“\"«(¿¡])\s*(?:\*\*|__)?$")


_LAST_WORD = re.compile(r"([^\W\d_]+)['’ ]$")


class Limits(NamedTuple):
    """How much evidence a misspelling takes.

    Attributes:
        letters: Fewest letters of the word.
        frequency: Least frequency of the correction, where the page has it not often.
        distance: Least difference of frequency between correction and word.
        own: Highest frequency of the word in any language.
        lead: Least lead over the next correction.
        on_page: How often the page must have the correction for a rarer one to do.
        is_typed: Whether a person typed the text: then a capital inside a sentence is no name's
            where the page has the corrected word.
    """

    letters: int
    frequency: float
    distance: float
    own: float
    lead: float
    on_page: int
    is_typed: bool = False


TYPED = Limits(5, 3.2, distance=1.5, own=3.2, lead=0.8, on_page=2, is_typed=True)
# Catalan's lists are small: a word met now and then may well be one.
TYPED_CATALAN = TYPED._replace(own=2.0)
COPIED = Limits(letters=6, frequency=3.6, distance=2.5, own=1.4, lead=1.2, on_page=3)
# The trade's new words are English: a rare word that is none is more often a slip.
COPIED_ELSEWHERE = Limits(letters=6, frequency=3.3, distance=1.8, own=2.6, lead=1.0, on_page=2)


def limits_for(lang: str, *, is_typed: bool) -> Limits:
    """The limits for a side in a language."""
    if is_typed:
        return TYPED if lang != "ca" else TYPED_CATALAN
    return COPIED if lang == "en" else COPIED_ELSEWHERE


_LIKELY = 2


class Misspelling(NamedTuple):
    """A word and what it should read; half-open range in the text."""

    start: int
    end: int
    new: str
    rule: Literal["misspelling", "accent"]


class _Verdict(NamedTuple):
    """`is_foreign_word` tells that another language has the word: `version`, `posible`."""

    rule: Literal["misspelling", "accent", "unknown"]
    new: str
    is_foreign_word: bool


def misspellings(
    plain: str, start: int, end: int, lang: str, on_page: Mapping[str, int], limits: Limits
) -> Iterator[Misspelling]:
    """Find the words of a stretch of prose that are misspelled for sure.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has no misspellings.
        on_page: Words of the page, with how often each occurs.
        limits: How much evidence it takes.
    """
    if lang not in LANGS:
        return
    for match in WORD.finditer(plain, start, end):
        written = match["word"]
        lower = written.lower()
        verdict = _verdict(lower, lang)
        if verdict is None:
            continue
        is_plain = _has_plain_case(plain, match.start("word"), written)
        if not is_plain and not (limits.is_typed and written.istitle()):
            continue
        if plain[match.start("word") - 1 : match.end() + 1] == f"({written})":
            continue  # a name that the sentence explains
        if verdict.is_foreign_word and not _is_led(plain[start : match.start("word")], lang):
            continue
        if verdict.rule == "unknown":
            near = _sure_correction(lower, lang, on_page, limits)
            if near is not None and (is_plain or on_page.get(near)):
                new = _in_case(near, written)
                yield Misspelling(match.start("word"), match.end("word"), new, "misspelling")
        elif is_plain:
            new = _in_case(verdict.new, written)
            yield Misspelling(match.start("word"), match.end("word"), new, verdict.rule)


@lru_cache(maxsize=65536)
def _verdict(lower: str, lang: str) -> _Verdict | None:
    """What is known of a word wherever it stands: None where nothing is wrong with it."""
    is_foreign_word = any(is_common(lower, other) for other in LANGS if other != lang)
    listed = misspelled_as(lower, lang)
    if listed is not None:
        is_accent = plain_letters(listed) == lower
        return _Verdict("accent" if is_accent else "misspelling", listed, is_foreign_word)
    accented = with_accent(lower, lang)
    if accented is not None:
        return _Verdict("accent", accented, is_foreign_word)
    if is_common(lower, lang) or is_known_anywhere(lower, lang):
        return None
    return _Verdict("unknown", "", is_foreign_word=False)


def _has_plain_case(plain: str, at: int, written: str) -> bool:
    """Whether the word is lower case, or capital only because a sentence begins with it."""
    if written.islower():
        return True
    return written.istitle() and bool(_SENTENCE_START.search(plain[max(0, at - 6) : at]))


@cache
def _leading(lang: str) -> frozenset[str]:
    known = language(lang)
    return frozenset(known.typo.leading) if known is not None else frozenset()


def _is_led(before: str, lang: str) -> bool:
    """Whether the word before is the language's own, so that this one is no foreign phrase's."""
    word = _LAST_WORD.search(before)
    return word is not None and word[1].lower() in _leading(lang)


def _in_case(new: str, written: str) -> str:
    return new[0].upper() + new[1:] if written[0].isupper() else new


def _sure_correction(
    lower: str, lang: str, on_page: Mapping[str, int], limits: Limits
) -> str | None:
    if len(lower) < limits.letters - 1 or on_page.get(lower, 0) > 1:
        return None
    own = highest_frequency(lower)
    found = corrections(lower, lang, on_page) if own <= limits.own else []
    if not found:
        return None
    best = found[0]
    is_sure = (
        _keeps_marks(lower, best.word)
        and _is_backed(best, own, limits)
        and not _is_same_word(lower, best.word, lang)
        and best.likelihood >= (1 if len(lower) >= limits.letters else _LIKELY)
        and (len(found) == 1 or _leads(best, found[1], limits))
    )
    return (misspelled_as(best.word, lang) or best.word) if is_sure else None


def _keeps_marks(written: str, other: str) -> bool:
    """Whether no accented letter is lost: nobody hits `ç` or `ñ` by accident."""
    if written.isascii() or plain_letters(written) == plain_letters(other):
        return True
    return all(letter in other for letter in written if not letter.isascii())


def _is_backed(best: Correction, own: float, limits: Limits) -> bool:
    if best.on_page >= limits.on_page and own < best.frequency + 1:
        return True
    return best.frequency >= limits.frequency and best.frequency - own >= limits.distance


def _is_same_word(lower: str, other: str, lang: str) -> bool:
    """Whether one is a regular form of the other: `downstreams`, `progresser`."""
    short, long = sorted((lower, other), key=len)
    if lower == other + "d" and not is_listed(other, lang):
        return True  # a program and its daemon: `rsyslogd`
    return long.startswith(short) and long[len(short) :] in spelling(lang).forms


def _leads(best: Correction, second: Correction, limits: Limits) -> bool:
    if best.on_page and not second.on_page and best.on_page >= limits.on_page:
        return True
    likelier = 0.5 * (best.likelihood - second.likelihood)
    nearer = 0.4 * max(-1, min(best.on_page - second.on_page, 1))
    return best.frequency - second.frequency + likelier + nearer >= limits.lead
