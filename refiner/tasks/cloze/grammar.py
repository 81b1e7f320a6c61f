"""What a language's file says of facts and terms, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from refiner.lang.language import language

_NOTHING = "(?!)"


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words and patterns of one language; all of them empty where it has no file.

    Attributes:
        lang: The language's code.
        definite: Definite articles.
        elided: Articles that stick to the next word.
        articles: Articles, which stay visible before what is hidden.
        labels: What stands between an article and a name, and stays visible too.
        defining: Matches what stands between a term and its definition.
        naming: Matches what stands before a name that the sentence gives.
        complement: Matches what stands before the thing that is stated of a subject.
        contrast: Matches what stands before the right one of two things.
        kinds: Names of kinds of things that bear an identifier.
        numerals: Numbers in words that announce an enumeration.
        joins: Words between the last two of an enumeration.
        phrase_ends: Words before which a phrase ends.
        no_term: Matches the beginning of a phrase that is no term.
        examples: Matches what stands before names that are mere examples.
        pronouns: Words that stand for something named before.
        dependent_opener: Matches the beginning of a sentence that leans on another.
        backward: Matches what refers to words outside the sentence.
        connector: Matches what may stand before a sentence, with a comma.
        subject_openers: Words that a sentence with a subject begins with; may be empty.
        heading_end: Matches where a sentence begins behind a heading without a stop.
        first_person: Words of one who tells of himself.
        third_person: Words for the people of a story.
        speech: Matches what stands beside words that somebody says.
        narrative: Matches verbs in the tenses of a story.
    """

    lang: str
    definite: frozenset[str]
    elided: tuple[str, ...]
    articles: frozenset[str]
    labels: frozenset[str]
    defining: re.Pattern[str]
    naming: re.Pattern[str]
    complement: re.Pattern[str]
    contrast: re.Pattern[str]
    kinds: frozenset[str]
    numerals: frozenset[str]
    joins: frozenset[str]
    phrase_ends: frozenset[str]
    no_term: re.Pattern[str]
    examples: re.Pattern[str]
    pronouns: frozenset[str]
    dependent_opener: re.Pattern[str]
    backward: re.Pattern[str]
    connector: re.Pattern[str]
    subject_openers: frozenset[str]
    heading_end: re.Pattern[str]
    first_person: frozenset[str]
    third_person: frozenset[str]
    speech: re.Pattern[str]
    narrative: re.Pattern[str]


@cache
def grammar_of(lang: str) -> Grammar:
    """The grammar of a language.

    Args:
        lang: ISO 639-1, or "" where unsure.
    """
    known = language(lang)
    section = known.cloze if known is not None else None

    def words(name: str) -> frozenset[str]:
        return frozenset(getattr(section, name)) if section is not None else frozenset()

    def either(name: str) -> str:
        patterns = getattr(section, name) if section is not None else ()
        return "|".join(f"(?:{pattern})" for pattern in patterns) or _NOTHING

    starts = "|".join(sorted(map(re.escape, words("sentence_starts")))) or _NOTHING
    return Grammar(
        lang=lang,
        definite=words("definite"),
        elided=tuple(sorted(word for word in words("articles") if not word[-1].isalpha())),
        articles=words("articles"),
        labels=words("labels"),
        defining=re.compile(rf"\s(?:{either('defining')})\s"),
        naming=re.compile(rf"\b(?:{either('namings')})\s"),
        complement=re.compile(rf"\s(?:{either('complements')})\s"),
        contrast=re.compile(rf"\s(?:{either('contrasts')})\s"),
        kinds=words("kinds"),
        numerals=words("numerals"),
        joins=words("joins"),
        phrase_ends=words("phrase_ends"),
        no_term=re.compile(rf"(?:{either('no_term')})\b", re.IGNORECASE),
        examples=re.compile(rf"(?<!\w)(?:{either('examples')})(?!\w)", re.IGNORECASE),
        pronouns=words("pronouns"),
        dependent_opener=re.compile(
            rf"[\"'“«(¿¡]*(?:{either('dependent_openers')})(?=[\s,.:;]|$)", re.IGNORECASE
        ),
        backward=re.compile(rf"\b(?:{either('backward')})\b", re.IGNORECASE),
        connector=re.compile(either("connectors")),
        subject_openers=words("subject_openers"),
        # A small word, then a capital one that begins sentences, then a small one again.
        heading_end=re.compile(rf"(?<=\w)\s+(?=(?:{starts})\s+[a-zà-ÿ`])"),
        first_person=words("first_person"),
        third_person=words("third_person"),
        speech=re.compile(either("speech")),
        narrative=re.compile(rf"\b(?:{either('narrative')})"),
    )
