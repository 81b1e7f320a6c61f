"""Sentences: prose and code, cut texts, clozes, talk, what changes a meaning."""

from __future__ import annotations

from pydantic import Field

from refiner.lang.sections.base import Pairs, Patterns, Section, Words


class Lines(Section):
    """What tells prose from code.

    Attributes:
        sentence_words: Words that only sentences have: none is a keyword of a language or a shell.
        caption_nouns: What the caption of a figure or a listing begins with.
    """

    sentence_words: Words = ()
    caption_nouns: Words = ()


class Listing(Section):
    """What stands around a listing."""


class Truncation(Section):
    """How sentences end, and what leaves one open.

    Patterns are compared without case, but for `continuing` and `subject_only`.

    Attributes:
        open_words: Words after which something has to come: articles, conjunctions, auxiliaries.
        open_words_in_questions: Those of them that not even a question ends with.
        open_words_in_long: Words that close a short sentence, but seldom one of ten words.
        stranded: Open words that close a relative clause: "the host that it runs on".
        relative_ends: What stands before a stranded word where nothing is missing.
        determiners: Words that need a noun after them, so that no clause ends behind them.
        broken_ends: Ends that lack a word: an article and its adjective, an auxiliary and a name.
        closed_ends: Ends with an open word that lack nothing: "or not", "to begin with".
        clause_openers: What opens a clause that needs another: "when", "because".
        subject_only: A last sentence that is its subject alone.
        reference_nouns: What a reference points to: a figure, a listing, a chapter.
        place_nouns: Those of them that are a place to read on at, and nothing that is missing.
        reference_links: What may stand between a reference's verb and its noun.
        reference_leads: How a reference begins: "as shown in", "see".
        reference_prepositions: Prepositions that make a reference with a noun after them alone.
        announcements: What a last sentence says of a thing that has to follow it.
        continuing: How a text begins that goes on from words before it: "of which".
        joining: Words that join a whole clause to one before: a passage may begin with them.
        dependents: Words that tie a clause to words before it: "which", "whose".
        clause_starts: Words that begin a clause: an answer may begin so, "and that…" may not.
        open_starts: Words that begin the rest of a clause where a whole sentence follows it.
        short_answers: Words of two letters that answer by themselves.
    """

    open_words: Words = ()
    open_words_in_questions: Words = ()
    open_words_in_long: Words = ()
    stranded: Words = ()
    relative_ends: Patterns = ()
    determiners: Words = ()
    broken_ends: Patterns = ()
    closed_ends: Patterns = ()
    clause_openers: Patterns = ()
    subject_only: Patterns = ()
    reference_nouns: Patterns = ()
    place_nouns: Patterns = ()
    reference_links: Patterns = ()
    reference_leads: Patterns = ()
    reference_prepositions: Words = ()
    announcements: Patterns = ()
    continuing: Patterns = ()
    joining: Words = ()
    dependents: Words = ()
    clause_starts: Words = ()
    open_starts: Words = ()
    short_answers: Words = ()


class Cloze(Section):
    """What is worth hiding in a passage, and what is not.

    Patterns are compared with single spaces between words.

    Attributes:
        captions: What a caption or an exercise begins with, before its number.
        articles: Articles, which stay visible before what is hidden.
        definite: Those of them that speak of one thing.
        labels: What stands between an article and a name: "the term X".
        defining: What stands between a term and its definition: "is a".
        namings: What stands before a name that the sentence gives: "is called".
        complements: What stands before the thing that a sentence states of its subject.
        contrasts: What stands before the right one of two: "not a disk but".
        kinds: Names of kinds of things that bear an identifier: "command", "flag".
        numerals: Numbers in words that announce an enumeration.
        joins: Words between the last two of an enumeration.
        phrase_ends: Words before which a phrase ends.
        no_term: What a phrase begins with that is no term: "because your app".
        examples: What stands before names that are mere examples: "such as".
        pronouns: Words that stand for something named before.
        dependent_openers: How a sentence begins that leans on the one before, without case.
        backward: What refers to words outside the sentence, without case.
        connectors: What a sentence may begin with before a comma, in small letters.
        subject_openers: Words that a sentence with a subject begins with; empty where every
            sentence has one.
        sentence_starts: Capitalised words that begin a sentence behind a heading without a stop.
        abbreviations: Words whose full stop ends no sentence.
        first_person: Words of one who tells of himself.
        speech: What stands beside words that somebody says.
        third_person: Words for the people of a story.
        narrative: Verbs in the tenses of a story.
        hints: Names of the kinds of terms that show what they are: year, percentage, address,
            number, quantity, acronym.
    """

    captions: Words = ()
    articles: Words = ()
    definite: Words = ()
    labels: Words = ()
    defining: Patterns = ()
    namings: Patterns = ()
    complements: Patterns = ()
    contrasts: Patterns = ()
    kinds: Words = ()
    numerals: Words = ()
    joins: Words = ()
    phrase_ends: Words = ()
    no_term: Patterns = ()
    examples: Patterns = ()
    pronouns: Words = ()
    dependent_openers: Patterns = ()
    backward: Patterns = ()
    connectors: Patterns = ()
    subject_openers: Words = ()
    sentence_starts: Words = ()
    abbreviations: Words = ()
    first_person: Words = ()
    speech: Patterns = ()
    third_person: Words = ()
    narrative: Patterns = ()
    hints: Pairs = Field(default_factory=dict)


class Talk(Section):
    """How a book speaks of itself, and to its reader.

    Attributes:
        patterns: What a sentence says then, behind the beginning of a word, without case.
        orders: What to do at a screen, at the beginning of a sentence: "click".
        order_objects: Words that such an order goes on with.
    """

    patterns: Patterns = ()
    orders: Patterns = ()
    order_objects: Words = ()


class Editor(Section):
    """What a model's answer about a whole item is checked by.

    Attributes:
        meaning: Common words that a correction may not bring, take or change: negation, quantity,
            order, modality.
        forms: Forms of these words, each with the one that stands for all of them: one may become
            another, as agreement asks.
        variants: Spellings of which both are right, whole words or letters within them.
        mentions: Patterns of words that a question can't stand alone with: its figure, the text.
        points: Patterns by which a text's end points to what does not follow.
    """

    meaning: Words = ()
    forms: Pairs = Field(default_factory=dict)
    variants: Pairs = Field(default_factory=dict)
    mentions: Patterns = ()
    points: Patterns = ()
