"""Guards of a new question: one question, grounded in its card, that keeps what must stay.

What has to come from the card or its context are names, numbers, identifiers and rare terms. The
words that make a question a question need not: guards that asked that of every word refused 14 of
23 good rewrites of a large model.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.injection import orders
from refiner.analysis.terms import content_words, frequency_of, stem
from refiner.lang.detect import detect_language
from refiner.lang.language import union
from refiner.lang.lexicon import LANGS, is_known_anywhere
from refiner.tasks.editor.safety import unsafe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.cards import Text
    from refiner.tasks.editor.view import ItemView

WORDS = range(3, 41)
LETTERS_AT_MOST = 260
# A word whose base form is rarer than this, on the Zipf scale, has to come from the card or its
# context; of words rarer than the second bound one alone may be new.
RARE = 3.2
UNUSUAL = 4.0
# A word rarer than this that no dictionary has is one that the model made up.
NO_WORD = 2.2
LEAST_LETTERS = 4
COPIED_WORDS = 8
COPIED_LENGTH = 0.35
COPIED_AT_MOST = 12
COPIED_SHARE = 0.7
EMPHASIS = re.compile(r"(\*\*|__|\^\^|==|\*|_)(?=\S)(.+?)(?<=\S)\1")
_WORD = re.compile(r"[^\W_](?:[\w'’+#.-]*[\w+#])?")
_IDENTIFIER = re.compile(r"\w*(?:[_./:]\w|\d[^\W\d]|[^\W\d]\d)\w*|[^\W\d_]+[A-Z]\w*|[A-Z]{2,}\w*")
_MENTION = re.compile(rf"\b(?:{union('editor.mentions')})\b", re.IGNORECASE)
# Links and images stand beside the words and stay by themselves; the others are among them.
STANDING = frozenset({"link", "image", "url", "tag"})


def question_faults(
    new: str, view: ItemView, *, is_split: bool = False
) -> Iterator[tuple[str, str]]:
    """What is wrong with a question: the guard's name, and its complaint.

    Args:
        new: The question.
        view: Its card.
        is_split: Whether it is one of several that a long card could be: it replaces nothing.
    """
    old = view.texts[0]
    kept = "" if is_split else _kept_text(old, new, view)
    brought = unsafe(new, kept, may_order=_is_own_order(new, view))
    if brought is not None:
        yield "safe", f"write plain words: {brought} was not in the old question"
        return
    yield from _form(new)
    yield from _stands_alone(new, view)
    yield from _language(new, view)
    yield from _grounded(new, view)
    yield from _giveaway(new, view)
    if not is_split:
        yield from _kept(new, old)
        if " ".join(new.split()).casefold() == " ".join(old.text.split()).casefold():
            yield "changed", "this is the old question: null where it is fine"


def _form(new: str) -> Iterator[tuple[str, str]]:
    if not new.rstrip(" *_").endswith("?") or new.count("?") != 1 or "\n" in new:
        yield "form", "write exactly one question, ending with a question mark"
    if len(new.split()) not in WORDS or len(new) > LETTERS_AT_MOST:
        yield "form", "use between 3 and 40 words"


def _stands_alone(new: str, view: ItemView) -> Iterator[tuple[str, str]]:
    found = _MENTION.search(new)
    if found is not None and found[0].casefold() not in view.texts[0].plain().casefold():
        yield "mention", f"do not mention `{found[0]}`: the question has to stand alone"
    if not content_words(new, view.lang(0)):
        yield "specific", "say what the question is about"


def question_language(view: ItemView) -> str:
    """The language of the new question: the old one's, where that has words at all."""
    words = re.findall(r"[^\W\d_]{2,}", view.texts[0].plain())
    is_worded = bool(words) and bool(view.item.lang)
    return (view.item.lang if is_worded else view.item.answer_lang) or view.lang(0)


def _language(new: str, view: ItemView) -> Iterator[tuple[str, str]]:
    wanted = question_language(view)
    allowed = {wanted, ""}
    if len(view.texts[0].plain().split()) < LEAST_LETTERS:  # a word or two tell no language
        allowed |= {view.item.answer_lang, *view.book.langs}
    found = detect_language(re.sub(r"`[^`]*`", " ", new))
    if wanted and found not in allowed:
        yield "language", f"write it in the language `{wanted}`"


