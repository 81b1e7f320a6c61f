"""Guards of a cut: what a model calls cut has to show where it says, and a sure rule knows better."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import masked, read_lines
from refiner.lang.language import union
from refiner.lang.lexicon import is_known_anywhere
from refiner.tasks.editor.flags import answers_something
from refiner.tasks.editor.places import plain
from refiner.tasks.truncation.beginnings import cut_at_start
from refiner.tasks.truncation.endings import END_MARK
from refiner.tasks.truncation.grammar import grammar_of

if TYPE_CHECKING:
    from refiner.cards import Text
    from refiner.tasks.editor.model import Cut
    from refiner.tasks.editor.view import ItemView

STRAY_LETTERS = 3
TAIL_WORDS = 40
_SPACES = re.compile(r"\s+")
_CONTINUES = re.compile(r"[a-zà-ÿ,;)\]…]|\.\.\.")
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"))
_POINTS = re.compile(rf"(?:{union('editor.points')})", re.IGNORECASE)


class Seen(NamedTuple):
    """A cut that may be flagged.

    Attributes:
        part: The text that is cut, by its number among the item's.
        words: The page's own words that show it.
        is_sure: Whether its form shows it: an end that lacks only its mark may be all there is.
    """

    part: int
    words: str
    is_sure: bool = True


class Untrue(NamedTuple):
    """Why a cut is not flagged: the guard's name, "" where a rule tells it already."""

    guard: str
    complaint: str


def judge_cut(cut: Cut, view: ItemView) -> Seen | Untrue:
    """Whether a cut shows where the answer says."""
    is_start = cut.cause == "starts-mid-sentence"
    parts = _candidates(view, is_start=is_start)
    evidence = _folded(cut.evidence)
    for part in parts:
        text = view.texts[part]
        if any(f.task == "truncation" and f.part == part and f.is_sure for f in view.findings):
            return Untrue("", "a rule tells it already")
        whole = _folded(text.text)
        stands = whole.startswith(evidence) if is_start else whole.endswith(evidence)
        if not stands:
            continue
        complaint = _unfounded(cut.cause, text, evidence)
        if complaint is None and is_start and not _goes_on(text, part, view):
            complaint = "what is left out before the text does not break its sense"
        if complaint is not None:
            return Untrue("complete", complaint)
        words = evidence.split()
        is_sure = cut.cause != "mid-sentence" or _is_open(text, view.lang(part))
        return Seen(part, " ".join(words[:5] if is_start else words[-5:]), is_sure)
    where = "first" if is_start else "last"
    return Untrue("evidence", f"the evidence has to be the {where} words of the text, copied")


def _goes_on(text: Text, part: int, view: ItemView) -> bool:
    """Whether a beginning needs words before it: by its own first words, or by what stands before."""
    is_passage = view.kind == "passage"
    before = view.book.neighbours(view.item)[0]
    told = (before[-1].answers or (before[-1].question,))[-1].text.rstrip(" \n*_") if before else ""
    is_rest = bool(told) and END_MARK.search(plain(told)) is None
    lang = view.lang(part)
    if cut_at_start(text, lang, is_rest=is_rest, is_passage=is_passage) is not None:
        return True
    first = re.match(r"[^\W\d_]+", masked(text).lstrip(" \n*_"))
    grammar = grammar_of(lang)
    return first is not None and first[0] in grammar.open_starts | grammar.dependents


def _candidates(view: ItemView, *, is_start: bool) -> list[int]:
    """The texts that may be cut so: the first or last of an answer or passage, then the question."""
    last = len(view.texts) - 1
    if view.kind == "passage":
        return [0]
    if last == 0:
        return [0]
    return [1, 0] if is_start else [last, 0]


def _folded(text: str) -> str:
    bare = plain(text).replace("*", "").replace("_", " ").strip(" \t\n…")
    return _SPACES.sub(" ", re.sub(r"\.{3,}$", "", bare)).strip()


def _unfounded(cause: str, text: Text, evidence: str) -> str | None:
    """Why a text can't be cut in this way, or None."""
    written = text.text.rstrip(" \n*_")
    tail = plain(written)
    is_ended = END_MARK.search(tail) is not None and not tail.endswith("...")
    if cause == "mid-sentence" and (is_ended or _ends_apart(text)):
        return "the text ends with its sentence: it is complete"
    if cause == "colon" and not re.search(r":$", tail):
        return "the text does not end with a colon"
    stray = re.sub(r"\W", "", evidence.rsplit(maxsplit=1)[-1])
    is_all = len(written.split()) == 1 and answers_something(written)
    if cause == "stray-letters" and (is_ended or is_all or len(stray) > STRAY_LETTERS):
        return "these are no stray letters"
    if cause == "unclosed" and not _is_unclosed(text):
        return "every bracket and quote is closed"
    if cause == "listing" and not _ends_in_code(text):
        return "the text does not end in a listing"
    if cause == "dangling-reference":
        last = " ".join(masked(text).split()[-TAIL_WORDS:])
        if _POINTS.search(last) is None:
            return "the end points to nothing that is missing"
    if cause == "starts-mid-sentence":
        first = masked(text).lstrip(" \n*_\"'“«(")
        if _CONTINUES.match(first) is None:
            return "the text begins with a sentence"
    return None


def _is_open(text: Text, lang: str) -> bool:
    """Whether the last word shows that more has to come: it is cut, or a comma stands behind it."""
    last = masked(text).rstrip(" \n*_")
    if re.search(r"[^\W_][./_=:\\][^\W_]\S*$", last):  # a file, a path, an assignment
        return False
    word = re.search(r"([^\W\d_]+)$", last)
    if word is None:
        return last.endswith((",", ";", "-"))
    return not is_known_anywhere(word[1].lower(), lang) and word[1].islower()


def _ends_apart(text: Text) -> bool:
    """Whether the text ends with a link, a listing, a caption or a note's number: no sentence."""
    end = len(text.text.rstrip(" \n*_"))
    if any(part.end >= end and part.kind != "html" for part in text.protected):
        return True
    lines = [line for line in read_lines(masked(text)) if line.end > line.start]
    if lines and lines[-1].kind in {"caption", "heading", "table"}:
        return True
    return re.search(r"[.!?…]\s?[\[(]?\d{1,3}[\])]?$", text.text[:end]) is not None


def _is_unclosed(text: Text) -> bool:
    written = masked(text)
    if any(written.count(a) > written.count(b) for a, b in _PAIRS):
        return True
    return written.count('"') % 2 == 1


def _ends_in_code(text: Text) -> bool:
    end = len(text.text.rstrip())
    if any(part.kind == "fence" and part.start < end <= part.end for part in text.protected):
        return True
    lines = [line for line in read_lines(masked(text)) if line.end > line.start]
    if lines and lines[-1].kind == "code":
        return True
    last = text.text[lines[-1].start : lines[-1].end] if lines else ""
    return bool(re.search(r"[{}();=<>|\\]|:(?:\s|$)|\$ ", last)) and END_MARK.search(last) is None
