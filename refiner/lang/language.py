"""A language as data: one TOML file holds all that the rules know of it.

A file `refiner/lang/<code>.toml` has a table for each section below; what it leaves out stays
empty, and a rule that finds nothing there is silent. A language without a file gets the rules
that need none. Patterns are regular expressions in literal strings, without flags: the rule that
joins them says how they are compiled.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    model_validator,
)

FOLDER = files(__package__)


def _split(value: object) -> object:
    """Words stand in one string, blanks or line ends between them."""
    return tuple(value.split()) if isinstance(value, str) else value


def _compiles(pattern: str, info: ValidationInfo) -> str:
    """Check that a pattern is a regular expression, where the context asks for it.

    Raises:
        ValueError: It is none.
    """
    if not info.context:
        return pattern
    try:
        re.compile(pattern)
    except re.error as error:
        message = f"`{pattern}` is not a valid regular expression: {error}"
        raise ValueError(message) from error
    return pattern


def _pairs(value: object) -> object:
    """`wrong:right` pairs stand in one string like words; `_` is a blank.

    Raises:
        ValueError: A word has no colon.
    """
    if not isinstance(value, str):
        return value
    pairs = [word.partition(":") for word in value.split()]
    for left, colon, right in pairs:
        if not (left and colon and right):
            raise ValueError(f"`{left}{colon}{right}` is no pair `wrong:right`")
    return {left.replace("_", " "): right.replace("_", " ") for left, _, right in pairs}


Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]
Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Pattern = Annotated[str, AfterValidator(_compiles)]
Patterns = tuple[Pattern, ...]


class Section(BaseModel):
    """What one part of the tool knows of a language; every field may be left out."""

    # A section is built once, within `Language`, instead of once more by itself.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Detection(Section):
    """How a text shows that it is in this language.

    Attributes:
        telling_words: Closed-class words, and the few nouns that cards begin with.
    """

    telling_words: Words = ()


class Spelling(Section):
    """Letters, endings and words for the lexicon.

    Attributes:
        letters: The alphabet; a language without it has no vocabulary here.
        accents: The accented letters that a bare letter may stand for.
        prefixes: What makes a right word from any base of four letters or more.
        endings: The same, behind.
        compounds: Whether two words make one freely.
        drops_e: Whether a base loses its last `e` before an ending.
        clitics: Pronouns that are written onto the end of a verb, longest first.
        verb_endings: Endings of the verb's forms that take them.
        infinitives: Endings of infinitives.
        hyphenated: Pronouns that a hyphen ties to the verb before.
        forms: Endings of regular forms of the same word.
        pairing: Words behind a hyphen that waits for the other half of a pair.
        lookalikes: What a scanner reads, and what is meant.
        jargon: The trade's vocabulary that no dictionary has.
        misspellings: Misspellings that frequency lists and dictionaries hold.
    """

    letters: str = ""
    accents: dict[str, str] = {}
    prefixes: Words = ()
    endings: Words = ()
    compounds: bool = False
    drops_e: bool = False
    clitics: Words = ()
    verb_endings: Words = ()
    infinitives: Words = ()
    hyphenated: Words = ()
    forms: Words = ()
    pairing: Words = ()
    lookalikes: tuple[tuple[str, str], ...] = ()
    jargon: Words = ()
    misspellings: Pairs = {}


# A blank of a pattern, but for those of a look-behind, whose width is fixed.
_BLANK = re.compile(r"(\(\?<[=!][^)]*\))| ")


class Replacement(Section):
    """A form of words that is always wrong, and what it should read.

    Attributes:
        pattern: What is wrong; `@name@` stands for a group of `Typo.groups`. Where it has a
            group `old`, only that is replaced.
        new: What it should read: `{group}` is what a group of the pattern holds, `{group:base}`
            and `{group:gerund}` are forms of the verb that it holds, `{group:third}` its third person, `{group:form}` is what
            `forms` has for it.
        forms: Forms of words, as written.
        rule: The rule's name.
        only: Where the rule looks: in all prose, in a typed question, or only at its beginning.
    """

    pattern: str
    new: str
    forms: Pairs = {}
    rule: Literal["grammar", "contraction", "accent", "question-form", "spacing"] = "grammar"
    only: Literal["prose", "question", "question-start"] = "prose"


class Article(Section):
    """An indefinite article that follows the sound of the next word.

    Attributes:
        short: Before a consonant; `long`: before a vowel.
        takes_long: How a word begins that takes the long form.
        takes_short: How one begins that takes the short form.
        spelled: Abbreviations that are read letter by letter and take the long form.
        apart: Words that follow an article-like letter, not an article.
    """

    short: str
    long: str
    takes_long: Pattern
    takes_short: Pattern
    spelled: Words = ()
    apart: Words = ()


class Typo(Section):
    """Slips of spelling and grammar.

    Attributes:
        dialect: Signs that a text renders how people speak; its spelling is meant.
        leading: Words that come before a noun, an adjective or a verb of this language only.
        doubling: Words that stand twice only by a slip.
        gluing: Short words that stick to the next one.
        glued_on: Short words that stick to the one before.
        captions: Nouns that a caption's number follows, as written.
        tight_marks: Marks that no space stands before.
        sentence_starts: How a sentence begins.
        numbered: Words that a number follows, by pattern.
        interrogatives: Words that have an accent where they ask, with it.
        why: The word that asks for a reason, as it is typed, and as it is written.
        article: The article that follows the sound of the next word.
        groups: Patterns for the placeholders of `replacements`.
        replacements: Forms of words that are always wrong.
    """

    dialect: Patterns = ()
    leading: Words = ()
    doubling: Words = ()
    gluing: Words = ()
    glued_on: Words = ()
    captions: Words = ()
    tight_marks: Words = ()
    sentence_starts: Words = ()
    numbered: Patterns = ()
    interrogatives: Pairs = {}
    why: Pairs = {}
    article: Article | None = None
    groups: dict[str, Pattern] = {}
    replacements: tuple[Replacement, ...] = ()

    def expanded(self, pattern: str) -> str:
        """A replacement's pattern with its placeholders filled; a blank there is any number.

        Justified PDFs have several blanks for one.
        """
        filled = re.sub(r"@(\w+)@", lambda name: f"(?:{self.groups[name[1]]})", pattern)
        return _BLANK.sub(lambda found: found[1] or r"[ \u00a0]+", filled)

    @model_validator(mode="after")
    def _patterns_compile(self, info: ValidationInfo) -> Self:
        if info.context:
            for one in self.replacements:
                _compiles(self.expanded(one.pattern), info)
        return self


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


class References(Section):
    """How a text points to its figures, listings and chapters.

    Attributes:
        nouns: What is numbered in a book and stands near: figure, listing, table, example.
        chapters: What is numbered and holds text: chapter, section.
        pages: The word before a page's number.
        pointers: Phrases that lead to a numbered thing, without its noun: `as shown in the `.
    """

    nouns: Words = ()
    chapters: Words = ()
    pages: Words = ()
    pointers: Patterns = ()


class Continuation(Section):
    """What marks a card that goes on from the one before.

    Attributes:
        words: Written in capitals, or as all that the question says.
        bracketed: Written in brackets, in any case.
    """

    words: Patterns = ()
    bracketed: Patterns = ()


class Form(Section):
    """A topic in a form that a template can ask for: `Types of X`.

    Attributes:
        rule: The finding's rule: `types-of`, `parts-of`, `example-of`, `about`.
        pattern: From the beginning up to the topic; its groups fill `{0}`, `{1}` of the template.
        template: The beginning of the question, which stands before the topic.
        most_words: How long the old question may be.
        code_template: The beginning where the answer is code.
    """

    rule: str
    pattern: Pattern
    template: str
    most_words: int = 10
    code_template: str = ""


class Correction(Section):
    """A slip of a model, `wrong`, and what is right."""

    wrong: Pattern
    right: str


class Frame(Section):
    """A sentence that begins an answer, and the question that it answers.

    Attributes:
        pattern: What stands behind the sentence's subject.
        template: The question; `{subject}` is the subject, `{0}`, `{1}` are the pattern's groups.
    """

    pattern: Pattern
    template: str


class Question(Section):
    """What a vague question looks like, and the templates for a better one.

    Attributes:
        captions: What a question names that is only a figure's caption.
        pictures: What a placeholder for an image names.
        picture_orders: Orders to put an image in.
        picture_words: What else stands in a placeholder: articles, `here`, `of the page`.
        about: Beginnings up to a topic that ask nothing: `About `, `Some notes on `.
        unfinished: Words of a question that was begun and never written: `What is...?`.
        asks: Words that make a topic a question.
        asks_first: Words that ask only where they stand first: `como`, without its accent.
        orders: Words that begin an order.
        remarks: Words of a remark to oneself.
        asking: Words that the new question has to begin with where the old one does.
        accents: Words that ask, typed without accents, with how they are written.
        forms: Topics that a template asks for; `{asked}` in a template is the word that asks.
        frames: First sentences of an answer that a template asks for.
        no_subjects: First words of what is no subject of a question: `it`, `this`, `in`.
        subject_breaks: Words that stand in no such subject: `that`, `can`, `and`.
        articles: Words before a subject, which are in lower case in a question.
        verbs: What a question asks with, which its answer need not hold: `distinguish`.
        what_is: Beginnings of a question for a definition.
        mentions: What a question that stands alone does not mention.
        opening: The mark that opens a question.
        corrections: Slips of a model in a question.
    """

    captions: Patterns = ()
    pictures: Patterns = ()
    picture_orders: Patterns = ()
    picture_words: Patterns = ()
    about: Patterns = ()
    unfinished: Patterns = ()
    asks: Patterns = ()
    asks_first: Patterns = ()
    orders: Patterns = ()
    remarks: Patterns = ()
    asking: Patterns = ()
    accents: dict[str, str] = {}
    forms: tuple[Form, ...] = ()
    frames: tuple[Frame, ...] = ()
    no_subjects: Words = ()
    subject_breaks: Words = ()
    articles: Words = ()
    verbs: Words = ()
    what_is: Patterns = ()
    mentions: Patterns = ()
    opening: str = ""
    corrections: tuple[Correction, ...] = ()


class Terms(Section):
    """Words that carry a text's meaning."""


