"""Questions that ask nothing: a figure, an order for an image, a topic, `What is...?`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from refiner.analysis.terms import content_words, frequency_of
from refiner.lang.language import languages, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cards import Text
    from refiner.lang.sections.questions import Form

EMPHASIS = re.compile(r"(\*\*|__|\^\^|==|\*|_)(?=\S)(.+?)(?<=\S)\1")
# What a rewritten question leaves standing beside its words.
REPLACED = frozenset({"link", "image", "url"})
DETAILS = {
    "figure-only": "the question names only a figure",
    "url-only": "the question is only a link",
    "image-placeholder": "the question only stands for an image",
    "about": "the question names a topic but asks nothing",
    "types-of": "the question names a topic but asks nothing",
    "parts-of": "the question names a topic but asks nothing",
    "example-of": "the question names a topic but asks nothing",
    "bare-topic": "the question is only a topic",
    "continuation": "the question only says that the card goes on",
}

_CAPTION = re.compile(
    rf"\W*(?:(?:{union('question.captions')})[\s.:#-]*)+(?:\d[\w.\-–]*)?\W*", re.IGNORECASE
)
_PICTURE = re.compile(rf"(?:{union('question.pictures')})", re.IGNORECASE)
_PLACEHOLDER_WORD = re.compile(
    rf"(?:{union('question.pictures')}|{union('question.picture_orders')}|{union('question.picture_words')})",
    re.IGNORECASE,
)
# Capitals and an end mark tell an order to oneself, with a remark behind it.
_PLACEHOLDER_FIRST = re.compile(r"[\W_]*([^\W\d_]+)[.:;!]\s")
ABOUT = re.compile(rf"\W*(?:{union('question.about')})(?:\s+|$)(?=\S|$)", re.IGNORECASE)
_UNFINISHED = re.compile(
    rf"\W*(?:{union('question.unfinished')})(?:\s*(?:\.{{2,}}|…)\W*|\s*\?)", re.IGNORECASE
)
# A question word, an order or a comparison: something is asked, so the card is left alone.
_ASKS = re.compile(rf"[?¿]|(?<!\w)(?:{union('question.asks')})(?!\w)", re.IGNORECASE)
_ASKS_FIRST = re.compile(rf"\W*(?:{union('question.asks_first')})(?!\w)", re.IGNORECASE)
_ORDERS = re.compile(rf"\W*(?:{union('question.orders')})(?!\w)", re.IGNORECASE)
_REMARKS = re.compile(rf"\b(?:{union('question.remarks')})\b", re.IGNORECASE)
_STATES = re.compile(rf"(?<!\w)(?:{union('flag.statements')})(?!\w)", re.IGNORECASE)
# A gap to fill in, or boxes to tick: the card asks in its own way.
GAP = re.compile(r"<+\s*>+|_{3,}|\{\{|\{c\d|\[\s?[xX]?\]|\[?\.{3,}\]|\*\*<")
# A mark before the words, as `[CODE]`: a person's own kind of order.
_LABEL = re.compile(r"\s*\[[^\]\n]*\]\s+(?=\S)")
# A person's own mark behind a topic: `.java`.
CODE_MARK = re.compile(r"\s+\.([a-z]\w{0,11})(?=\W*$)")
_SIGNS = re.compile(r"[{}=<>$|;\\!]|\w/\w|\s--?\w|:\s+\S")
_ASIDE = re.compile(r"\s*\([^()\n]*\)")

_TOPIC_WORDS = 4
_LONG_TOPIC_WORDS = 8
_TITLE_WORDS = 2
# Articles and prepositions are as common as this, Zipf.
_OPEN_WORD = 6.2
_TOPIC_LETTERS = 3
_PLACEHOLDER_WORDS = 8


def vague_rule(question: Text, lang: str) -> str | None:
    """The rule by which a question is vague, or None where it asks something.

    Args:
        question: The question's text.
        lang: Its language, or "".
    """
    bare = bare_words(question)
    if not re.search(r"\w", bare):
        return _rule_of_parts(question)
    if is_unfinished(bare):
        return "bare-topic"
    if "?" in bare or "¿" in bare or GAP.search(question.text):
        return None
    if _CAPTION.fullmatch(bare):
        return "figure-only"
    if is_placeholder(bare):
        return "image-placeholder"
    form = form_of(bare)
    if form is not None:
        return form.rule
    if ABOUT.match(bare):
        return "about"
    return "bare-topic" if _is_bare_topic(bare, question, lang) else None


def bare_words(question: Text) -> str:
    """A question without links, code and emphasis marks."""
    return EMPHASIS.sub(r"\2", question.plain()).strip()


def form_of(bare: str, langs: Sequence[str] = ()) -> Form | None:
    """The first form that a question has, of some languages or of all."""
    for form in _forms():
        if (not langs or form[0] in langs) and form[1].match(bare):
            return form[2]
    return None


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str], Form], ...]:
    return tuple(
        (one.code, re.compile(form.pattern, re.IGNORECASE), form)
        for one in languages()
        for form in one.question.forms
    )


def is_placeholder(bare: str) -> bool:
    """Whether words only stand for an image, or order one."""
    first = _PLACEHOLDER_FIRST.match(bare)
    if first is not None and first[1].isupper() and _PICTURE.fullmatch(first[1]):
        return True
    words = re.findall(r"[^\W\d_]+(?:\s(?:shot|capture)s?\b)?", bare.replace("\n", " "))
    return (
        0 < len(words) <= _PLACEHOLDER_WORDS
        and all(_PLACEHOLDER_WORD.fullmatch(word) for word in words)
        and any(_PICTURE.fullmatch(word) for word in words)
    )


def is_caption(bare: str) -> bool:
    """Whether words are a caption's, a placeholder's, or none."""
    return bool(_CAPTION.fullmatch(bare)) or is_placeholder(bare) or not bare.strip()


def is_unfinished(bare: str) -> bool:
    """Whether a question was begun and never written: `What is...?`."""
    return _UNFINISHED.fullmatch(bare.strip()) is not None


def asks_something(bare: str) -> bool:
    """Whether words ask, order or compare, with or without a question mark."""
    if _LABEL.match(bare):
        return True
    return bool(_ASKS.search(bare) or _ASKS_FIRST.match(bare) or _ORDERS.match(bare))


def states_something(bare: str) -> bool:
    """Whether words hold a sentence's finite verb."""
    return _STATES.search(bare) is not None


