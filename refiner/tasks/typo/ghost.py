"""Letters that fell out of the question and stand as its answer: `How is the enutamiento?`, `r`.

The letters belong into a word of the question, and the card has no answer: both go into one
proposal. The `flag` task, which marks such an answer too, leaves the card to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import masked
from refiner.cards import language_of
from refiner.lang.language import language
from refiner.lang.lexicon import LANGS, frequency, is_known_anywhere
from refiner.tasks.flagging import flag_draft
from refiner.tasks.model import Draft, Flag

if TYPE_CHECKING:
    from refiner.cards import Book, Item

_MOST_LETTERS = 3
_LEAST_WORD = 4
_FREQUENCY = 2.0
_WORD = re.compile(r"(?<![\w¤@/\\.'’-])[^\W\d_]+(?![\w¤@/\\'’-])")


class Fallen(NamedTuple):
    """Where the letters belong: half-open range in the question's text, and the whole word."""

    start: int
    end: int
    new: str
    letters: str


def fallen_letters(item: Item, book: Book) -> Fallen | None:
    """Where the letters of a card's answer belong in its question, or None where it is not sure."""
    if item.kind != "card" or len(item.answers) != 1 or item.answers[0].protected:
        return None
    letters = item.answer.strip()
    if not (letters.isalpha() and letters.islower() and len(letters) <= _MOST_LETTERS):
        return None
    lang = language_of(item, book, "question")
    langs = tuple(dict.fromkeys(one for one in (lang, *book.langs, *LANGS) if one in LANGS))
    plain = masked(item.question)
    found: list[Fallen] = []
    for match in _WORD.finditer(plain):
        wholes = _wholes(match[0], letters, lang, langs, book)
        found += [Fallen(*match.span(), whole, letters) for whole in wholes]
    # A word that lacks them is surer than a letter that stands alone.
    longest = max((one.end - one.start for one in found), default=0)
    found = [one for one in found if one.end - one.start == longest]
    return found[0] if len(found) == 1 else None


def _wholes(written: str, letters: str, lang: str, langs: tuple[str, ...], book: Book) -> set[str]:
    """The words that the letters make of one that is none."""
    lower = written.lower()
    made = {written[:at] + letters + written[at:] for at in range(len(written) + 1)}
    if len(lower) == 1:
        known = language(lang)
        words = frozenset(known.detection.telling_words) if known is not None else frozenset()
        return {whole for whole in made if whole in words} if lower not in words else set()
    if len(lower) < _LEAST_WORD or book.words.get(lower, 0) > 1:
        return set()
    if any(is_known_anywhere(lower, one, langs) for one in langs):
        return set()
    return {
        whole
        for whole in made
        if book.words.get(whole.lower(), 0)
        or any(frequency(whole.lower(), one) >= _FREQUENCY for one in langs)
    }


def ghost_draft(item: Item, fallen: Fallen, reason: str, confidence: float) -> Draft | None:
    """One draft that puts the letters back and flags that the card has no answer."""
    edit = item.question.edit(fallen.start, fallen.end, fallen.new)
    if edit is None:
        return None
    detail = f'the answer "{fallen.letters}" belongs into "{fallen.new}"; the card has no answer'
    flag = Flag("ghost-answer", "ghost-answer", detail)
    marked = flag_draft("typo", "ghost-letters", item.question, flag, reason, confidence)
    if marked is None:  # the flag stands there already
        return Draft("typo", "ghost-letters", (edit,), reason, "rule", confidence)
    edits = tuple(sorted((edit, *marked.edits), key=lambda one: one.start))
    return Draft("typo", "ghost-letters", edits, reason, "rule", confidence, flag)