class Flagging(Section):
    """What the `flag` task looks for.

    Attributes:
        remarks: Remarks to oneself, anywhere in a question.
        statements: What only a sentence that states something holds: its finite verb.
        interrogatives: Words that ask, and nothing else.
        conjunctions: `and`.
        one_letter: What a single letter names: `letter`, `vitamin`.
        short_answers: Answers of few letters that are whole: `yes`.
    """

    remarks: Patterns = ()
    statements: Patterns = ()
    interrogatives: Patterns = ()
    conjunctions: Words = ()
    one_letter: Words = ()
    short_answers: Words = ()


class Injection(Section):
    """Orders to a model that a text may hold.

    Attributes:
        headings: Headings of a prompt: `### Instructions`.
        roles: Who speaks in a conversation: `assistant:`.
        fields: Names of fields that an answer of ours has.
        commands: Orders, wherever they stand.
        orders: Orders that read as statements but at a sentence's beginning.
        leads: Words before an order that begins a sentence: `and`.
    """

    headings: Patterns = ()
    roles: Words = ()
    fields: Words = ()
    commands: Patterns = ()
    orders: Patterns = ()
    leads: Words = ()


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
        subject_only: A last sentence that is its subject alone.
        reference_nouns: What a reference points to: a figure, a listing, a chapter.
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
    subject_only: Patterns = ()
    reference_nouns: Patterns = ()
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
        defining: What stands between a term and its definition: "is a".
        namings: What stands before a name that the sentence gives: "is called".
        complements: What stands before the thing that a sentence states of its subject.
        contrasts: What stands before the right one of two: "not a disk but".
        kinds: Names of kinds of things that bear an identifier: "command", "flag".
        numerals: Numbers in words that announce an enumeration.
        joins: Words between the last two of an enumeration.
        phrase_ends: Words before which a phrase ends.
        no_term: What a phrase begins with that is no term: "because your app".
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
    defining: Patterns = ()
    namings: Patterns = ()
    complements: Patterns = ()
    contrasts: Patterns = ()
    kinds: Words = ()
    numerals: Words = ()
    joins: Words = ()
    phrase_ends: Words = ()
    no_term: Patterns = ()
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
    hints: Pairs = {}


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
        mentions: Patterns of words that a question can't stand alone with: its figure, the text.
        points: Patterns by which a text's end points to what does not follow.
    """

    meaning: Words = ()
    mentions: Patterns = ()
    points: Patterns = ()


class Language(BaseModel):
    """All that is known of one language.

    Attributes:
        code: ISO 639-1.
        name: In English.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: str
    detection: Detection = Detection()
    spelling: Spelling = Spelling()
    typo: Typo = Typo()
    lines: Lines = Lines()
    listing: Listing = Listing()
    references: References = References()
    continuation: Continuation = Continuation()
    question: Question = Question()
    terms: Terms = Terms()
    flag: Flagging = Flagging()
    injection: Injection = Injection()
    truncation: Truncation = Truncation()
    cloze: Cloze = Cloze()
    talk: Talk = Talk()
    editor: Editor = Editor()


