"""References, questions, flags, and orders to a model."""

from __future__ import annotations

from pydantic import Field

from refiner.lang.sections.base import Pattern, Patterns, Section, Words


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
        is_written: Whether the topic is a text, whose code is it and not a use of it.
    """

    rule: str
    pattern: Pattern
    template: str
    most_words: int = 10
    code_template: str = ""
    is_written: bool = False


class Correction(Section):
    """A slip of a model, `wrong`, and what is right."""

    wrong: Pattern
    right: str


class Frame(Section):
    """A sentence that begins an answer, and the question that it answers.

    Attributes:
        pattern: What stands behind the sentence's subject.
        template: The question; `{subject}` is the subject, `{0}`, `{1}` are the pattern's groups.
        defines: Whether the sentence says what its subject is.
    """

    pattern: Pattern
    template: str
    defines: bool = False


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
        pronouns: What stands in the place of a subject that the question names, with its blank.
        describing: Verbs, beside those of the frames, with which a sentence says what a thing is.
        definition: The question for a definition of `{subject}`.
        no_subjects: First words of what is no subject of a question: `it`, `this`, `in`.
        subject_breaks: Words that stand in no such subject: `that`, `can`, `and`.
        articles: Words before a subject, which are in lower case in a question.
        verbs: What a question asks with, which its answer need not hold: `distinguish`.
        what_is: Beginnings of a question for a definition.
        properties: Words in such a question that ask for a part or property of the thing instead.
        how: Beginnings of a question for how something is done.
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
    accents: dict[str, str] = Field(default_factory=dict)
    forms: tuple[Form, ...] = ()
    frames: tuple[Frame, ...] = ()
    pronouns: Patterns = ()
    describing: Patterns = ()
    definition: str = ""
    no_subjects: Words = ()
    subject_breaks: Words = ()
    articles: Words = ()
    verbs: Words = ()
    what_is: Patterns = ()
    properties: Patterns = ()
    how: Patterns = ()
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
