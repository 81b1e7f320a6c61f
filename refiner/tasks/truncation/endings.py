"""Whether a text stops in the middle of something, and of what.

A sentence that only lacks its full stop is whole: what tells a cut is a word that needs another
after it, a comma, half a word, an open bracket, a reference without what it points to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.lines import Line, is_prose_like, masked, read_lines
from refiner.analysis.prose import sentence_start
from refiner.lang.language import word_union
from refiner.tasks.truncation.cut import Cut, shown
from refiner.tasks.truncation.grammar import Grammar, grammar_of
from refiner.tasks.truncation.listing_end import cut_code, cut_fence, ends_with_fence

if TYPE_CHECKING:
    from refiner.cards import Text

END_MARK = re.compile(r"[.!?…][\"'”’»)\]*_¤¹²³\d]*\s*$|[。！？]\s*$")
# A comma before the dots that a reader put for the rest.
_ELIDED = re.compile(r",\s*(?:\.\.\.|…)[\"”»\]]*$")
# What a sentence says last in brackets announces nothing.
_ASIDE_END = re.compile(r"\([^()]*\)[.!?]*$")
# Dots for the rest of a list: short items before them, two at least.
_LISTED = re.compile(r"(?:[^\s,]+\s?){1,4},\s*(?:[^\s,]+\s?){1,3},\s*(?:\.\.\.|…)[\"”»)\]]*$")
# The word that joins a list's item to the next one is no cut.
_JOINED = re.compile(r";\s+[^\W\d]{1,3}$")
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“«(\[¿¡]*[A-ZÀ-Ý])")
_LAST_WORD = re.compile(r"(?<![-~./@:'’\w])(?:[^\W\d_]{1,2}['’])?([^\W\d_]+)['’]?[*_]*\s*$")
_CUT_WORD = re.compile(r"[^\W\d_]{2,}[-‐\u00ad]$")
_STRAY_LINE = re.compile(r"[^\W\d_]{1,2}$")
_STRAY_TAIL = re.compile(r"[.!?][\"”»)]?\s+(?P<stray>[A-ZÀ-Ý][a-zà-ÿ]?)$")
_STRAY_BLOCK = re.compile(r"[A-ZÀ-Ý][a-zà-ÿ]?")
_NUMERAL = re.compile(r"[IVXivx]+$")
# A bullet of a PDF's list: its font has the sign in the private-use area.
_BULLET = re.compile(r"([^\W\d_]+)\s*[•▪◦\ue000-\uf8ff]\s+(?=[A-ZÀ-Ý])")
# What a page's margin holds, written upright: one letter after the other.
_MARGIN = re.compile(r"(?:(?<!\S)[^\W\d_]\s+(?:[^\w\s]\s+)*){12,}\S?\s*$")

_PAIRS = {")": "(", "]": "[", "”": "“", "»": "«"}
_OPENERS = frozenset(_PAIRS.values())
_QUOTES = frozenset("“«")
_NO_BRACKET = re.compile(r"(?<=\s)[:;]-?[()](?=\s|$)|^\s*\w{1,2}\)")

# Half-open: `[0, 1)`, `(0, 1]`.
_INTERVAL = re.compile(r"\[[^\[\]()\s]+,\s?[^\[\]()\s]*\)|\([^\[\]()\s]+,\s?[^\[\]()\s]*\]")

_SHORT = 4
_NEAR = 12
_LONG = 10
_LEAST_ASKED = 6
_LEAST_BEFORE_STRAY = 8
_LEAST_PROSE = 6


def cut_at_end(text: Text, lang: str = "") -> Cut | None:
    """How the text stops in the middle, or None where its end is an end.

    Args:
        text: The text.
        lang: Its language, or "" where unsure.
    """
    if ends_with_fence(text):
        return cut_fence(text)
    plain = _MARGIN.sub(lambda match: " " * len(match[0]), masked(text))
    lines = [line for line in read_lines(plain) if plain[line.start : line.end].strip()]
    if not lines:
        return None
    last = lines[-1]
    written = plain[last.start : last.end].rstrip()
    if last.kind == "caption" or not written.strip(" *_.,;:()[]¤"):
        return None
    if last.kind in {"code", "table"}:
        prose = _prose_behind_code(written, last)
        if prose is None:
            return _stray(plain, lines) or cut_code(plain, lines, text)
        lines = [*lines[:-1], prose]
    return _stray(plain, lines) or _prose_end(text, plain, lines, grammar_of(lang))


def ends_openly(text: Text) -> bool:
    """Whether a text's last line is prose without the mark that ends a sentence."""
    plain = _MARGIN.sub("", masked(text)).rstrip(" \n*_")
    line = plain[plain.rfind("\n") + 1 :]
    return is_prose_like(line) and not END_MARK.search(line) and not line.endswith((":", ";"))


