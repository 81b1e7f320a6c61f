"""Guards of a cloze: a whole sentence of the passage, with terms of its own that can be recalled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.injection import without_orders
from refiner.analysis.terms import content_words, frequency_of, stem
from refiner.tasks.cloze.guards import Hidden, find_term
from refiner.tasks.editor.places import Place, find_copies
from refiner.tasks.editor.safety import unsafe

if TYPE_CHECKING:
    from refiner.tasks.editor.model import Cloze
    from refiner.tasks.editor.view import ItemView

SENTENCE_LETTERS = 420
WORDS_AT_MOST = 8
SHARE_AT_MOST = 0.55
HINT_WORDS = 4
HINT_COMMON = 3.0
# Commoner than this a word says nothing alone: `the`, `this`, `for`.
FUNCTION = 5.9
# The bullets of a PDF are often letters of its own font, in the private use area.
_BULLETS = "•▪◦·‣●○■\ue000-\uf8ff"
_NOTE = r"(?:\[?\d{1,3}\]?)?"
_BEFORE = re.compile(
    rf"(?:^|\n|[.!?…:;][\"”»')\]*_]*{_NOTE}\s+|[{_BULLETS}*-]\s+|\d[.)]\s+)[\"“«'(\[*_]*$"
)
_CLAUSE = re.compile(r"[:;][^\S\n]+$")
# A heading's words, glued to the sentence: at most so many, none of which ends one.
_HEADING = re.compile(r"(?:^|[\n.!?…]\s*)(?:[^\s.!?…]+ +){1,10}$")
_LEAST_COMMON = 2
_BEHIND = re.compile(
    r"^[*_\"”»')\]]*(?:\s*$|\s*\n|\s+[\"“«¿¡(\[*_]*[A-ZÁÉÍÓÚÑÀÈÒÇ\d•▪◦·\ue000-\uf8ff-])"
)
_ENDS = re.compile(r"[.!?…:;][\"”»')\]*_]*\s*$")


class Fit(NamedTuple):
    """A cloze that may be proposed.

    Attributes:
        place: Its sentence.
        hidden: What to hide, in characters of the sentence, ascending.
        hint: What kind of thing is hidden, or "".
    """

    place: Place
    hidden: tuple[Hidden, ...]
    hint: str


class Unfair(NamedTuple):
    """Why a cloze is not proposed."""

    guard: str
    complaint: str


def judge_cloze(cloze: Cloze, view: ItemView) -> Fit | Unfair:
    """Whether a cloze may be proposed, and what it hides."""
    text = view.texts[0]
    lang = view.lang(0)
    found = find_copies(view.texts[:1], cloze.sentence)
    if len(found) != 1 or without_orders(cloze.sentence) != cloze.sentence:
        return Unfair("exact", "copy one whole sentence of the passage")
    place = _with_its_end(text.text, found[0])
    sentence = text.text[place.start : place.end]
    if "\n" in sentence or len(sentence) > SENTENCE_LETTERS or "{{" in sentence:
        return Unfair("sentence", "choose one sentence on one line, not longer than 400 letters")
    before, behind = text.text[: place.start], text.text[place.end :]
    is_ended = _ENDS.search(sentence) is not None or not behind.strip()
    is_clause = _CLAUSE.search(before) is not None and re.match(r"\W*[a-zà-ÿ]", sentence)
    is_begun = _BEFORE.search(before) or _follows_heading(before, sentence, lang)
    if is_clause or not (is_begun and (is_ended or _BEHIND.match(behind))):
        return Unfair("sentence", "copy the whole sentence, from its first word to its last")
    hidden: list[Hidden] = []
    for term in dict.fromkeys(cloze.terms):
        places = find_term(sentence, term)
        if not places or not _is_worth_hiding(term, lang):
            return Unfair("exact", f"`{term}` is no term of the sentence that can be hidden")
        hidden += [
            one
            for one in places
            if not any(one.start < other.end and other.start < one.end for other in hidden)
        ]
    if not hidden:
        return Unfair("exact", "name one to three terms of the sentence")
    if sum(b - a for a, b in hidden) > SHARE_AT_MOST * len(sentence):
        return Unfair("fair", "hide less: the rest must be enough to recall it by")
    if any(text.touches_protected(place.start + a, place.start + b) for a, b in hidden):
        return Unfair("protected", "hide nothing of a link, code or math")
    hint = "" if cloze.hint is None else " ".join(cloze.hint.split())
    complaint = _bad_hint(hint, cloze, view) if hint else None
    if complaint is not None:
        return Unfair("hint", complaint)
    return Fit(place, tuple(sorted(hidden)), hint)


def _follows_heading(before: str, sentence: str, lang: str) -> bool:
    """Whether a sentence stands behind a heading that lost its line: `Relays In this design, …`.

    Its first word is no name: a common one with a capital, which stands nowhere else in a sentence.
    """
    first = re.match(r"[^\W\d_]+", sentence)
    if first is None or not first[0][0].isupper() or len(first[0]) < _LEAST_COMMON:
        return False
    return frequency_of(first[0].lower(), lang) >= FUNCTION and bool(_HEADING.search(before))


def _is_worth_hiding(term: str, lang: str) -> bool:
    """Whether a term is short, holds no macro, and is no function word."""
    words = re.findall(r"[^\W_]+", term)
    if re.search(r"[{}\n]", term) or not 1 <= len(words) <= WORDS_AT_MOST:
        return False
    return len("".join(words)) > 1 and any(
        word.isdigit() or frequency_of(word, lang) < FUNCTION for word in words
    )


def _with_its_end(text: str, place: Place) -> Place:
    """The sentence with its own end mark, where the copy left it out."""
    end = place.end
    match = re.match(r"[.!?…]?[\"”»')\]]*", text[end:])
    return Place(place.part, place.start, end + (match.end() if match else 0))


def _bad_hint(hint: str, cloze: Cloze, view: ItemView) -> str | None:
    if unsafe(hint, "") is not None or re.search(r"[\\{}\n]", hint) or "?" in hint:
        return "a hint is one to four plain words"
    words = re.findall(r"[^\W_]+", hint)
    if not 1 <= len(words) <= HINT_WORDS:
        return "a hint is one to four plain words"
    lang = view.lang(0)
    hidden = {stem(word) for term in cloze.terms for word in content_words(term, lang)}
    for word in words:
        if stem(word) in hidden:
            return "the hint gives the term away"
        if stem(word) not in view.stems and frequency_of(word, lang) < HINT_COMMON:
            return f"`{word}` is no common word for a kind of thing"
    return None