class LanguageFileError(ValueError):
    """A language's file that is not valid: the message names the file and the field."""


@cache
def codes() -> tuple[str, ...]:
    """The languages that have a file, by code."""
    names = (entry.name for entry in FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def language(code: str) -> Language | None:
    """What is known of a language, or None where it has no file.

    Raises:
        LanguageFileError: The file is not valid TOML, or a field is not as the model says.
    """
    if code not in codes():
        return None
    name = f"{code}.toml"
    text = (FOLDER / name).read_text(encoding="utf-8")
    return parse_language(text, name, compiles=False)


def parse_language(text: str, name: str, *, compiles: bool = True) -> Language:
    """Read a language's file.

    Args:
        text: The file's text.
        name: Its name, for messages.
        compiles: Whether each pattern is tried, which takes ten times as long as the rest; the
            tests try those of the files that come along.

    Raises:
        LanguageFileError: As for `language`.
    """
    try:
        return Language.model_validate(tomllib.loads(text), context=compiles)
    except tomllib.TOMLDecodeError as error:
        raise LanguageFileError(f"`{name}` is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise LanguageFileError(f"`{name}`: `{place}`: {first['msg']}") from error


def languages() -> tuple[Language, ...]:
    """Every language that has a file, by code."""
    return tuple(found for code in codes() if (found := language(code)) is not None)


def values(field: str) -> tuple[str, ...]:
    """What all languages have in a field, each value once.

    Args:
        field: `section.field`, of words or patterns.
    """
    section, name = field.split(".")
    found: dict[str, None] = {}
    for one in languages():
        value = getattr(getattr(one, section), name)
        found.update(dict.fromkeys((value,) if isinstance(value, str) else value))
    return tuple(text for text in found if text)


@cache
def union(field: str) -> str:
    """One pattern for what is looked for in any language; it matches nothing where there is none.

    Args:
        field: `section.field`, of patterns.
    """
    return "|".join(f"(?:{pattern})" for pattern in values(field)) or r"(?!)"


@cache
def word_union(field: str) -> frozenset[str]:
    """The words of all languages in a field of words."""
    return frozenset(values(field))