def cut_to_letters(text: Text, before: Text) -> Cut | None:
    """A block of one or two letters behind a block of whole sentences: the next page's first."""
    bare = text.text.strip()
    if _STRAY_BLOCK.fullmatch(bare) is None or _NUMERAL.match(bare):
        return None
    if bare.lower() in word_union("truncation.short_answers"):
        return None
    is_whole = END_MARK.search(before.text.rstrip("*_ "))
    if len(before.text.split()) < _LEAST_BEFORE_STRAY or not is_whole:
        return None
    at = text.text.index(bare)
    return Cut("stray-letters", at, at + len(bare), f'a stray "{bare}" stands at the end')


def cut_question(text: Text, lang: str = "") -> Cut | None:
    """How a question stops in the middle: a person leaves out the mark, but no word that others need."""
    plain = masked(text)
    bare = plain.rstrip(" \n*_")
    last = _LAST_WORD.search(bare)
    if last is None or len(bare.split()) < _LEAST_ASKED:
        return None
    grammar = grammar_of(lang)
    if last[1] not in grammar.open_in_questions and not grammar.broken_end.search(bare):
        return None
    at = bare.rfind("\n") + 1
    return Cut("mid-sentence", at, len(bare), f'stops at "{shown(bare[at:])}"')


def last_sentence(written: str) -> str:
    """What stands behind the last full stop of a line."""
    found = [match.end() for match in _SENTENCE.finditer(written)]
    return written[found[-1] :] if found else written


def _prose_behind_code(written: str, line: Line) -> Line | None:
    """The sentences that a line that begins as code ends with: a PDF's command, then its explanation."""
    if line.is_yaml or line.kind != "code":
        return None
    sentence = last_sentence(written)
    if sentence != written and len(sentence.split()) >= _LEAST_PROSE and is_prose_like(sentence):
        return line._replace(kind="prose")
    start = sentence_start(written, 1)
    if start is None or len(written[start:].split()) < _LEAST_PROSE:
        return None
    if not is_prose_like(written[start:]):
        return None
    return Line(line.start + start, line.end, "prose")


def _stray(plain: str, lines: list[Line]) -> Cut | None:
    last = lines[-1]
    written = plain[last.start : last.end].strip()
    if len(lines) > 1 and _STRAY_LINE.match(written) and not _NUMERAL.match(written):
        if lines[-2].kind in {"prose", "caption", "heading"}:
            detail = f'a stray "{written}" stands at the end'
            return Cut("stray-letters", last.start, last.end, detail)
        return None
    tail = _STRAY_TAIL.search(plain[last.start : last.end].rstrip())
    if tail is not None and not _NUMERAL.match(tail["stray"]):
        start, end = (last.start + at for at in tail.span("stray"))
        return Cut("stray-letters", start, end, f'a stray "{tail["stray"]}" stands at the end')
    return None


def _prose_end(text: Text, plain: str, lines: list[Line], grammar: Grammar) -> Cut | None:
    last = lines[-1]
    end = last.start + len(plain[last.start : last.end].rstrip())
    bare = " ".join(plain[last.start : end].split()).rstrip("*_ ")
    seen = shown(bare)
    if bare.endswith(":") and not bare.endswith("::"):
        return Cut("colon", end - 1, end, f'nothing follows "{seen}"')
    if _ELIDED.search(bare) and not _LISTED.search(bare):
        return Cut("mid-sentence", last.start, end, f'stops at "{seen}"')
    inner = _cut_before_bullet(plain, last, grammar)
    if inner is not None:
        return inner
    told = _ASIDE_END.sub("", last_sentence(bare))
    if not _shows_something(text, lines) and grammar.announcement.search(told):
        return Cut("dangling-reference", last.start, end, f'nothing follows "{seen}"')
    if _is_ended(bare, grammar) or _ends_with_link(text, end):
        return None
    dangling = grammar.dangling.search(bare)
    is_place = grammar.place_noun.search(bare) is not None
    if (
        dangling
        and len(bare.split()) >= _SHORT
        and not is_place
        and _is_reference(dangling[0], grammar)
    ):
        return Cut("dangling-reference", last.start, end, f'stops at "{seen}"')
    if bare.endswith(",") or _CUT_WORD.search(bare) or _is_open_ended(bare, grammar):
        return Cut("mid-sentence", last.start, end, f'stops at "{seen}"')
    opened = _unclosed(plain, last)
    if opened is not None:
        detail = f'a "{plain[opened]}" is never closed, stops at "{seen}"'
        return Cut("unclosed", opened, end, detail)
    return None