def _grounded(new: str, view: ItemView) -> Iterator[tuple[str, str]]:
    lang = question_language(view)
    for number in re.findall(r"\d+", new):
        if number not in view.numbers:
            yield "grounded", f"`{number}` stands neither in the card nor around it"
            return
    start = re.search(r"[^\W_]", new)
    unusual = 0
    for match in _WORD.finditer(new):
        word = match[0].rstrip("'’.-")
        for piece in re.split(r"[-/'’]", word):
            is_first = start is not None and match.start() == start.start()
            if _is_foreign(piece, lang, view, is_first=is_first):
                yield "grounded", f"`{word}` stands neither in the card nor around it"
                return
            unusual += _is_unusual(piece, lang, view)
    if unusual > 1:
        yield "grounded", "use the words of the card and its surroundings"


def _is_unusual(word: str, lang: str, view: ItemView) -> bool:
    lower = word.lower()
    if len(word) < LEAST_LETTERS or lower in view.words or stem(word) in view.stems:
        return False
    return _commonness(lower, lang) < UNUSUAL


def _commonness(word: str, lang: str) -> float:
    """How common a word or its base form is, Zipf."""
    import simplemma

    found = frequency_of(word, lang)
    if lang not in LANGS:
        return found
    base: str = simplemma.lemmatize(word, lang=lang)
    return max(found, frequency_of(base, lang))


def _is_foreign(word: str, lang: str, view: ItemView, *, is_first: bool) -> bool:
    """Whether a word is a name, an identifier or a rare term that card and context lack."""
    lower = word.lower()
    if not word or word.isdigit() or lower in view.words or stem(word) in view.stems:
        return False
    if _IDENTIFIER.fullmatch(word):
        return lower.rstrip("s") not in view.words
    common = frequency_of(lower, lang)
    if word[0].isupper() and not is_first:
        return True
    if len(word) < LEAST_LETTERS:
        return len(word) == LEAST_LETTERS - 1 and common < NO_WORD
    if is_first:  # `Describe`, `Compare`: an order's own word
        return common < NO_WORD and not is_known_anywhere(lower, lang)
    return _commonness(lower, lang) < RARE


def _giveaway(new: str, view: ItemView) -> Iterator[tuple[str, str]]:
    asked = [word.lower() for word in _WORD.findall(new)]
    answer = [word.lower() for word in _WORD.findall(view.item.answer)]
    joined = f" {' '.join(answer)} "
    longest = max(COPIED_WORDS, min(COPIED_AT_MOST, round(COPIED_LENGTH * len(answer))))
    for start in range(len(asked) - longest + 1):
        if f" {' '.join(asked[start : start + longest])} " in joined:
            yield "giveaway", "do not copy the answer into the question"
            return
    lang = view.lang(0)
    told = {stem(word) for word in content_words(view.item.answer, lang)}
    used = {stem(word) for word in content_words(new, lang)}
    old = {stem(word) for word in content_words(view.texts[0].plain(), lang)}
    is_short = len(answer) <= COPIED_WORDS
    if is_short and told - old and len((told - old) & used) > COPIED_SHARE * len(told - old):
        yield "giveaway", "do not give the answer away"


def _is_own_order(new: str, view: ItemView) -> bool:
    """Whether what reads like an order ("answer only …") is of a harmless card's own words."""
    if view.holds_orders:
        return False
    found = orders().search(new)
    words = [] if found is None else content_words(found[0], "en")
    return all(stem(word) in view.stems for word in words)


def _kept_text(old: Text, new: str, view: ItemView) -> str:
    """What a new question may hold: the old one, and code in backticks that stands in the card."""
    code = [part for part in re.findall(r"`[^`\n]+`", new) if part.strip("`") in view.item.answer]
    return "\n".join([old.text, *code])


def kept_parts(old: Text) -> list[str]:
    """What stands protected among the old question's words, and must be copied."""
    words = [match.span() for match in re.finditer(r"\S+", old.plain())]
    if not words:
        return []
    start, end = words[0][0], words[-1][1]
    return [
        old.text[part.start : part.end]
        for part in old.protected
        if start < part.end
        and part.start < end
        and not (part.kind in STANDING and (part.start < start or part.end > end))
    ]


def _kept(new: str, old: Text) -> Iterator[tuple[str, str]]:
    at = 0
    for part in kept_parts(old):
        found = new.find(part, at)
        if found < 0:
            yield "kept", f"keep {part} as it stands, in its order"
            return
        at = found + len(part)
    for _, term in EMPHASIS.findall(old.plain()):
        if not {stem(word) for word in _WORD.findall(term)} <= {
            stem(w) for w in _WORD.findall(new)
        }:
            yield "emphasis", f"keep the words `{term.strip()}`"
            return
    code = [old.text[p.start : p.end].strip("`") for p in old.protected if p.kind == "code"]
    for name in code:
        if name and name not in new:
            yield "kept", f"keep `{name}`"
            return
