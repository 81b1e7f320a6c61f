"""Whether a text begins in the middle of something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.lines import masked, read_lines
from refiner.tasks.truncation.cut import Cut
from refiner.tasks.truncation.grammar import Grammar, grammar_of

if TYPE_CHECKING:
    from refiner.cards import Text

# A block's end, or several, that nothing has opened.
_CLOSING = re.compile(r"(?:end\s+){2,}|[)\]}]+[;,)\]}]*(?:\s|$)")
_MARK = re.compile(r"[,;)\]](?!\w)")
_SMALL_WORD = re.compile(r"[a-zà-ÿ]+(?=[\s,;.])")
# The last words of a sentence, and then a whole one.
_TAIL = re.compile(r"[a-zà-ÿ]+(?:\s+[^\W\d_]+){0,2}[.]\s+[\"“«¿¡]*[A-ZÀ-Ý]")
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*\s+[\"'“«(\[¿¡]*[A-ZÀ-Ý]")
# The end of a speech that began before the text.
_IN_QUOTE = re.compile(r"[a-zà-ÿ][^“”«»\"]*[^\s“”«»\"][”»]\s")
_LEAST_WORDS = 6


def cut_at_start(
    text: Text, lang: str = "", *, is_rest: bool = False, is_passage: bool = False
) -> Cut | None:
    """How the text begins in the middle, or None.

    Args:
        text: The text.
        lang: Its language, or "" where unsure.
        is_rest: Whether the card says that it goes on from another, or the one before goes on
            here: then a small letter is enough.
        is_passage: Whether it was copied as it stands: an answer may well begin with "that it…",
            and a passage with "but in truth…".
    """
    plain = masked(text)
    bare = plain.lstrip(" \n*_")
    at = len(plain) - len(bare)
    lines = [line for line in read_lines(plain) if plain[line.start : line.end].strip()]
    if not lines:
        return None
    if _CLOSING.match(bare) and len(bare.split()) >= _LEAST_WORDS:
        return _begun(bare, at)
    if lines[0].kind in {"code", "table", "caption"}:
        return None
    first = plain[lines[0].start : lines[0].end].strip()
    if len(lines) > 1 and re.fullmatch(r"[^\W\d_]", first) and lines[1].kind == "prose":
        return Cut("stray-letters", at, at + 1, f'a stray "{first}" stands before the text')
    goes_on = _passage_goes_on if is_passage else _answer_goes_on
    is_open = (
        _MARK.match(bare)
        or (is_passage and _IN_QUOTE.match(bare))
        or goes_on(bare, grammar_of(lang))
        or (is_rest and _SMALL_WORD.match(bare))
    )
    return _begun(bare, at) if is_open and len(bare.split()) >= _LEAST_WORDS else None


def begins_small(text: Text) -> bool:
    """Whether a text's first letter is a small one, in prose."""
    bare = masked(text).lstrip(" \n*_")
    lines = read_lines(bare) if bare else ()
    return bool(lines) and lines[0].kind in {"prose", "heading"} and bool(_SMALL_WORD.match(bare))


def _begun(bare: str, at: int) -> Cut:
    shown = " ".join(bare.split()[:4])
    return Cut("starts-mid-sentence", at, at + len(shown), f'begins with "{shown}…"')


def _answer_goes_on(bare: str, grammar: Grammar) -> bool:
    first, second = _first_words(bare)
    is_bound = first in grammar.joining or first in grammar.dependents
    return bool(grammar.continuing.match(bare)) or (is_bound and second != "")


def _passage_goes_on(bare: str, grammar: Grammar) -> bool:
    """A passage that begins with "and" states a whole clause; one with "and that" does not."""
    first, second = _first_words(bare)
    if first in grammar.joining:
        return second in grammar.dependents or second in grammar.clause_starts
    if grammar.continuing.match(bare) or _TAIL.match(bare) or first in grammar.dependents:
        return True
    return first in grammar.open_starts and _ENDED.search(bare) is not None


def _first_words(bare: str) -> tuple[str, str]:
    """The first two words as they are written, "" for one that is none."""
    words = [re.sub(r"[^\w'’-]+$", "", word) for word in bare.split(maxsplit=2)[:2]]
    return (words[0] if words else "", words[1] if len(words) > 1 else "")
