"""The sentences of a passage that state a fact and can be understood by themselves."""

from __future__ import annotations

import itertools
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from refiner.analysis.injection import without_orders
from refiner.analysis.lines import masked, read_lines
from refiner.analysis.talk import speaks_of_itself
from refiner.analysis.terms import frequency_of, rare_terms
from refiner.lang.language import word_union
from refiner.tasks.cloze.grammar import Grammar, grammar_of
from refiner.tasks.truncation.beginnings import cut_at_start
from refiner.tasks.truncation.endings import cut_at_end

if TYPE_CHECKING:
    from refiner.cards import Text

_END = re.compile(r"(?<=[.!?…])[\"”»')\]]*\s+(?=[\"“«¿¡(\[]*[A-ZÁÉÍÓÚÑÀÈÒÇ\d`])")
_BULLET = re.compile(r"\s*[•▪◦\ue000-\uf8ff]\s+")
_LAST_BULLET = re.compile(r"\s*[•▪◦\ue000-\uf8ff]?\s*$")
_LAST_WORD = re.compile(r"([\w.]+)\.[\"”»')\]]*\s*$")
_INITIAL = re.compile(r"[A-Z]|\d{1,2}")
_FIRST_WORD = re.compile(r"[\"'“«(*_¿¡]*([^\W_][\w'’+#.-]*)")
# Code that a PDF ran into a sentence: `- stat: path=/etc/hosts`, `port: 80 name: web`.
_CODE = re.compile(
    r"(?:^|\s)- [\w.-]+: |\w=[\w/\"'{]|[\w/.]+: [\w-]+: |\{\s*\w+\s*=|\w\[[:'\"]|\w\('"
)
_WORDS_AT_LEAST = 7
_PASSAGE_LETTERS = 700
_SENTENCE_LETTERS = 420
# A capital word rarer than this in small letters is a name: it may begin any sentence.
_NAME_FREQUENCY = 3.0


@lru_cache(maxsize=4)  # a task finds, asks and proposes about the same passage
def fact_lines(text: Text, lang: str) -> list[tuple[int, int, str]]:
    """The sentences that may hold a fact, with their place.

    Left out are captions, headings, code, talk about the book, sentences of common words alone,
    one that needs another to be understood, a first or last one that is cut, and what gives
    orders to a model.

    Args:
        text: The passage.
        lang: Its language, or "".

    Returns:
        Start and end in characters of the text, and the sentence; about 700 characters in all.
    """
    found = []
    left = _PASSAGE_LETTERS
    at = 0
    kinds = read_lines(text.text)
    plain = masked(text)
    cut = cut_at_end(text, lang)
    begun = cut_at_start(text, lang, is_passage=True)
    for number, whole in enumerate(text.text.split("\n")):
        start, at = at, at + len(whole) + 1
        line = without_orders(whole)
        kind = kinds[number].kind if number < len(kinds) else "prose"
        if kind != "prose" or _captions().match(line) or "{{" in line:
            continue
        for first, last in sentences_of(line, lang):
            sentence = line[first:last]
            shown = plain[start + first : start + last]
            if left < len(sentence) or not _states_fact(sentence, shown, lang):
                continue
            if begun is not None and start + first <= begun.start < start + last:
                continue
            if cut is not None and start + first < cut.end <= start + last:
                continue
            left -= len(sentence)
            found.append((start + first, start + last, sentence))
    return found


def sentences_of(line: str, lang: str) -> list[tuple[int, int]]:
    """Where each sentence of a line begins and ends: not at an abbreviation or a number.

    Points of a list and a heading that a PDF ran into the text are sentences of their own.
    """
    ends = [match.end() for match in _END.finditer(line) if _is_end(line[: match.start()])]
    ends += [match.end() for match in _BULLET.finditer(line)]
    ends += [match.end() for match in grammar_of(lang).heading_end.finditer(line)]
    bounds = [0, *sorted(set(ends)), len(line)]
    found = []
    for start, end in itertools.pairwise(bounds):
        bare = _LAST_BULLET.sub("", line[start:end])
        if bare.strip():
            found.append((start, start + len(bare.rstrip())))
    return found


def stands_alone(sentence: str, lang: str) -> bool:
    """Whether a sentence can be understood by itself: no pronoun without its noun, a subject.

    Args:
        sentence: The sentence, with single spaces.
        lang: Its language.
    """
    grammar = grammar_of(lang)
    if grammar.backward.search(sentence):
        return False
    bare = _without_connector(sentence, grammar)
    if grammar.dependent_opener.match(bare):
        return False
    first = _FIRST_WORD.match(bare)
    if first is None:
        return True
    word = first[1]
    if bare == sentence and word[0].islower() and frequency_of(word, lang) >= _NAME_FREQUENCY:
        return False
    return (
        not grammar.subject_openers
        or word.lower() in grammar.subject_openers
        or frequency_of(word, lang) < _NAME_FREQUENCY
        or _has_name_letters(word)
    )


def _without_connector(sentence: str, grammar: Grammar) -> str:
    head, comma, rest = sentence.partition(", ")
    return rest if comma and grammar.connector.fullmatch(head.lower()) else sentence


def _has_name_letters(word: str) -> bool:
    return word[1:] != word[1:].lower() or any(char.isdigit() for char in word)


def _is_end(before: str) -> bool:
    """Whether the full stop at the end of these words ends a sentence."""
    last = _LAST_WORD.search(before)
    if last is None:
        return True
    word = last[1].lower()
    return word not in word_union("cloze.abbreviations") and not _INITIAL.fullmatch(last[1])


def _states_fact(sentence: str, shown: str, lang: str) -> bool:
    """Whether a sentence says something; `shown` is it with its links and code filled."""
    words = re.findall(r"[^\W\d_]{2,}", shown)
    if len(words) < _WORDS_AT_LEAST or len(sentence) > _SENTENCE_LETTERS:
        return False
    if not (rare_terms(sentence, lang, 1) or re.search(r"\d", shown)) or _CODE.search(shown):
        return False
    folded = " ".join(sentence.split())
    if _shown_first().match(folded) or speaks_of_itself(folded) or folded.endswith((":", "?", ",")):
        return False
    return stands_alone(folded, lang)


@cache
def _captions() -> re.Pattern[str]:
    nouns = "|".join(sorted(map(re.escape, word_union("cloze.captions"))))
    return re.compile(rf"\W*(?:{nouns})\s+[\dA-Z][\w.\-–]*", re.IGNORECASE)


@cache
def _shown_first() -> re.Pattern[str]:
    """A sentence that begins with its figure: "In figure 3 we see …"."""
    nouns = "|".join(sorted(map(re.escape, word_union("cloze.captions"))))
    return re.compile(rf"\W*(?:\w{{1,4}}\s){{0,2}}(?:{nouns})\s?\d", re.IGNORECASE)