def _rule_of_parts(question: Text) -> str | None:
    """The rule for a question without words of its own: by what its parts are."""
    labels = [
        _label(question.text[p.start : p.end]) for p in question.protected if p.kind == "link"
    ]
    kinds = {part.kind for part in question.protected}
    if not kinds or not kinds <= REPLACED:
        return None
    if any(re.search(r"\w", label) and not is_caption(label) for label in labels):
        return None
    return "url-only" if kinds == {"url"} else "figure-only"


def _label(link: str) -> str:
    return link[1 : link.find("](")] if link.startswith("[") else ""


def _is_bare_topic(bare: str, question: Text, lang: str) -> bool:
    if "\n" in bare or any(part.kind == "code" for part in question.protected):
        return False
    if asks_something(bare) or _REMARKS.search(bare) or states_something(bare):
        return False
    topic = _ASIDE.sub("", CODE_MARK.sub("", bare)).rstrip(" .:…")
    words = topic.split()
    if frequency_of(words[-1].lower() if words else "", lang) >= _OPEN_WORD:
        return False  # a sentence to complete: `ATP stands for`
    if sum(char.isalpha() for char in topic) < _TOPIC_LETTERS or _SIGNS.search(topic):
        return False
    if len(words) <= _TOPIC_WORDS:
        return True
    if len(words) > _LONG_TOPIC_WORDS or "," in topic or "." in topic:
        return False
    # A long one is a topic where it is written as a title is.
    names = [word for word in words[1:] if word[:1].isupper()]
    return len(names) >= _TITLE_WORDS and len(content_words(topic, lang)) <= _TOPIC_WORDS
