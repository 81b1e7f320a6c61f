"""Words that a lost space made one, and words that a space cut in two."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from refiner.lang.corrections import corrections
from refiner.lang.language import language, values, word_union
from refiner.lang.lexicon import (
    LANGS,
    frequency,
    highest_frequency,
    is_common,
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
_COMMA = re.compile(
    r"(?<![\w¤@/\\.=:#$&<~^+|'’,-])[^\W\d_]{2,}(?:,[^\W\d_]{2,})+(?![\w¤@/\\=#$&>~^+|(-]|,\w|\.\w)"
)
_COMMA_FREQUENCY = 3.5


def glued(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """Find what lost a space in a stretch of prose, or has one too many.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has glued sentences only.
        words: The page's words.
    """
    yield from _sentences(plain, start, end, lang)
    yield from _numbered(plain, start, end, lang, words)
    if lang not in LANGS:
        return
    yield from _commas(plain, start, end, lang, words)
    yield from _cut_words(plain, start, end, lang, words)
    yield from _spaced_marks(plain, start, end, lang)
    for match in WORD.finditer(plain, start, end):
        parts = _parts(match["word"], lang, words)
        if parts is not None:
            yield Slip(*match.span("word"), " ".join(parts), "glued")


def _sentences(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    """`warm.The worms`, `castingThe process`."""
    for match in _sentence_pattern().finditer(plain, start, end):
        at = match.start("next")
        stop = match["stop"]
        if not stop and not (lang in LANGS and is_common(match["last"].lower(), lang)):
            continue
        new = f"{plain[match.start() : at]}{'' if stop else '.'} {match['next']}"
        yield Slip(match.start(), match.end(), new, "glued")


@cache
def _sentence_pattern() -> re.Pattern[str]:
    starts = "|".join(sorted(word_union("typo.sentence_starts")))
    return re.compile(
        rf"(?<![\w./\\@:$-])(?P<last>[^\W\d_]{{2,}}[^\W\d_A-Z])"
        rf"(?P<stop>[)\"”’]?[.!?]|(?<=\w)(?=\w\w))"
        rf"(?P<next>{starts or '(?!)'})(?=\s[^\WA-Z]|\s[A-Z][^\W\d_]*\s)"
    )


def _numbered(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """`Figura4`, `Table20shows`: a caption's number without its spaces."""
    for match in _numbered_pattern().finditer(plain, start, end):
        tail = match["tail"]
        if tail and not (lang in LANGS and is_known_anywhere(tail.lower(), lang, words.langs)):
            continue
        new = f"{match['noun']} {match['number']}{' ' + tail if tail else ''}"
        yield Slip(match.start(), match.end(), new, "glued")


@cache
def _numbered_pattern() -> re.Pattern[str]:
    nouns = "|".join(values("typo.captions"))
    return re.compile(
        rf"(?<![\w./\\@:#-])(?P<noun>{nouns or '(?!)'})(?P<number>\d{{1,3}})(?P<tail>[a-zà-ÿ]{{2,}}|)"
        r"(?![\w/\\(]|[.:_-]\w)"
    )


def _commas(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """`accessible,as any other`: a comma inside a sentence, not in a list of values."""
    for match in _COMMA.finditer(plain, start, end):
        parts = match[0].split(",")
        lower = [part.lower() for part in parts]
        if not all(is_common(part, lang) or words.count(part) > 1 for part in lower):
            continue
        is_sentence = any(part in _function_words(lang) for part in lower)
        has_common = all(
            frequency(part, lang) >= _COMMA_FREQUENCY and len(part) >= _LEAST_PART for part in lower
        )
        if is_sentence or (has_common and lang != "en" and _is_in_prose(plain, match)):
            yield Slip(match.start(), match.end(), ", ".join(parts), "glued")


def _spaced_marks(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    """`of the bed : it`: a space before a mark that has none in this language."""
    for match in _mark_pattern(lang).finditer(plain, start, end):
        word, mark, after = match["word"], match["mark"], match["after"] or ""
        if not is_common(word.lower(), lang):
            continue
        is_start = after[:1].isupper() and is_common(after.lower(), lang)
        is_at_end = not plain[match.end() : end].strip()
        if (mark == "." and not (is_start or is_at_end)) or not (
            is_at_end or is_common(after.lower(), lang)
        ):
            continue
        yield Slip(match.start(), match.end("mark"), word + mark, "spacing")


@cache
def _mark_pattern(lang: str) -> re.Pattern[str]:
    known = language(lang)
    marks = "".join(known.typo.tight_marks) if known is not None else ""
    return re.compile(
        rf"(?<![\w¤@/\\.=:#$&<~^+|'’`-])(?P<word>[^\W\d_]{{3,}})[ \u00a0]"
        rf"(?P<mark>[{re.escape(marks) or '¤'}])(?=\s*$|\s(?P<after>[^\W\d_]*))"
    )


def _is_in_prose(plain: str, match: re.Match[str]) -> bool:
    """Whether words stand on both sides of it."""
    before = plain[max(0, match.start() - 2) : match.start()]
    after = plain[match.end() : match.end() + 2]
    return bool(re.fullmatch(r"[^\W\d_] ", before) and re.match(r"[ .;]", after))


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
    if written != lower and not _function_words(lang) & {lower[:at], lower[at:]}:
        return None  # a name made of two words
    return written[:at], written[at:]


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
def _function_words(lang: str) -> frozenset[str]:
    known = language(lang)
    if known is None:
        return frozenset()
    typo = known.typo
    return frozenset((*typo.doubling, *typo.gluing, *typo.leading, *typo.glued_on))
