"""Where a model that copies a sentence would rather have written another small word or ending.

A model that is made to copy a sentence word by word gives, at every token, what it would have
written instead. Only what a rule allows is taken up: a small word put in, taken out or changed for
another, or another ending of the same word. Names, numbers, code and marks stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.copying import Variant
from refiner.lang.language import language
from refiner.lang.lexicon import LANGS, frequency, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refiner.copying import Token
    from refiner.lang.sections.grammar import Grammar

# Natural logarithm of the least probability that another token needs to be weighed at all.
LEAST = -5.6
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_STEM = 3
_ENDING = 3
_COMMON = 2.5
_SHORT = 4


def variants(line: str, tokens: Sequence[Token], lang: str) -> list[Variant]:
    """What a copying model would rather have written, as far as it may be right.

    Args:
        line: The sentence, n characters.
        tokens: It, token by token, each with what else the model thought of.
        lang: Its language.

    Returns:
        Changes of whole words, each once, in the order of the sentence.
    """
    known = language(lang)
    if known is None or lang not in LANGS:
        return []
    found: dict[tuple[int, int, str], Variant] = {}
    at = 0
    for token in tokens:
        start, at = at, at + len(token.text)
        for other, logprob in token.others:
            if logprob < LEAST or other == token.text or line.startswith(other, start):
                continue
            for first, last, new in _changes(line, start, other, lang, known.grammar):
                old = found.get((first, last, new))
                if old is None or old.instead < logprob:
                    found[first, last, new] = Variant(first, last, new, token.logprob, logprob)
    return sorted(found.values())


def _changes(
    line: str, start: int, other: str, lang: str, grammar: Grammar
) -> Iterator[tuple[int, int, str]]:
    """The changes that another token at a place of a sentence may stand for: start, end, new words."""
    said = other.strip()
    if not _LETTERS.fullmatch(said):
        return
    is_new_word = other[0] == " "
    if is_new_word and line.startswith(" ", start):
        yield from _at_word(line, start + 1, said, lang, grammar)
    elif not is_new_word:
        begun = start
        while begun and line[begun - 1].isalpha():
            begun -= 1
        word = _WORD.match(line, begun)
        if word is not None and begun < start <= word.end():
            new = line[begun:start] + said
            if _is_other_ending(word[0], new, lang):
                yield begun, word.end(), new


def _at_word(
    line: str, at: int, said: str, lang: str, grammar: Grammar
) -> Iterator[tuple[int, int, str]]:
    """The changes where a word begins."""
    match = _WORD.match(line, at)
    if match is None:
        return
    word, end = match[0], match.end()
    if word in grammar.stray and line.startswith(f" {said}", end):
        yield at, end + 1, ""
    if (word, said) in grammar.swaps:
        yield at, end, said
    if said in grammar.missing:
        yield at, at, f"{said} "
    if _is_other_ending(word, said, lang):
        yield at, end, said


def _is_other_ending(old: str, new: str, lang: str) -> bool:
    """Whether two words differ only in an ending, and the new one is a common word."""
    if old == new or not old.islower() or not new.islower():
        return False
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    left, right = old[same:], new[same:]
    if same < _STEM or max(len(left), len(right)) > _ENDING or max(len(old), len(new)) < _SHORT:
        return False
    if left and right and not _turns(left, right):
        return False
    return is_known(old, lang) and is_known(new, lang) and frequency(new, lang) >= _COMMON


def _turns(left: str, right: str) -> bool:
    """Whether one ending stands for another of the same length, as `os` for `as`."""
    return (
        len(left) == len(right) and left[1:] == right[1:] and left[0] in "aeo" and right[0] in "aeo"
    )
