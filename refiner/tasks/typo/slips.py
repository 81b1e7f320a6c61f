"""Slips that no dictionary sees: doubled words, footnote numbers, scanned digits, a wrong article."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from refiner.lang.language import language, union
from refiner.lang.lexicon import LANGS, frequency, is_common, is_listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.lang.sections.spelling import Article


class Slip(NamedTuple):
    """A slip: half-open range in the text, what it should read, and the rule that saw it."""

    start: int
    end: int
    new: str
    rule: str


# A digit that a scanner read for a letter: `ba1ance`, `fi11s`, `c0mmon`.
_SCANNED = re.compile(
    r"(?<![\w¤@/\\.=:#$&<~^+|'’-])(?=[a-z]+(?:1+|0+)[a-z]+(?![\w¤@/\\=#$&>~^+|(-]))(?P<word>[a-z]+[10]+[a-z]+)"
)
_SCANNED_FREQUENCY = 3.5
_LEAST_SCANNED = 5
_CAPITALS = re.compile(
    r"(?<![\w¤@/\\.=:#$&<~^+|'’-])(?P<head>[^\W\d_A-Z]{2,}|a)(?P<capital>[A-Z]{1,2})(?P<tail>[^\W\d_A-Z]+)"
    r"(?![\w¤@/\\=#$&>~^+|(-])"
)
# A word of meaning that stands twice; three times is meant.
_REPEATED = re.compile(
    r"(?<![\w·¤@/\\.=:#$&~^+|'’\"-])(?P<word>[^\W\d_A-Z]{4,}) (?P=word)"
    r"(?![\w·¤@/\\=#$&>~^+|('’\"-]|[.:][\w/]|,? (?P=word))"
)
_REFRAIN = 40
_HALF = 3.0
_CAPITALS_FREQUENCY = 2.0
_FOOTNOTE = re.compile(
    r"(?<![\w./\\@:=¤-])(?P<word>[^\W\d_]{4,})[)\"”’]?[.,;](?P<number>\d{1,2})"
    r"(?=\s+[A-ZÁÉÍÓÚÀÈÒ¿¡“\"]|\s*$)",
    re.MULTILINE,
)


def slips(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    """Find the slips in a stretch of prose.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has footnotes only.
    """
    yield from _footnotes(plain, start, end, lang)
    if lang in LANGS:
        yield from _doubled_words(plain, start, end, lang)
        yield from _scanned_digits(plain, start, end, lang)
        yield from _scanned_capitals(plain, start, end, lang)
        yield from _articles(plain, start, end, lang)


def _footnotes(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    for match in _FOOTNOTE.finditer(plain, start, end):
        word = match["word"].lower()
        if _numbered().fullmatch(word) or (lang in LANGS and not is_common(word, lang)):
            continue
        at, stop = match.span("number")
        yield Slip(match.start(), stop, plain[match.start() : at], "footnote")


@cache
def _numbered() -> re.Pattern[str]:
    return re.compile(union("typo.numbered"), re.IGNORECASE)


def _doubled_words(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    for match in _doubled(lang).finditer(plain, start, end):
        if match[0].split()[1].islower():
            yield Slip(match.start(), match.end(), match[1], "doubled-word")
    known = language(lang)
    apart = known.typo.repeated if known is not None else ()
    for match in _REPEATED.finditer(plain, start, end) if apart else ():
        word, at = match["word"], match.start()
        is_song = word in plain[max(start, at - _REFRAIN) : at].lower()
        if word not in apart and not is_song and is_common(word, lang):
            yield Slip(at, match.end(), word, "doubled-word")


@cache
def _doubled(lang: str) -> re.Pattern[str]:
    known = language(lang)
    words = "|".join(known.typo.doubling) if known is not None else ""
    return re.compile(
        rf"(?<![\w·¤'’-])({words or '(?!)'})\s+\1(?![\w·¤'’-])",
        re.IGNORECASE,
    )


def _scanned_digits(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    for match in _SCANNED.finditer(plain, start, end):
        meant = match["word"].replace("1", "l").replace("0", "o")
        if len(meant) >= _LEAST_SCANNED and frequency(meant, lang) >= _SCANNED_FREQUENCY:
            yield Slip(match.start(), match.end(), meant, "misspelling")


def _scanned_capitals(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    """A small letter that a scanner read for a capital: `perverSOs`, `taTentos`, `aIgo`."""
    for match in _CAPITALS.finditer(plain, start, end):
        written = match[0]
        head, tail = match["head"], match["tail"].lower()
        if frequency(head, "en") >= _HALF and frequency(match["capital"].lower() + tail, "en"):
            continue  # a name of two words: `dataSet`
        known = language(lang)
        pairs = known.spelling.capital_lookalikes if known is not None else ()
        plainly = written.lower()
        if frequency(plainly, lang) >= _CAPITALS_FREQUENCY and is_listed(plainly, lang):
            if frequency(plainly, "en") <= frequency(plainly, lang):
                yield Slip(match.start(), match.end(), plainly, "misspelling")
            continue
        meant = [written.replace(read, one).lower() for read, one in pairs if read in written]
        found = [one for one in meant if frequency(one, lang) >= _SCANNED_FREQUENCY]
        if found:
            yield Slip(match.start(), match.end(), found[0], "misspelling")


def _articles(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    """An article that does not suit the sound of the next word: `a old`, `an garden`."""
    known = language(lang)
    article = known.typo.article if known is not None else None
    if article is None:
        return
    words, letterwise = _article_patterns(article)
    for match in words.finditer(plain, start, end):
        following, written = match["next"], match["article"]
        if following.isupper() or following.lower() in article.apart:
            continue
        if not is_common(following.lower(), lang):
            continue
        is_title = written[0].isupper()
        if written.lower() == article.short:
            if re.match(article.takes_long, following, re.IGNORECASE) and (
                not is_title or _begins(plain, match.start())
            ):
                new = _in_case(article.long, is_title=is_title)
                yield Slip(match.start(), match.end(), f"{new} {following}", "grammar")
        elif following.islower() and re.match(article.takes_short, following):
            new = _in_case(article.short, is_title=is_title)
            yield Slip(match.start(), match.end(), f"{new} {following}", "grammar")
    for match in letterwise.finditer(plain, start, end):
        is_title = match[0][0].isupper()
        if not is_title or _begins(plain, match.start()):
            at, stop = match.span("article")
            yield Slip(at, stop, _in_case(article.long, is_title=is_title), "grammar")


@cache
def _article_patterns(article: Article) -> tuple[re.Pattern[str], re.Pattern[str]]:
    before = r"(?<![\w¤'’.\"/-])"
    either = f"(?:{re.escape(article.long)}|{re.escape(article.short)})"
    words = rf"{before}(?P<article>(?i:{either}))\s+(?P<next>[A-Za-z]{{3,}})(?![\w¤./(_-])"
    letters = rf"{before}(?P<article>(?i:{re.escape(article.short)}))\s+(?=(?:{'|'.join(article.spelled)})\b)"
    return re.compile(words), re.compile(letters)


def _in_case(word: str, *, is_title: bool) -> str:
    return word.capitalize() if is_title else word


def _begins(plain: str, at: int) -> bool:
    before = plain[:at].rstrip(" ")
    return not before or before[-1] in ".?!\n:"
