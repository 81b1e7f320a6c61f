"""Marks with a space too few or too many: `warm.The worms`, `zone(DMZ)`, `the bed : it`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from refiner.lang.language import language, values, word_union
from refiner.lang.lexicon import (
    LANGS,
    frequency,
    is_common,
    is_jargon,
    is_known,
    is_known_anywhere,
    is_listed,
)
from refiner.tasks.typo.glued import function_words
from refiner.tasks.typo.slips import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.tasks.typo.vocabulary import Vocabulary

_COMMA = re.compile(
    r"(?<![\w¤@/\\.=:#$&<~^+|'’,-])[^\W\d_]{2,}(?:,[^\W\d_]{2,})+(?![\w¤@/\\=#$&>~^+|(-]|,\w|\.\w)"
)
_LATE_COMMA = re.compile(
    r"(?<![\w¤@/\\.=:#$&<~^+|'’-])(?P<word>[^\W\d_]{2,}) ,(?P<after>[^\W\d_]{2,})(?=[ .,;]|$)"
)
_COMMA_FREQUENCY = 3.5
_LEAST_COMMA_PART = 4
# A sentence that ends and one that begins, without the space between.
_STOP = re.compile(
    r"(?<![\w./\\@:$¤-])(?P<last>[^\W\d_]{3,})(?P<stop>[)\"”’»]?[.!?][\"”’»]?)(?P<next>[^\W\d_]{2,})"
    r"(?=,?[ \u00a0](?P<after>\w+))"
)
_SENTENCE_BREAK = re.compile(r"[.!?:;]\s|\n\s*\n|\n\s*[-*]")
_NUMBER = re.compile(r"^\s\d{1,3}[:.)]?\s")
_PLURAL_OF_LETTERS = re.compile(r"[A-Z]{2,5}s?")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_BEFORE = 6
_WORDS_AFTER = 3
_LONGEST_BEFORE = 240
_LONGEST_AFTER = 90
_BRACKET = re.compile(
    r"(?<![\w¤@/\\.=:#$&<~^+|'’-])(?P<word>[^\W\d_A-Z]{4,})\((?P<inside>[A-Z]{2,6}|[^()\n¤=\"';]{12,80})\)"
)
_BEHIND_BRACKET = re.compile(r" \((?P<inside>[A-Z]{2,6})\)(?P<next>[^\W\d_A-Z]{4,})(?=[ ,.;]|$)")


def spacing(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """Find the marks of a stretch of prose that lack a space, or have one too many.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has glued sentences and captions only.
        words: The page's words.
    """
    yield from _sentences(plain, start, end, lang)
    yield from _numbered(plain, start, end, lang, words)
    if lang not in LANGS:
        return
    yield from _stops(plain, start, end, lang, words)
    yield from _commas(plain, start, end, lang, words)
    yield from _brackets(plain, start, end, lang)
    yield from _spaced_marks(plain, start, end, lang, words)


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


def _stops(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """`… of the bed.Worms eat …`: a whole sentence stands on both sides."""
    for match in _STOP.finditer(plain, start, end):
        last, following = match["last"], match["next"]
        if not following.istitle() or not (last.islower() or _PLURAL_OF_LETTERS.fullmatch(last)):
            continue
        if not _is_word(following.lower(), lang, words):
            continue
        if last.islower() and not _is_word(last, lang, words):
            continue
        if last == following.lower() or words.members(last.lower()) > 1:
            continue
        before = plain[max(0, match.start() - _LONGEST_BEFORE) : match.end("last")]
        after = plain[match.end() : match.end() + _LONGEST_AFTER]
        if _ends_a_sentence(before, lang) and _begins_a_sentence(after, lang):
            new = f"{last}{match['stop']} {following}"
            yield Slip(match.start(), match.end(), new, "glued")


def _is_word(lower: str, lang: str, words: Vocabulary) -> bool:
    return is_common(lower, lang) or is_jargon(lower) or words.count(lower) > 1


def _ends_a_sentence(before: str, lang: str) -> bool:
    said = _WORD.findall(_SENTENCE_BREAK.split(before)[-1].lower())
    return len(said) >= _WORDS_BEFORE and bool(_sentence_words(lang) & set(said[:-1]))


def _begins_a_sentence(after: str, lang: str) -> bool:
    said = _WORD.findall(_SENTENCE_BREAK.split(_NUMBER.sub("", after, 1))[0])
    if len(said) < _WORDS_AFTER or said[0].lower() in _joining(lang):
        return False
    plainly = [word for word in said if word.islower() and is_common(word, lang)]
    return len(plainly) >= _WORDS_AFTER - 1 and bool(_sentence_words(lang) & set(plainly))


@cache
def _sentence_words(lang: str) -> frozenset[str]:
    known = language(lang)
    if known is None:
        return frozenset()
    return frozenset((*known.lines.sentence_words, *known.question.articles))


@cache
def _joining(lang: str) -> frozenset[str]:
    """What follows a member's name rather than a sentence's first word: `text.Join and`."""
    known = language(lang)
    return frozenset(known.typo.after_names) if known is not None else frozenset()


def _numbered(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """`Figura4`, `Table20shows`: a caption's number without its spaces."""
    for match in _numbered_pattern().finditer(plain, start, end):
        tail = match["tail"]
        if tail and not (lang in LANGS and is_known_anywhere(tail.lower(), lang, words.langs)):
            continue
        new = f"{match['noun']} {match['number']}{' ' + tail if tail else ''}"
        yield Slip(match.start(), match.end(), new, "glued")
    for match in _titled_pattern().finditer(plain, start, end):
        new = f"{match['number']} {match['title']}"
        yield Slip(match.start("number"), match.end(), new, "glued")


