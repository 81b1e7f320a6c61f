"""The answer model of `question`: a rewritten question, and the guards that it has to pass."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from refiner.analysis.terms import WORD, content_words, frequency_of, lemma, stem
from refiner.lang.detect import detect_language
from refiner.lang.language import union, values
from refiner.lang.lexicon import is_known_anywhere
from refiner.tasks.guards import forbidden_part
from refiner.tasks.question.templates import question_key

MENTIONS = re.compile(rf"(?<!\w)(?:{union('question.mentions')})(?!\w)", re.IGNORECASE)
MARKUP = re.compile(r"#\w|\[\[|\]\]|\(\(|\{\{|\}\}|::|://|www\.|</?\w+>|```|\n")
WORDS = range(3, 31)
_ASKED_WITH = frozenset(stem(word) for word in values("question.verbs"))
COPIED_WORDS = 7
# A rarer word that neither card nor context hold is a term from elsewhere, unless questions ask with it.
RARE = 3.7
# A word rarer than this that no dictionary has is one that the model made up.
LEAST_WORD = 2.2
LEAST_WORD_LETTERS = 5
LEAST_TERM_LETTERS = 4
# So many of the answer's own terms make a question about it, also without the old topic's.
OWN_TERMS = 2


class Rewrite(BaseModel):
    """A specific question that the card's answer answers."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Annotated[str, Field(min_length=8, max_length=240)]

    @field_validator("question")
    @classmethod
    def _is_sound(cls, question: str, info: ValidationInfo) -> str:
        context: dict[str, Any] = {} if info.context is None else info.context
        question = " ".join(question.split(" "))
        disabled = context.get("disabled_guards", ())
        for name, guard in GUARDS.items():
            complaint = None if name in disabled else guard(question, context)
            if complaint is not None:
                raise ValueError(f"{name}: {complaint}")
        return question


def _safe(question: str, context: dict[str, Any]) -> str | None:
    found = forbidden_part(question, context.get("page_text", ""))
    return f"write plain words, without {found}" if found else None


def _form(question: str, context: dict[str, Any]) -> str | None:  # noqa: ARG001 - one signature
    if not question.endswith("?") or question.count("?") != 1:
        return "write exactly one question, ending with a question mark"
    if len(question.split()) not in WORDS:
        return "use between 3 and 30 words"
    return None


def _markup(question: str, context: dict[str, Any]) -> str | None:  # noqa: ARG001 - one signature
    return "write plain words, without links, tags or markup" if MARKUP.search(question) else None


def _mention(question: str, context: dict[str, Any]) -> str | None:
    found = MENTIONS.search(question)
    if found is None or found[0].lower() in context.get("old", "").lower():
        return None
    return f"do not mention `{found[0]}`: the question has to stand alone"


def _language(question: str, context: dict[str, Any]) -> str | None:
    wanted = context.get("lang", "")
    found = detect_language(question)
    return f"write it in the language `{wanted}`" if wanted and found not in {wanted, ""} else None


def _grounded(question: str, context: dict[str, Any]) -> str | None:
    """Names, numbers, identifiers and rare terms come from the card or what stands around it."""
    known = set(context.get("stems", ()))
    lang = context.get("lang", "")
    for number, word in enumerate(WORD.findall(question)):
        if stem(word) in known:
            continue
        is_name = number > 0 and word[:1].isupper()
        is_identifier = (
            any(char.isdigit() or char in "_./+#" for char in word[:-1]) or word.isdigit()
        )
        if is_name or is_identifier or _is_rare(word, lang):
            return f"`{word}` stands neither in the card nor around it"
    return None


def _is_rare(word: str, lang: str) -> bool:
    lower = word.lower()
    if len(word) < LEAST_TERM_LETTERS or stem(word) in _ASKED_WITH:
        return False
    return max(frequency_of(lower, lang), frequency_of(lemma(lower, lang), lang)) < RARE


def _keeps_term(question: str, context: dict[str, Any]) -> str | None:
    terms = context.get("terms", ())
    asked = {stem(word) for word in content_words(question, context.get("lang", ""))}
    if not terms or {stem(term) for term in terms} & {stem(w) for w in WORD.findall(question)}:
        return None
    if len(asked & set(context.get("answer_stems", ()))) >= OWN_TERMS:
        return None
    return f"keep a term of the old question: {', '.join(terms)}"


def _same_question(question: str, context: dict[str, Any]) -> str | None:
    asking = context.get("asking", "")
    if not asking or re.search(rf"\b{asking}\b", question, re.IGNORECASE):
        return None
    return f"begin with `{asking.capitalize()}`, as the old question does"


def _words(question: str, context: dict[str, Any]) -> str | None:
    lang = context.get("lang", "")
    own = set(context.get("words", ()))
    for word in re.findall(r"(?<![\w-])[^\W\d_]+(?![\w-])", question):
        lower = word.lower()
        if len(word) < LEAST_WORD_LETTERS or lower in own or not word.islower():
            continue
        if frequency_of(lower, lang) < LEAST_WORD and not is_known_anywhere(lower, lang):
            return f"`{word}` is no word"
    return None


def _emphasis(question: str, context: dict[str, Any]) -> str | None:
    lost = [term for term in context.get("emphasised", ()) if term.lower() not in question.lower()]
    return f"keep the words `{lost[0]}`" if lost else None


def _specific(question: str, context: dict[str, Any]) -> str | None:
    lang = context.get("lang", "")
    if content_words(question, lang):
        return None
    return "say what the question is about"


def _repeated(question: str, context: dict[str, Any]) -> str | None:
    if question_key(question) in context.get("others", ()):
        return "another card of the page asks this already: ask what only this answer says"
    return None


def _giveaway(question: str, context: dict[str, Any]) -> str | None:
    asked = [word.lower() for word in WORD.findall(question)]
    answer = " ".join(word.lower() for word in WORD.findall(context.get("answer", "")))
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
