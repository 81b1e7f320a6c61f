"""How a language is told, spelled and mistyped."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import (
    Field,
    ValidationInfo,
    model_validator,
)

from refiner.lang.sections.base import Pairs, Pattern, Patterns, Section, Words, compiles


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
        derivations: Endings of words that are formed freely, though few dictionaries have them.
        silent: Letters that speech drops inside a word, and writers with it: `lavaero`.
        loan_endings: Endings that verbs taken from English get: `mergear`.
        compounds: Whether two words make one freely.
        drops_e: Whether a base loses its last `e` before an ending.
        clitics: Pronouns that are written onto the end of a verb, longest first.
        verb_endings: Endings of the verb's forms that take them.
        infinitives: Endings of infinitives.
        hyphenated: Pronouns that a hyphen ties to the verb before.
        forms: Endings of regular forms of the same word.
        pairing: Words behind a hyphen that waits for the other half of a pair.
        lookalikes: What a scanner reads, and what is meant.
        capital_lookalikes: Capitals that a scanner reads inside a word, and what is meant.
        first_lookalikes: The same at the beginning of a word.
        jargon: The trade's vocabulary that no dictionary has.
        misspellings: Misspellings that frequency lists and dictionaries hold.
    """

    letters: str = ""
    accents: dict[str, str] = Field(default_factory=dict)
    prefixes: Words = ()
    endings: Words = ()
    derivations: Words = ()
    silent: Words = ()
    loan_endings: Words = ()
    compounds: bool = False
    drops_e: bool = False
    clitics: Words = ()
    verb_endings: Words = ()
    infinitives: Words = ()
    hyphenated: Words = ()
    forms: Words = ()
    pairing: Words = ()
    lookalikes: tuple[tuple[str, str], ...] = ()
    capital_lookalikes: tuple[tuple[str, str], ...] = ()
    first_lookalikes: tuple[tuple[str, str], ...] = ()
    jargon: Words = ()
    misspellings: Pairs = Field(default_factory=dict)


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
    forms: Pairs = Field(default_factory=dict)
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


class Agreement(Section):
    """Gender and number of nouns and of what stands before them.

    Attributes:
        determiners: Rows of four forms: masculine, feminine, the plurals of both; `_` is a blank,
            `-` a form that there is not.
        adjectives: The same for adjectives that stand before a noun.
        pronouns: Determiners that stand before a verb, too.
        prepositions: Words that no verb follows but in its infinitive.
        counting: Determiners that are numerals too: the noun behind is one.
        joining: Words that join a numeral to the one before.
        contractions: A preposition and a determiner that are written as one.
        masculine: Nouns of this gender, in the singular.
        feminine: The same.
        stressed: Feminine nouns with the masculine article.
        plurals: How an ending changes in the plural, the first that fits; `-` is none.
    """

    determiners: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    pronouns: Words = ()
    prepositions: Words = ()
    counting: Words = ()
    joining: Words = ()
    contractions: Pairs = Field(default_factory=dict)
    masculine: Words = ()
    feminine: Words = ()
    stressed: Words = ()
    plurals: Pairs = Field(default_factory=dict)


class Typo(Section):
    """Slips of spelling and grammar.

    Attributes:
        dialect: Signs that a text renders how people speak; its spelling is meant.
        leading: Words that come before a noun, an adjective or a verb of this language only.
        doubling: Words that stand twice only by a slip.
        repeated: Longer words that stand twice on purpose; without them only `doubling` counts.
        gluing: Short words that stick to the next one.
        glued_on: Short words that stick to the one before.
        captions: Nouns that a caption's number follows, as written.
        tight_marks: Marks that no space stands before.
        sentence_starts: How a sentence begins.
        after_names: What goes on behind a name, not behind a sentence's first word: `and`.
        numbered: Words that a number follows, by pattern.
        interrogatives: Words that have an accent where they ask, with it.
        why: The word that asks for a reason, as it is typed, and as it is written.
        article: The article that follows the sound of the next word.
        agreement: Gender and number of nouns and of what stands before them.
        groups: Patterns for the placeholders of `replacements`.
        replacements: Forms of words that are always wrong.
    """

    dialect: Patterns = ()
    leading: Words = ()
    doubling: Words = ()
    repeated: Words = ()
    gluing: Words = ()
    glued_on: Words = ()
    captions: Words = ()
    tight_marks: Words = ()
    sentence_starts: Words = ()
    after_names: Words = ()
    numbered: Patterns = ()
    interrogatives: Pairs = Field(default_factory=dict)
    why: Pairs = Field(default_factory=dict)
    article: Article | None = None
    agreement: Agreement = Agreement()
    groups: dict[str, Pattern] = Field(default_factory=dict)
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
                compiles(self.expanded(one.pattern), info)
        return self