def _is_ended(bare: str, grammar: Grammar) -> bool:
    """Whether a mark ends the text, or the word that joins a list's item to the next one."""
    if END_MARK.search(bare) or bare.endswith(";"):
        return True
    return _JOINED.search(bare) is not None and bare.rsplit(maxsplit=1)[1] in grammar.joining


def _cut_before_bullet(plain: str, last: Line, grammar: Grammar) -> Cut | None:
    """A point of a list that stops at an open word, though another follows it."""
    for match in _BULLET.finditer(plain, last.start, last.end):
        if match[1] in grammar.open_words - grammar.stranded:
            before = plain[last.start : match.end(1)]
            detail = f'a point of the list stops at "{shown(before)}"'
            return Cut("mid-sentence", match.start(), match.end(1), detail)
    return None


def _shows_something(text: Text, lines: list[Line]) -> bool:
    """Whether the text holds code, a table or an image: what a sentence may have announced."""
    return any(
        part.kind in {"fence", "image", "link", "macro", "block_ref"} for part in text.protected
    ) or any(line.kind in {"code", "table"} for line in lines)


def _ends_with_link(text: Text, end: int) -> bool:
    return any(
        part.end == end and part.kind in {"url", "link", "image", "page_ref", "block_ref"}
        for part in text.protected
    )


def _is_reference(found: str, grammar: Grammar) -> bool:
    """Whether a reference that is a preposition alone has the noun that makes it one."""
    return not grammar.preposed.match(found) or bool(grammar.reference_noun.search(found))


def _is_open_ended(bare: str, grammar: Grammar) -> bool:
    count = len(bare.split())
    last = _LAST_WORD.search(bare)
    if count < _SHORT:
        return False
    if grammar.closed_end.search(bare):
        return False
    if grammar.broken_end.search(bare):
        return True
    sentence = last_sentence(bare)
    if sentence != bare and (
        grammar.subject_only.match(sentence) or grammar.half_sentence.match(sentence)
    ):
        return True
    # A word that hangs on another by a hyphen or an apostrophe is not open.
    if last is None or not last[1].islower():
        return False
    if last[1] in grammar.stranded and _is_stranded(bare[: last.start()], grammar):
        return False
    return last[1] in grammar.open_words or (count >= _LONG and last[1] in grammar.open_in_long)


def _is_stranded(before: str, grammar: Grammar) -> bool:
    """Whether a word behind these belongs to a relative clause, and nothing is missing."""
    words = before.lower().split()
    return (
        grammar.relative_end.search(before.rstrip()) is not None
        and not set(words[-2:]) & grammar.determiners
    )


def _unclosed(plain: str, last: Line) -> int | None:
    """The bracket or quote of the last paragraph that is opened and never closed.

    A quote that began sentences before, or with the last one, lacks its mark as that one lacks
    its full stop: the person did not select it. A bracket that began sentences before is a slip.
    """
    opened: list[int] = []
    start = last.start
    written = _NO_BRACKET.sub(lambda match: " " * len(match[0]), plain[start : last.end].rstrip())
    written = _INTERVAL.sub(lambda match: " " * len(match[0]), written)
    for at, char in enumerate(written):
        if char in _QUOTES and _closes_wrongly(written, at):
            if opened:
                opened.pop()
        elif char in _OPENERS and at < len(written) - 1:
            opened.append(at)
        elif char in _PAIRS and any(written[one] == _PAIRS[char] for one in opened):
            # A quote left open within brackets that close is a slip.
            while written[opened[-1]] != _PAIRS[char] and written[opened[-1]] in _QUOTES:
                opened.pop()
            if written[opened[-1]] == _PAIRS[char]:
                opened.pop()
    begins = len(written) - len(last_sentence(written))
    for at in reversed(opened):
        is_near = len(written[at:].split()) <= _NEAR and written[at] not in _QUOTES
        # A web address may hold the bracket that closes.
        if (at > begins or is_near) and not written.startswith("¤", at + 1):
            return start + at
    quotes = [at for at, char in enumerate(written) if char == '"']
    if (
        len(quotes) % 2
        and quotes[-1] > begins
        and re.match(r"\w", written[quotes[-1] + 1 : quotes[-1] + 2])
    ):
        return start + quotes[-1]
    return None


def _closes_wrongly(written: str, at: int) -> bool:
    """Whether a `«` or `“` stands where its closing one belongs: behind a word, before a blank or the end."""
    return at > 0 and not written[at - 1].isspace() and not written[at + 1 : at + 2].isalnum()
