"""What a language's file says of sentences that are left open, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from refiner.lang.language import language, languages

_FLAGS = re.VERBOSE | re.IGNORECASE
_NOTHING = "(?!)"
# A longer clause may hold the other one, without a comma between.
_LONGEST_HALF = 6


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words and patterns of one language, or of all where a text's language is unsure.

    Attributes:
        open_words: Words after which something has to come.
        open_in_questions: Those that not even a question ends with.
        open_in_long: Words that close a short sentence, but seldom a long one.
        stranded: Open words that may close a relative clause.
        relative_end: Matches what stands before such a word where nothing is missing.
        determiners: Words that need a noun after them.
        broken_end: Matches an end that lacks a word.
        closed_end: Matches an end with an open word that lacks nothing.
        half_sentence: Matches a sentence of a clause alone that needs another.
        subject_only: Matches a sentence that is its subject alone.
        dangling: Matches a reference at the end that lacks what it points to.
        preposed: Matches such a reference that is a preposition alone.
        reference_noun: Matches the noun that such a one needs.
        place_noun: Matches one that is a place to read on at.
        announcement: Matches a sentence that announces what follows it.
        continuing: Matches the beginning of a text that goes on from words before it.
        joining: Words that join a whole clause to one before.
        dependents: Words that tie a clause to words before it.
        clause_starts: Words that begin a clause, behind a joining word the rest of a sentence.
        open_starts: Words that begin the rest of a clause.
    """

    open_words: frozenset[str]
    open_in_questions: frozenset[str]
    open_in_long: frozenset[str]
    stranded: frozenset[str]
    relative_end: re.Pattern[str]
    determiners: frozenset[str]
    broken_end: re.Pattern[str]
    closed_end: re.Pattern[str]
    half_sentence: re.Pattern[str]
    subject_only: re.Pattern[str]
    dangling: re.Pattern[str]
    preposed: re.Pattern[str]
    reference_noun: re.Pattern[str]
    place_noun: re.Pattern[str]
    announcement: re.Pattern[str]
    continuing: re.Pattern[str]
    joining: frozenset[str]
    dependents: frozenset[str]
    clause_starts: frozenset[str]
    open_starts: frozenset[str]


@cache
def grammar_of(lang: str) -> Grammar:
    """The grammar of a language; of every language for "", and an empty one where no file is.

    Args:
        lang: ISO 639-1, or "" where unsure.
    """
    known = language(lang) if lang else None
    found = (known,) if known is not None else (languages() if not lang else ())
    sections = [one.truncation for one in found]

    def words(name: str) -> frozenset[str]:
        return frozenset(word for section in sections for word in getattr(section, name))

    def either(*names: str) -> str:
        patterns = [
            part for section in sections for name in names for part in getattr(section, name)
        ]
        return "|".join(f"(?:{pattern})" for pattern in patterns) or _NOTHING

    nouns, links = either("reference_nouns"), either("reference_links")
    preposition = "|".join(sorted(words("reference_prepositions"))) or _NOTHING
    return Grammar(
        open_words=words("open_words"),
        open_in_questions=words("open_words_in_questions"),
        open_in_long=words("open_words_in_long"),
        stranded=words("stranded"),
        relative_end=re.compile(rf"(?:{either('relative_ends')})$", _FLAGS),
        determiners=words("determiners"),
        broken_end=re.compile(rf"(?:{either('broken_ends')})$", _FLAGS),
        closed_end=re.compile(rf"(?:{either('closed_ends')})$", _FLAGS),
        half_sentence=re.compile(
            rf"(?:{either('clause_openers')})(?:\s[^\s,.:;!?]+){{1,{_LONGEST_HALF}}}$", _FLAGS
        ),
        subject_only=re.compile(rf"(?:{either('subject_only')})$"),
        dangling=re.compile(
            rf"""(?:^|[\s(,;])(?:{either("reference_leads")}
            | (?:{preposition})(?=\s+(?:{links}|{nouns})\b))
            (?:\s+(?:{links}))*(?:\s*(?:{nouns}))?[(]?\s*$""",
            _FLAGS,
        ),
        preposed=re.compile(rf"[\s(,;]?(?:{preposition})\s", _FLAGS),
        reference_noun=re.compile(rf"\b(?:{nouns})\s*$", _FLAGS),
        place_noun=re.compile(rf"\b(?:{either('place_nouns')})\s*$", _FLAGS),
        announcement=re.compile(either("announcements"), _FLAGS),
        continuing=re.compile(either("continuing"), re.VERBOSE),
        joining=words("joining"),
        dependents=words("dependents"),
        clause_starts=words("clause_starts"),
        open_starts=words("open_starts"),
    )
