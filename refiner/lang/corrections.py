"""Which words a misspelled one may have been meant to be: what lies one slip away, likeliest first."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from refiner.lang.language import language
from refiner.lang.lexicon import common_shares, frequency, plain_letters, shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Letters that are easily written for one another: by sound, or side by side on the keyboard.
_SOUNDS = ("aeiouy", "bvpf", "cszxkqg", "gjyh", "mnñ", "dt", "lr", "wv")
_KEYS = (
    "qwertyuiop",
    "asdfghjklñ",
    "zxcvbnm",
    "qaz",
    "wsx",
    "edc",
    "rfv",
    "tgb",
    "yhn",
    "ujm",
    "ik",
    "ol",
)

_TWICE = re.compile(r"(\w{2,4}?)\1")
_FAR = 2
_LONG = 8
_COMMON = 3.3
_COMMON_SHARE = 10.0 ** (_COMMON - 9)


class Correction(NamedTuple):
    """A word that another may have been meant to be.

    Attributes:
        word: The word, lower case.
        frequency: On the Zipf scale.
        on_page: How often the page has it.
        likelihood: How common this slip is: 2 accent, swapped or doubled letters, 0 a letter
            for one that is neither like it nor beside it, 1 any other.
    """

    word: str
    frequency: float
    on_page: int
    likelihood: int


def corrections(word: str, lang: str, on_page: Mapping[str, int]) -> list[Correction]:
    """Words one slip away from a lower-case word, likeliest first.

    Args:
        word: A word that is not known.
        lang: A language with a vocabulary.
        on_page: Words of the page, with how often each occurs.

    Returns:
        Words with the same first letter (or with the first two swapped) that are common or
        stand on the page; a plural or another regular form of the same word is none.
    """
    vocabulary = shares(lang)
    found = []
    for near in set(_one_slip(word, lang)):
        times = on_page.get(near, 0)
        if near == word or (near not in vocabulary and not times):
            continue
        is_swap = near[1::-1] == word[:2] and near[2:] == word[2:]
        if near[0] != word[0] and not is_swap and plain_letters(near[0]) != word[0]:
            continue
        found.append(Correction(near, frequency(near, lang), times, _likelihood(word, near, lang)))
    return sorted(found, key=_rank, reverse=True)


def far_correction(word: str, lang: str) -> Correction | None:
    """The one common word that two slips, or a part written twice, lie away; None if unsure.

    Args:
        word: A long lower-case word that no list and no dictionary has.
        lang: A language with a vocabulary.
    """
    for match in _TWICE.finditer(word):
        whole = word[: match.start()] + word[match.end(1) :]
        if frequency(whole, lang) >= _COMMON:
            return Correction(whole, frequency(whole, lang), 0, 2)
    near = [
        Correction(other, frequency(other, lang), 0, 1)
        for other in _common_words(lang).get(word[:2], ())
        if not _begins_with(word, other) and _distance(word, other) <= _FAR
    ]
    near.sort(key=lambda one: -one.frequency)
    return near[0] if len(near) == 1 else None


def _begins_with(word: str, other: str) -> bool:
    """Whether one is the other with an ending: a form of it, or a word glued on."""
    short, long = sorted((plain_letters(word), plain_letters(other)), key=len)
    return long.startswith(short) or len(long) - len(short) > _FAR


@cache
def _common_words(lang: str) -> dict[str, list[str]]:
    """The common longer words by their first two letters."""
    found: dict[str, list[str]] = {}
    for word, share in common_shares(lang).items():
        if share >= _COMMON_SHARE and len(word) >= _LONG:
            found.setdefault(word[:2], []).append(word)
    return found


def _distance(one: str, other: str) -> int:
    """How many missing, extra, wrong or swapped letters lie between two words.

    Source:
        Optimal string alignment; rows are cut off above the distance that is looked for.
    """
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, second in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != second))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == second:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > _FAR:
            return _FAR + 1
        before, above = above, row
    return above[-1]


def is_one_slip(word: str, other: str, lang: str = "en") -> bool:
    """Whether one missing, extra, wrong or swapped letter lies between two lower-case words."""
    return other in _one_slip(word, lang)


def _rank(correction: Correction) -> float:
    return correction.frequency + min(correction.on_page, 5) * 0.5 + correction.likelihood


def _likelihood(wrong: str, right: str, lang: str) -> int:
    if plain_letters(wrong) == plain_letters(right) or sorted(wrong) == sorted(right):
        return 2
    if wrong.replace("z", "tz") == right.replace("ttz", "tz"):
        return 2
    if re.sub(r"(.)\1", r"\1", wrong) == re.sub(r"(.)\1", r"\1", right):
        return 2
    if any(wrong.replace(read, meant, 1) == right for read, meant in _lookalikes(lang)):
        return 2
    if len(wrong) == len(right):
        (one, other), *_ = (pair for pair in zip(wrong, right, strict=True) if pair[0] != pair[1])
        return int(_is_near(plain_letters(one), plain_letters(other)))
    return 1


def _is_near(one: str, other: str) -> bool:
    """Whether a letter is easily written for another: by sound, or by its key."""
    if any(one in group and other in group for group in _SOUNDS):
        return True
    return any(
        one in row and other in row and abs(row.index(one) - row.index(other)) == 1 for row in _KEYS
    )


@cache
def _lookalikes(lang: str) -> tuple[tuple[str, str], ...]:
    known = language(lang)
    return tuple(known.spelling.lookalikes) if known is not None else ()


@cache
def _letters(lang: str) -> str:
    known = language(lang)
    return known.spelling.letters if known is not None else ""


def _one_slip(word: str, lang: str) -> Iterator[str]:
    """Every string that one missing, extra, wrong or swapped letter leads to."""
    letters, lookalikes = _letters(lang), _lookalikes(lang)
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in letters:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        for read, meant in lookalikes:
            if tail.startswith(read):
                yield head + meant + tail[len(read) :]
