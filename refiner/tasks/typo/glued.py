"""Words that a lost space made one: sentences, short words stuck to the next one."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from refiner.lang.language import language, word_union
from refiner.lang.lexicon import LANGS, frequency, highest_frequency, is_known, is_listed
from refiner.tasks.typo.slips import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LEAST_REST = 4
_REST_FREQUENCY = 4.3
_SHORT_GLUE = 2
_LONG_GLUE_BONUS = 0.8


def glued(
    plain: str, start: int, end: int, lang: str, on_page: Mapping[str, int]
) -> Iterator[Slip]:
    """Find what lost a space in a stretch of prose.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has glued sentences only.
        on_page: Words of the page, with how often each occurs.
    """
    yield from _sentences(plain, start, end)
    if lang in LANGS:
        yield from _short_words(plain, start, end, lang, on_page)


def _sentences(plain: str, start: int, end: int) -> Iterator[Slip]:
    for match in _sentence_pattern().finditer(plain, start, end):
        at = match.start("next")
        new = f"{plain[match.start() : at]} {match['next']}"
        yield Slip(match.start(), match.end(), new, "glued")


@cache
def _sentence_pattern() -> re.Pattern[str]:
    starts = "|".join(sorted(word_union("typo.sentence_starts")))
    return re.compile(
        rf"(?<![\w./\\@:-])[^\W\d_]{{3,}}[)\"”’]?[.!?](?P<next>{starts or '(?!)'})(?=\s)"
    )


def _short_words(
    plain: str, start: int, end: int, lang: str, on_page: Mapping[str, int]
) -> Iterator[Slip]:
    for match in _short_pattern(lang).finditer(plain, start, end):
        whole, small, rest = match[0], match["small"], match["rest"]
        if len(rest) < _LEAST_REST or on_page.get(whole, 0) > 1 or highest_frequency(whole) > 0:
            continue
        least = _REST_FREQUENCY - (len(small) > _SHORT_GLUE) * _LONG_GLUE_BONUS
        if not is_listed(rest, lang):
            continue
        if frequency(rest, lang) >= least and not is_known(whole, lang):
            yield Slip(match.start(), match.end(), f"{small} {rest}", "glued")


@cache
def _short_pattern(lang: str) -> re.Pattern[str]:
    known = language(lang)
    words = sorted(known.typo.gluing, key=len, reverse=True) if known is not None else []
    return re.compile(
        rf"(?<![\w¤@/\\.=:#$&<~^+|'’-])(?=[a-zà-ÿ]{{7,}}(?![\w¤@/\\=#$&>~^+|(-]|[.:]\w))"
        rf"(?P<small>{'|'.join(words) or '(?!)'})(?P<rest>[a-zà-ÿ]+)"
    )
