"""The answer model of `question`: a rewritten question, and the guards that it has to pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from refiner.analysis.terms import COMMON, WORD, content_words, frequency_of, lemma, stem
from refiner.lang.detect import detect_language
from refiner.lang.language import union, values
from refiner.lang.lexicon import is_known_anywhere
from refiner.tasks.guards import forbidden_part
from refiner.tasks.model import facts_of
from refiner.tasks.question.frames import defines
from refiner.tasks.question.templates import question_key

MENTIONS = re.compile(rf"(?<!\w)(?:{union('question.mentions')})(?!\w)", re.IGNORECASE)
_SHOWN = re.compile(rf"{union('question.captions')}|{union('question.pictures')}", re.IGNORECASE)
_WHAT_IS = re.compile(
    rf"(?:{union('question.what_is')})\s+(?:(?:{'|'.join(values('question.articles'))})\s+)?(?P<subject>[^?]+)\?",
    re.IGNORECASE,
)
_PROPERTIES = re.compile(rf"\b(?:{union('question.properties')})\b", re.IGNORECASE)
_HOW = re.compile(rf"(?:{union('question.how')})", re.IGNORECASE)
_TITLE_WORDS = 3
_DEFINED_WORDS = 8
MARKUP = re.compile(r"#\w|\[\[|\]\]|\(\(|\{\{|\}\}|::|://|www\.|</?\w+>|```|\n")
WORDS = range(3, 31)
_ASKED_WITH = frozenset(stem(word) for word in values("question.verbs"))
COPIED_WORDS = 7
# A rarer word that neither card nor context hold is a term from elsewhere, unless questions ask with it.
RARE = 3.7
# A term of an answer in another language has another form in the question.
RARE_IN_TRANSLATION = 3.0
# A word rarer than this that no dictionary has is one that the model made up.
LEAST_WORD = 2.2
LEAST_WORD_LETTERS = 5
LEAST_TERM_LETTERS = 4
# So many of the answer's own terms make a question about it, also without the old topic's.
OWN_TERMS = 2


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the guards compare a question with.

    Attributes:
        lang: The question's language, or "".
        old: The question as it stands on the card, without what merely marks it.
        asking: The word that it asks with, or "".
        answer: The card's answer.
        page_text: The question's block as it is written.
        words: Lower-case words of the card and what stands around it.
        stems: Stems of the same.
        answer_stems: Stems of the answer's content words.
        terms: Content words of the old question.
        title: The book's title, without what marks it.
        is_translated: Whether the answer is in another language than the question.
        is_how: Whether only a question for how something is done is meant.
        emphasised: What the old question emphasises.
        others: Keys of the questions of the page's other cards.
        disabled: Names of guards that are left out, to measure what each is worth.
    """

    lang: str = ""
    old: str = ""
    asking: str = ""
    answer: str = ""
    page_text: str = ""
    words: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    answer_stems: frozenset[str] = frozenset()
    terms: tuple[str, ...] = ()
    title: str = ""
    is_translated: bool = False
    is_how: bool = False
    emphasised: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()


class Rewrite(BaseModel):
    """Specific questions that the card's answer answers, the best first; refused ones are left out."""

    model_config = ConfigDict(extra="forbid", strict=True)

    questions: Annotated[
        list[Annotated[str, Field(max_length=240)]], Field(min_length=1, max_length=3)
    ]

    @field_validator("questions")
    @classmethod
    def _are_sound(cls, questions: list[str], info: ValidationInfo) -> list[str]:
        facts = facts_of(info, CardFacts)
        asked = [" ".join(question.split(" ")) for question in questions]
        complaints = [_complaint(question, facts) for question in asked]
        sound = [q for q, complaint in zip(asked, complaints, strict=True) if complaint is None]
        if not sound:
            raise ValueError(complaints[0])
        return sound

    @property
    def question(self) -> str:
        """The best of those that pass the guards."""
        return self.questions[0]


def _complaint(question: str, facts: CardFacts) -> str | None:
    """What the first guard says that refuses a question, with the guard's name; None for none."""
    for name, guard in GUARDS.items():
        complaint = None if name in facts.disabled else guard(question, facts)
        if complaint is not None:
            return f"{name}: {complaint}"
    return None


def _safe(question: str, facts: CardFacts) -> str | None:
    found = forbidden_part(question, facts.page_text)
    return f"write plain words, without {found}" if found else None


def _form(question: str, facts: CardFacts) -> str | None:  # noqa: ARG001 - one signature
    if not question.endswith("?") or question.count("?") != 1:
        return "write exactly one question, ending with a question mark"
    if len(question.split()) not in WORDS:
        return "use between 3 and 30 words"
    return None


def _markup(question: str, facts: CardFacts) -> str | None:  # noqa: ARG001 - one signature
    return "write plain words, without links, tags or markup" if MARKUP.search(question) else None


def _mention(question: str, facts: CardFacts) -> str | None:
    for found in MENTIONS.finditer(question):
        word = found[0].lower()
        if word in facts.old.lower() or _is_subject(word, facts.answer):
            continue
        return f"do not mention `{found[0]}`: the question has to stand alone"
    if len(facts.title.split()) >= _TITLE_WORDS and facts.title.lower() in question.lower():
        return "do not mention the book: the question has to stand alone"
    return None


