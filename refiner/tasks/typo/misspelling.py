"""Which words of a text are misspelled for sure, and the word that was meant.

A person types the question, so slips are likely there; the answer is copied from a book, so an
unknown word is far more often a term than a slip, and the evidence has to be stronger.

Source:
    The limits: eval and handbooks in three languages (see `tests/tasks`), where an edit of
    clean text counts against the rules.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.lang.corrections import Correction, corrections, far_correction
from refiner.lang.language import language
from refiner.lang.lexicon import (
    LANGS,
    frequency,
    highest_frequency,
    is_common,
    is_jargon,
    is_listed,
    is_plainly_known,
    misspelled_as,
    plain_letters,
    spelling,
    with_accent,
    with_hyphen,
)
from refiner.tasks.typo.nonword import is_loan, is_named_beside, nonword_correction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.tasks.typo.vocabulary import Vocabulary

# A word that stands free: no part of a path, an option, an identifier or a call. Accents that
# stand apart from their letter belong to the word.
_BEFORE = r"(?<![\w·¤@/\\.=:#$&<~^+|'’%\u0300-\u036f-])"
_AFTER = r"(?![\w¤@/\\=#$&>~^+|(%\u0300-\u036f-]|[.:][\w/]|['’]\w)"
WORD = re.compile(
    rf"{_BEFORE}(?:[dlnsm]['’](?=\w{{3}}))?(?P<word>[^\W\d_]{{3,}}(?:·[^\W\d_]+)?){_AFTER}"
)
# The second half of `on-premises`.
_HYPHENATED = re.compile(rf"{_BEFORE}(?P<first>[a-z]{{2,}})-(?P<word>[^\W\d_A-Z]{{5,}}){_AFTER}")
_SENTENCE_START = re.compile(r"(?:^|[.!?:¿¡]\s|\n|[“\"«(¿¡])\s*(?:\*\*|__)?$")
_LAST_WORD = re.compile(r"([^\W\d_]+)(?:['’]| +)$")
_TITLE_WORD = re.compile(r"(?:(?P<before>[A-Z][a-z]+) $|^ (?P<after>[A-Z][a-z]+)\b)")


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
COPIED_ELSEWHERE = Limits(letters=6, frequency=3.3, distance=1.8, own=2.4, lead=0.9, on_page=2)

_LIKELY = 2
# A slip of the commonest kinds needs less: letters swapped or doubled, an accent, a scanner's.
_LIKELY_FREQUENCY = 0.7
_LIKELY_LETTERS = 7
_JARGON_FREQUENCY = 3.5
_LETTERS = re.compile(r"[^\W\d_]+")
_AROUND = 25
_LEAST_STEM = 4
_FAR_LETTERS = 9
_TITLE_LETTERS = 8
_TITLE_FREQUENCY = 3.7


def limits_for(lang: str, *, is_typed: bool) -> Limits:
    """The limits for a side in a language."""
    if is_typed:
        return TYPED if lang != "ca" else TYPED_CATALAN
    return COPIED if lang == "en" else COPIED_ELSEWHERE


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
    plain: str, start: int, end: int, lang: str, words: Vocabulary, limits: Limits
) -> Iterator[Misspelling]:
    """Find the words of a stretch of prose that are misspelled for sure.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has no misspellings.
        words: The page's words.
        limits: How much evidence it takes.
    """
    if lang not in LANGS or (not limits.is_typed and renders_speech(plain, lang)):
        return
    for match in WORD.finditer(plain, start, end):
        written = match["word"]
        at, stop = match.span("word")
        if plain[at - 1 : stop + 1] == f"({written})":
            continue  # a name that the sentence explains
        verdict = _verdict(written.lower(), lang, words.langs)
        if verdict is None:
            continue
        if verdict.is_foreign_word and not _is_led(plain[start:at], lang):
            continue
        found = _correct(plain, (at, written), lang, words, limits, verdict)
        if found is not None:
            yield found
    for match in _HYPHENATED.finditer(plain, start, end):
        verdict = _verdict(match["word"], lang, words.langs)
        if verdict is not None and is_common(match["first"], lang):
            at = match.start("word")
            found = _correct(plain, (at, match["word"]), lang, words, limits, verdict)
            if found is not None:
                yield found


def _correct(
    plain: str,
    word: tuple[int, str],
    lang: str,
    words: Vocabulary,
    limits: Limits,
    verdict: _Verdict,
) -> Misspelling | None:
    """The misspelling that a verdict on a word, where it stands, makes of it, if any."""
    at, written = word
    is_plain = _has_plain_case(plain, at, written)
    if verdict.rule != "unknown":
        if not is_plain:
            return None
        return Misspelling(at, at + len(written), _in_case(verdict.new, written), verdict.rule)
    if not is_plain and not written.istitle():
        return None
    lower = written.lower()
    near = _sure_correction(lower, lang, words, limits)
    if near is None and is_plain and not is_named_beside(plain, at, at + len(written), lang):
        near = nonword_correction(lower, lang, words, is_typed=limits.is_typed)
    # The dictionaries come last: most pages need none of them.
    if near is None or is_listed(lower, lang):
        return None
    if lang != "en" and (is_listed(lower, "en") or is_loan(lower)):
        return None
    if any(is_common(lower, other) and _is_among(plain, at, lang, other) for other in LANGS):
        return None
    if not is_plain and not (limits.is_typed and words.count(near)):
        is_term = len(written) >= _TITLE_LETTERS and frequency(near, lang) >= _TITLE_FREQUENCY
        if not (is_term and _stands_in_a_term(plain, at, at + len(written), lang)):
            return None
    return Misspelling(at, at + len(written), _in_case(near, written), "misspelling")


def _is_among(plain: str, at: int, lang: str, other: str) -> bool:
    """Whether words of another language stand around a place: `Sobre tablas de estado`."""
    around = {word.lower() for word in _LETTERS.findall(plain[max(0, at - _AROUND) : at + _AROUND])}
    return bool(around & (_telling(other) - _telling(lang)))


@cache
def _telling(lang: str) -> frozenset[str]:
    known = language(lang)
    return frozenset(known.detection.telling_words) if known is not None else frozenset()


@lru_cache(maxsize=65536)
def _verdict(lower: str, lang: str, langs: tuple[str, ...]) -> _Verdict | None:
    """What is known of a word wherever it stands: None where nothing is wrong with it."""
    listed = misspelled_as(lower, lang)
    is_foreign_word = any(is_common(lower, other) for other in langs if other != lang)
    if listed is not None:
        is_accent = plain_letters(listed) == lower
        return _Verdict("accent" if is_accent else "misspelling", listed, is_foreign_word)
    accented = with_accent(lower, lang)
    if accented is not None:
        return _Verdict("accent", accented, is_foreign_word)
    if is_plainly_known(lower, lang) or any(is_common(lower, other) for other in langs):
        return None
    tied = with_hyphen(lower, lang)
    if tied is not None:
        return _Verdict("misspelling", tied, is_foreign_word)
    return _Verdict("unknown", "", is_foreign_word=False)


def _has_plain_case(plain: str, at: int, written: str) -> bool:
    """Whether the word is lower case, or capital only because a sentence begins with it."""
    if written.islower():
        return True
    return written.istitle() and bool(_SENTENCE_START.search(plain[max(0, at - 6) : at]))


def _stands_in_a_term(plain: str, at: int, end: int, lang: str) -> bool:
    """Whether the capital words beside are plain words too: `Site Reliablity Engineering`."""
    beside = [_TITLE_WORD.search(plain[max(0, at - 24) : at]), _TITLE_WORD.match(plain[end:])]
    words = [match["before"] or match["after"] for match in beside if match is not None]
    return bool(words) and all(is_common(word.lower(), lang) for word in words)


def _is_led(before: str, lang: str) -> bool:
    """Whether the word before is the language's own, so that this one is no foreign phrase's."""
    word = _LAST_WORD.search(before)
    return word is not None and word[1].lower() in _leading(lang)


@cache
def _leading(lang: str) -> frozenset[str]:
    known = language(lang)
    return frozenset(known.typo.leading) if known is not None else frozenset()


def renders_speech(plain: str, lang: str) -> bool:
    """Whether a text renders how people speak, so that its forms are meant."""
    return _dialect(lang).search(plain) is not None


@cache
def _dialect(lang: str) -> re.Pattern[str]:
    known = language(lang)
    return re.compile("|".join(known.typo.dialect if known is not None else ()) or r"(?!)")


def _in_case(new: str, written: str) -> str:
    return new[0].upper() + new[1:] if written[0].isupper() else new


def _sure_correction(lower: str, lang: str, words: Vocabulary, limits: Limits) -> str | None:
    if words.uses(lower) > 1:
        return None
    own = highest_frequency(lower, words.langs)
    if own > limits.own:
        return None
    found = corrections(lower, lang, words.counts)
    least = limits.frequency - _LIKELY_FREQUENCY
    is_hopeless = not any(
        one.on_page or is_jargon(one.word) or one.frequency >= least for one in found
    )
    if found and is_hopeless and not _has_foreign_letter(lower, words.langs):
        return None
    found = [near for near in found if _is_word(near, lang)]
    if not found:
        is_far = not own and len(lower) >= _FAR_LETTERS
        far = far_correction(lower, lang) if is_far else None
        return far.word if far is not None and is_listed(far.word, lang) else None
    best = found[0]
    if _has_foreign_letter(lower, words.langs):
        is_sure = plain_letters(best.word) == plain_letters(lower)
    else:
        is_sure = (
            len(lower) >= limits.letters - 1
            and _keeps_marks(lower, best.word)
            and _is_backed(lower, best, own, lang, limits)
            and not _is_same_word(lower, best.word, lang)
            and best.likelihood >= (1 if len(lower) >= limits.letters else _LIKELY)
            and (len(found) == 1 or _leads(best, found[1], limits))
        )
    return (misspelled_as(best.word, lang) or best.word) if is_sure else None


def _is_word(near: Correction, lang: str) -> bool:
    """Whether a correction is no misspelling or name itself; what the page has is none."""
    if near.on_page or near.frequency >= _JARGON_FREQUENCY:
        return True
    return is_jargon(near.word) or is_listed(near.word, lang)


def _has_foreign_letter(word: str, langs: tuple[str, ...]) -> bool:
    """Whether a letter is of no language of the page: `ń` that a scanner read for `ñ`."""
    if word.isascii():
        return False
    alphabet = {letter for lang in langs for letter in spelling(lang).letters}
    return any(letter not in alphabet for letter in word if letter.isalpha() and letter != "·")


def _keeps_marks(written: str, other: str) -> bool:
    """Whether no accented letter is lost: nobody hits `ç` or `ñ` by accident."""
    if written.isascii() or plain_letters(written) == plain_letters(other):
        return True
    return all(letter in other for letter in written if not letter.isascii())


def _is_backed(lower: str, best: Correction, own: float, lang: str, limits: Limits) -> bool:
    if best.on_page >= limits.on_page and own < best.frequency + 1:
        return True
    common = max(best.frequency, _JARGON_FREQUENCY * is_jargon(best.word))
    least = limits.frequency
    if best.likelihood == _LIKELY and len(lower) >= _LIKELY_LETTERS:
        least -= _LIKELY_FREQUENCY
    if best.word == lower[1:] or (lang == "en" and not limits.is_typed and best.word == lower[:-1]):
        return False  # a program named after a word: `updatedb`, `mmap`
    return common >= least and common - own >= min(limits.distance, least - 0.5)


def _is_same_word(lower: str, other: str, lang: str) -> bool:
    """Whether one is a regular form of the other: `downstreams`, `progresser`."""
    short, long = sorted((lower, other), key=len)
    stem = _shared_start(lower, other)
    forms = spelling(lang).forms
    if len(stem) >= _LEAST_STEM and lower[len(stem) :] in forms and other[len(stem) :] in forms:
        return True  # `dutied`, `duties`
    if lower == other + "d" and not is_listed(other, lang):
        return True  # a program and its daemon: `rsyslogd`
    return long.startswith(short) and long[len(short) :] in forms


def _shared_start(one: str, other: str) -> str:
    length = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    return one[:length]


def _leads(best: Correction, second: Correction, limits: Limits) -> bool:
    if best.on_page and not second.on_page and best.on_page >= limits.on_page:
        return True
    likelier = 0.5 * (best.likelihood - second.likelihood)
    nearer = 0.4 * max(-1, min(best.on_page - second.on_page, 1))
    common = max(best.frequency, _JARGON_FREQUENCY * is_jargon(best.word))
    return common - second.frequency + likelier + nearer >= limits.lead
