"""Whether a text tells a story: dialogue, somebody's own words, people and what they did.

A novel's highlights are kept for how they are said; there is no term in them to recall.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from refiner.analysis.lines import masked
from refiner.tasks.cloze.grammar import grammar_of

if TYPE_CHECKING:
    from refiner.cards import Book, Item, Text

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_DIALOGUE = re.compile(r"^\s*[-—–]\s?[A-ZÀ-Ý¿¡]|[.!?,…][”»\"]\s|[.?!…]\s[—–]\s?[A-ZÀ-Ý¿¡]|[—–]\w")
_FACTUAL = re.compile(r"\b\d|[\w)]\(\)|\w_\w|\w[/.]\w{2}|\b[a-z]+[A-Z]|\b[A-Z]{2,}s?\b")
# Words that somebody said, and nothing beside them.
_QUOTED = re.compile(r"[“\"«][^“”\"«»]+[”\"»]\.?")
_LEAST = 2
_NEAR = 4
_TOLD_VERBS = 4
_TOLD_EVERY = 12


def tells_story(item: Item, book: Book, lang: str) -> bool:
    """Whether an item is of a story: by itself, or among highlights most of which are.

    Args:
        item: The passage.
        book: Its page.
        lang: Its language.
    """
    own = story_signs(item.question, lang)
    if own >= _LEAST:
        return True
    near = book.items[max(0, item.index - _NEAR) : item.index + _NEAR + 1]
    others = [text for other in near if other.index != item.index for text in _told(other)]
    told = sum(story_signs(text, lang) >= _LEAST for text in others)
    return own >= 0 and told > 1 and 2 * told >= len(others)


def story_signs(text: Text, lang: str) -> int:
    """How much speaks for a story: below 0 where a text holds numbers, code or abbreviations."""
    signs = _signs(" ".join(masked(text).split()), lang)
    return signs - 2 if text.protected else signs


@lru_cache(maxsize=4096)
def _signs(plain: str, lang: str) -> int:
    grammar = grammar_of(lang)
    words = _WORD.findall(plain)
    own = sum(word in grammar.first_person for word in words)
    people = sum(word.lower() in grammar.third_person for word in words)
    verbs = len(grammar.narrative.findall(plain))
    signs = 2 * bool(grammar.speech.search(plain) or _QUOTED.fullmatch(plain)) + bool(
        _DIALOGUE.search(plain)
    )
    signs += min(own, 2) + min(people, 2) + (verbs > 1) + _is_told(verbs, len(words))
    return signs - 2 if _FACTUAL.search(plain) else signs


def _is_told(verbs: int, words: int) -> bool:
    """Whether verbs of a story stand in more than every twelfth place."""
    return verbs >= _TOLD_VERBS and verbs * _TOLD_EVERY > words


def _told(item: Item) -> tuple[Text, ...]:
    return item.answers[:1] if item.kind == "card" else (item.question,)