def _is_subject(word: str, answer: str) -> bool:
    """Whether an answer speaks of images, tables or the like, and not only of a numbered one."""
    return (
        _SHOWN.fullmatch(word) is not None
        and re.search(rf"(?<!\w){re.escape(word)}(?:e?s)?(?!\w|\s+\d)", answer.lower()) is not None
    )


def _defined(question: str, facts: CardFacts) -> str | None:
    """A definition is asked for only where the answer gives one."""
    found = _WHAT_IS.match(question)
    words = found["subject"].split() if found else []
    if found is None or _PROPERTIES.search(found["subject"]) or facts.is_translated:
        return None
    if len(words) > _DEFINED_WORDS or _is_function_word(words[-1], facts.lang):
        return None
    if defines(facts.answer, found["subject"], facts.lang, is_named=bool(facts.old)):
        return None
    return f"the answer does not say what `{found['subject']}` is: ask what it says"


def _how(question: str, facts: CardFacts) -> str | None:
    if not facts.is_how or _HOW.match(question):
        return None
    return "the answer is code: ask how to do what it does"


def _is_function_word(word: str, lang: str) -> bool:
    return frequency_of(word, lang) >= COMMON


def _language(question: str, facts: CardFacts) -> str | None:
    wanted = facts.lang
    found = detect_language(question)
    return f"write it in the language `{wanted}`" if wanted and found not in {wanted, ""} else None


def _grounded(question: str, facts: CardFacts) -> str | None:
    """Names, numbers, identifiers and rare terms come from the card or what stands around it."""
    known = facts.stems
    lang = facts.lang
    least = RARE_IN_TRANSLATION if facts.is_translated else RARE
    for number, word in enumerate(WORD.findall(question)):
        if stem(word) in known:
            continue
        is_name = number > 0 and word[:1].isupper()
        is_identifier = (
            any(char.isdigit() or char in "_./+#" for char in word[:-1]) or word.isdigit()
        )
        if is_name or is_identifier or _rarest(word, lang) < least:
            return f"`{word}` stands neither in the card nor around it"
    return None


def _rarest(word: str, lang: str) -> float:
    """How common the rarest part of a word is, Zipf; the words that questions ask with are common."""
    parts = [
        part
        for part in word.lower().split("-")
        if len(part) >= LEAST_TERM_LETTERS and stem(part) not in _ASKED_WITH
    ]
    found = (max(frequency_of(p, lang), frequency_of(lemma(p, lang), lang)) for p in parts)
    return min(found, default=COMMON)


def _keeps_term(question: str, facts: CardFacts) -> str | None:
    terms = facts.terms
    asked = {stem(word) for word in content_words(question, facts.lang)}
    if not terms or {stem(term) for term in terms} & {stem(w) for w in WORD.findall(question)}:
        return None
    if len(asked & facts.answer_stems) >= OWN_TERMS:
        return None
    return f"keep a term of the old question: {', '.join(terms)}"


def _same_question(question: str, facts: CardFacts) -> str | None:
    asking = facts.asking
    if not asking or re.search(rf"\b{asking}\b", question, re.IGNORECASE):
        return None
    return f"begin with `{asking.capitalize()}`, as the old question does"


def _words(question: str, facts: CardFacts) -> str | None:
    lang = facts.lang
    own = facts.words
    for word in re.findall(r"(?<![\w-])[^\W\d_]+(?![\w-])", question):
        lower = word.lower()
        if len(word) < LEAST_WORD_LETTERS or lower in own or not word.islower():
            continue
        if frequency_of(lower, lang) < LEAST_WORD and not is_known_anywhere(lower, lang):
            return f"`{word}` is no word"
    return None


def _emphasis(question: str, facts: CardFacts) -> str | None:
    asked = {stem(word) for word in WORD.findall(question)}
    lost = [
        term
        for term in facts.emphasised
        if term.lower() not in question.lower() and stem(term) not in asked
    ]
    return f"keep the words `{lost[0]}`" if lost else None


def _specific(question: str, facts: CardFacts) -> str | None:
    lang = facts.lang
    if content_words(question, lang):
        return None
    return "say what the question is about"


def _repeated(question: str, facts: CardFacts) -> str | None:
    if question_key(question) in facts.others:
        return "another card of the page asks this already: ask what only this answer says"
    return None


def _giveaway(question: str, facts: CardFacts) -> str | None:
    asked = [word.lower() for word in WORD.findall(question)]
    answer = " ".join(word.lower() for word in WORD.findall(facts.answer))
    padded = f" {answer} "
    for start in range(len(asked) - COPIED_WORDS + 1):
        if f" {' '.join(asked[start : start + COPIED_WORDS])} " in padded:
            return "do not copy the answer into the question"
    return None


GUARDS = {
    "safe": _safe,
    "form": _form,
    "markup": _markup,
    "mention": _mention,
    "defined": _defined,
    "how": _how,
    "language": _language,
    "grounded": _grounded,
    "keeps-term": _keeps_term,
    "same-question": _same_question,
    "words": _words,
    "emphasis": _emphasis,
    "specific": _specific,
    "repeated": _repeated,
    "giveaway": _giveaway,
}
