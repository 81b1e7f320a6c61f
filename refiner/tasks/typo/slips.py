"""Slips that no dictionary sees: glued and doubled words, footnote numbers, a wrong article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

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


class Slip(NamedTuple):
    """A slip: half-open range in the text, what it should read, and the rule that saw it."""

    start: int
    end: int
    new: str
    rule: str


_LEAST_REST = 4
_REST_FREQUENCY = 4.3
_SHORT_GLUE = 2
_LONG_GLUE_BONUS = 0.8
_DOUBLING = {
    "en": "the of a an to in is are and for with on by be it or as at from this which",
    "es": "el la los las de del y en un una que por para con al se su es son como",
    "ca": "el la els les de del dels i en un una que per amb al als es és són com a",
}
_GLUING = {
    "en": "the of and to in is for with that are from",
    "es": "el la los las de del que en con para por una",
    "ca": "els les del dels que amb per una",
}
_DOUBLED = {
    lang: re.compile(rf"(?<![\w·¤'’-])({'|'.join(words.split())})\s+\1(?![\w·¤'’-])", re.IGNORECASE)
    for lang, words in _DOUBLING.items()
}
# Two words that the language always writes as one; not the pronoun `él` without its accent, nor a pair.
_NO_ARTICLE = (
    r"(?! (?:o|u|y|i|le|les|lo|se|no|que|me|te|nos|mismo|también|depende|es|era|fue|está)\b)"
)
_APART = {
    "es": re.compile(r"(?<![\w¤'’-])(?P<two>de|a) el(?= [a-zà-ÿ])" + _NO_ARTICLE),
    "ca": re.compile(r"(?<![\w¤'’-])(?P<two>de|a|per) el(?P<many>s?)(?= [a-zà-ÿ])" + _NO_ARTICLE),
}
_ONE = {"de": "del", "a": "al", "per": "pel"}
# A digit that a scanner read for a letter: `ba1ance`, `fi11s`, `c0mmon`.
_SCANNED = re.compile(
    r"(?<![\w¤@/\\.=:#$&<~^+|'’-])(?=[a-z]+(?:1+|0+)[a-z]+(?![\w¤@/\\=#$&>~^+|(-]))(?P<word>[a-z]+[10]+[a-z]+)"
)
_SCANNED_FREQUENCY = 3.5
_LEAST_SCANNED = 5
_AFTER_STOP = (
    "The This These That It In A An If When We You For There They As To With By On However And But "
    "El La Los Las Un Una En Si Cuando Este Esta Se Para Por Como Sin Els Les Aquest Aquesta Quan"
)
_GLUED_STOP = re.compile(
    rf"(?<![\w./\\@:-])[^\W\d_]{{3,}}[)\"”’]?[.!?](?P<next>{'|'.join(_AFTER_STOP.split())})(?=\s)"
)
_GLUED = {
    lang: re.compile(
        rf"(?<![\w¤@/\\.=:#$&<~^+|'’-])(?=[a-zà-ÿ]{{7,}}(?![\w¤@/\\=#$&>~^+|(-]|[.:]\w))"
        rf"(?P<small>{'|'.join(sorted(words.split(), key=len, reverse=True))})(?P<rest>[a-zà-ÿ]+)"
    )
    for lang, words in _GLUING.items()
}
_FOOTNOTE = re.compile(
    r"(?<![\w./\\@:=¤-])(?P<word>[^\W\d_]{4,})[)\"”’]?[.,;](?P<number>\d{1,2})"
    r"(?=\s+[A-ZÁÉÍÓÚÀÈÒ¿¡“\"]|\s*$)",
    re.MULTILINE,
)
_NUMBERED = re.compile(
    r"(?:versi[oó]n?|section|chapter|cap[ií]tulo|secci[oó]n?|cap[ií]tol|secció|step|paso|page|node|"
    r"java|python|rfc|iso|figure|figura|table|tabla|taula|listing|part|type|tipo|tipus|level|layer)",
    re.IGNORECASE,
)

# English, by sound: `an hour`, `a user`.
_ARTICLE = re.compile(r"(?<![\w¤'’.\"/-])(?P<article>[Aa]n?)\s(?P<next>[A-Za-z]{3,})(?![\w¤./(_-])")
_LETTERWISE = re.compile(
    r"(?<![\w¤'’.\"/-])(?P<article>[Aa])\s(?=(?:API|IP|IDE|ORM|OS|AWS|IAM|ACL|OOP)\b)"
)
_VOWEL = re.compile(r"[aeio]|u(?!ni|s[aeiu]|til|ti|biq|ra|rol|k)", re.IGNORECASE)
_SOUNDS_CONSONANT = re.compile(
    r"(?:one|once|eu|ew|uni|use|usu|usa|util|ubiq|uran|urol)", re.IGNORECASE
)
_CONSONANT = re.compile(r"[bcdfgjkmnpqrtvwyz]|s(?!ql)|l", re.IGNORECASE)
_NOT_ARTICLE = frozenset(
    ("and", "are", "its", "the", "that", "this", "for", "has", "was", "can", "any")
)


def slips(
    plain: str, start: int, end: int, lang: str, on_page: Mapping[str, int]
) -> Iterator[Slip]:
    """Find the slips in a stretch of prose.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has glued sentences and footnotes only.
        on_page: Words of the page, with how often each occurs.
    """
    yield from _glued_sentences(plain, start, end)
    yield from _footnotes(plain, start, end, lang)
    if lang in LANGS:
        yield from _doubled_words(plain, start, end, lang)
        yield from _glued_words(plain, start, end, lang, on_page)
        yield from _scanned_digits(plain, start, end, lang)
    if lang in _APART:
        for match in _APART[lang].finditer(plain, start, end):
            new = _ONE[match["two"]] + (match.groupdict().get("many") or "")
            yield Slip(match.start(), match.end(), new, "contraction")
    if lang == "en":
        yield from _articles(plain, start, end)


def _glued_sentences(plain: str, start: int, end: int) -> Iterator[Slip]:
    for match in _GLUED_STOP.finditer(plain, start, end):
        at = match.start("next")
        yield Slip(
            match.start(), match.end(), f"{plain[match.start() : at]} {match['next']}", "glued"
        )


def _footnotes(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    for match in _FOOTNOTE.finditer(plain, start, end):
        word = match["word"].lower()
        if _NUMBERED.fullmatch(word) or (lang in LANGS and not is_common(word, lang)):
            continue
        at, stop = match.span("number")
        yield Slip(match.start(), stop, plain[match.start() : at], "footnote")


def _doubled_words(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    for match in _DOUBLED[lang].finditer(plain, start, end):
        if match[0].split()[1].islower():
            yield Slip(match.start(), match.end(), match[1], "doubled-word")


def _glued_words(
    plain: str, start: int, end: int, lang: str, on_page: Mapping[str, int]
) -> Iterator[Slip]:
    for match in _GLUED[lang].finditer(plain, start, end):
        whole, small, rest = match[0], match["small"], match["rest"]
        if len(rest) < _LEAST_REST or on_page.get(whole, 0) > 1 or highest_frequency(whole) > 0:
            continue
        least = _REST_FREQUENCY - (len(small) > _SHORT_GLUE) * _LONG_GLUE_BONUS
        if not is_listed(rest, lang):
            continue
        if frequency(rest, lang) >= least and not is_known(whole, lang):
            yield Slip(match.start(), match.end(), f"{small} {rest}", "glued")


def _scanned_digits(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    for match in _SCANNED.finditer(plain, start, end):
        meant = match["word"].replace("1", "l").replace("0", "o")
        if len(meant) >= _LEAST_SCANNED and frequency(meant, lang) >= _SCANNED_FREQUENCY:
            yield Slip(match.start(), match.end(), meant, "misspelling")


def _articles(plain: str, start: int, end: int) -> Iterator[Slip]:
    for match in _ARTICLE.finditer(plain, start, end):
        following = match["next"]
        if following.isupper() or following.lower() in _NOT_ARTICLE:
            continue
        if not is_common(following.lower(), "en"):
            continue
        article = match["article"]
        if article in {"a", "A"} and _takes_an(following):
            if article == "A" and not _begins(plain, match.start()):
                continue
            yield Slip(match.start(), match.end(), f"{article}n {following}", "grammar")
        elif article in {"an", "An"} and _CONSONANT.match(following) and following.islower():
            yield Slip(match.start(), match.end(), f"{article[0]} {following}", "grammar")
    for match in _LETTERWISE.finditer(plain, start, end):
        if match["article"] == "a" or _begins(plain, match.start()):
            at, stop = match.span("article")
            yield Slip(at, stop, match["article"] + "n", "grammar")


# A question as a person types it whose own language forms questions in another way.
_MEANS = re.compile(
    r"(?P<what>[Ww]hat) means? (?!of\b|to\b|are\b|is\b|do\b|that\b|by\b)(?P<term>[^?\n,.;:¤]+?)\s*(?P<end>\?|$)"
)
_LONGEST_TERM = 6
_LACKS_IT = re.compile(
    r"(?P<head>(?:(?:[Ww]hy|[Ww]hen|[Hh]ow) )?(?:[Ii]s|[Ww]as)) (?P<rest>(?:not )?(?:recommended|important|necessary"
    r"|useful|possible|better|good|bad|safe|needed|convenient|advisable|mandatory|a good idea|worth) (?:to|that)\b)"
)
_THAT_IS = re.compile(r"That(?= (?:is|are|does|means)\b[^?,\n]*\?)")


def typed_questions(plain: str, lang: str) -> Iterator[Slip]:
    """Find the slips of a question that somebody thought in Spanish and typed in English.

    Args:
        plain: The question with its protected parts filled.
        lang: Its language; only English has such slips here.
    """
    if lang != "en":
        return
    start = len(plain) - len(plain.lstrip(" \n*_"))
    means = _MEANS.match(plain, start)
    if means is not None and len(means["term"].split()) <= _LONGEST_TERM:
        new = f"{means['what']} does {means['term']} mean{means['end']}"
        yield Slip(means.start(), means.end(), new, "question-form")
    lacks = _LACKS_IT.match(plain, start)
    if lacks is not None:
        new = f"{lacks['head']} it {lacks['rest']}"
        yield Slip(lacks.start(), lacks.end(), new, "question-form")
    that = _THAT_IS.match(plain, start)
    if that is not None:
        yield Slip(that.start(), that.end(), "What", "question-form")


def _takes_an(following: str) -> bool:
    return bool(_VOWEL.match(following)) and not _SOUNDS_CONSONANT.match(following)


def _begins(plain: str, at: int) -> bool:
    before = plain[:at].rstrip(" ")
    return not before or before[-1] in ".?!\n:"