@cache
def _numbered_pattern() -> re.Pattern[str]:
    nouns = "|".join(values("typo.captions"))
    return re.compile(
        rf"(?<![\w./\\@:#-])(?P<noun>{nouns or '(?!)'})(?P<number>\d{{1,3}})(?P<tail>[a-zà-ÿ]{{2,}}|)"
        r"(?![\w/\\(]|[.:_-]\w)"
    )


@cache
def _titled_pattern() -> re.Pattern[str]:
    """`Listing 2-16Watering the beds`: a caption's number and its title."""
    nouns = "|".join(values("typo.captions"))
    return re.compile(
        rf"(?<![\w./\\@:#-])(?:{nouns or '(?!)'}) (?P<number>\d{{1,3}}(?:[.-]\d{{1,3}})*)"
        r"(?P<title>[A-Z][a-z]{2,})(?= [a-z])"
    )


def _commas(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """`accessible,as any other`: a comma inside a sentence, not in a list of values."""
    for match in _COMMA.finditer(plain, start, end):
        parts = match[0].split(",")
        lower = [part.lower() for part in parts]
        if not all(is_common(part, lang) or words.count(part) > 1 for part in lower):
            continue
        is_sentence = any(part in function_words(lang) for part in lower)
        has_common = all(
            frequency(part, lang) >= _COMMA_FREQUENCY and len(part) >= _LEAST_COMMA_PART
            for part in lower
        )
        if is_sentence or (has_common and lang != "en" and _is_in_prose(plain, match)):
            yield Slip(match.start(), match.end(), ", ".join(parts), "glued")
    for match in _LATE_COMMA.finditer(plain, start, end):
        if all(is_common(match[part].lower(), lang) for part in ("word", "after")):
            new = f"{match['word']}, {match['after']}"
            yield Slip(match.start(), match.end(), new, "spacing")


def _is_in_prose(plain: str, match: re.Match[str]) -> bool:
    """Whether words stand on both sides of it."""
    before = plain[max(0, match.start() - 2) : match.start()]
    after = plain[match.end() : match.end() + 2]
    return bool(re.fullmatch(r"[^\W\d_] ", before) and re.match(r"[ .;]", after))


def _brackets(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    """`zona central(ZC)`, `the zone (DMZ)between`: a bracket in a sentence, not a call."""
    for match in _BRACKET.finditer(plain, start, end):
        word, inside = match["word"], match["inside"]
        if not is_known(word, lang):
            continue
        if inside.isupper():
            is_short_for = inside.lower()[-1] == word[0]
        else:
            said = _WORD.findall(inside.lower())
            is_short_for = bool(_sentence_words(lang) & set(said)) and all(
                is_common(one, lang) for one in said
            )
        if is_short_for or (inside.isupper() and _is_own(word, lang)):
            at = match.end("word")
            yield Slip(match.start(), at + 1, f"{word} (", "spacing")
    for match in _BEHIND_BRACKET.finditer(plain, start, end):
        if is_common(match["next"], lang):
            at, stop = match.start("inside"), match.end()
            yield Slip(at, stop, f"{match['inside']}) {match['next']}", "spacing")


def _is_own(word: str, lang: str) -> bool:
    """Whether a word is the language's own, so that no program has it as a name."""
    return (
        lang != "en" and not is_listed(word, "en") and frequency(word, lang) > frequency(word, "en")
    )


def _spaced_marks(plain: str, start: int, end: int, lang: str, words: Vocabulary) -> Iterator[Slip]:
    """`of the bed : it`: a space before a mark that has none in this language."""
    for match in _mark_pattern(lang).finditer(plain, start, end):
        word, mark, after = match["word"], match["mark"], match["after"] or ""
        if not is_known_anywhere(word.lower(), lang, words.langs):
            continue
        is_start = after[:1].isupper() and is_known_anywhere(after.lower(), lang, words.langs)
        is_at_end = not plain[match.end() : end].strip()
        if (mark == "." and not (is_start or is_at_end)) or not (
            is_at_end or is_start or is_common(after.lower(), lang)
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
