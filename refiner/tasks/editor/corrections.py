"""Guards of a correction: the least change of a slip, and nothing else.

A correction is split into the words that it changes. Each change has to be one of spelling,
spacing, agreement, or a function word; what says something else, or the same in a nicer way, is
refused. A change from one real word to another may be right and may be wrong: it is let through
with little confidence, for a person to see.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.terms import frequency_of
from refiner.lang.lexicon import LANGS
from refiner.tasks.editor.places import COMBINING, Place, find_copies, plain
from refiner.tasks.editor.safety import unsafe
from refiner.tasks.editor.words import (
    FUNCTION,
    SURE,
    UNSURE,
    RefusedError,
    Token,
    Words,
    distance,
    is_misread,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cards import Text
    from refiner.tasks.editor.model import Correction
    from refiner.tasks.editor.view import ItemView

LETTERS_AT_MOST = 24
SHARE_AT_MOST = 0.15
LEAST_SHARE = 24
CHANGES_AT_MOST = 6
_LETTERS = rf"(?:[^\W_][{COMBINING}]*)+"
_TOKEN = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*|_|[^\w\s]")
_FOOTNOTE = re.compile(r"([^\W\d_A-Z]{5,})[1-9]\d?")
# A footnote's number behind a word's end, in brackets or bare; and a page's between two words.
_NOTE_BEFORE = re.compile(r"[^\W\d_]{2,}[.,;:!?”»)\"']*$")
_PAGE_BEFORE = re.compile(r"[^\W\d_][,;]?\s$")
_PAGE_BEHIND = re.compile(r"\s[^\W\d_]{2,}")
_NOTE_DIGITS = 3
# What may be a name of code as well as two sentences without a blank: `text.Join`.
_DOTTED = re.compile(r"[^\W\d_]+\.([A-Z][a-z]+)$")
_ASKING_MARKS = frozenset("¿?¡!")


class Change(NamedTuple):
    """The least of a correction: what stands at a place, and what should."""

    place: Place
    new: str


class Judged(NamedTuple):
    """What came of a correction.

    Attributes:
        changes: What to change, ascending; empty where nothing would.
        confidence: How sure it is that the new text is right.
        guard: The guard that refuses it, or "", with its complaint.
    """

    changes: tuple[Change, ...] = ()
    confidence: float = 0.0
    guard: str = ""
    complaint: str = ""


def judge_correction(correction: Correction, view: ItemView) -> Judged:
    """Whether a correction may be proposed, and what it changes."""
    try:
        place = _located(correction.old, view)
        return _judged(correction, place, view)
    except RefusedError as refused:
        return Judged(guard=refused.guard, complaint=refused.complaint)


def _located(old: str, view: ItemView) -> Place:
    found = find_copies(view.texts, old)
    if not found:
        raise RefusedError("exact", f"`{old}` does not stand in the item: copy it exactly")
    if len(found) > 1:
        times = len(found)
        raise RefusedError("unique", f"`{old}` stands {times} times: copy the words around it too")
    return found[0]


def _judged(correction: Correction, place: Place, view: ItemView) -> Judged:
    text = view.texts[place.part]
    written = text.text[place.start : place.end]
    is_composed = unicodedata.is_normalized("NFC", written)
    wording = unicodedata.normalize("NFC" if is_composed else "NFD", correction.new)
    brought = unsafe(wording, written)
    if brought is not None:
        raise RefusedError("safe", f"the new text holds {brought} that the old one had not")
    changes: list[Change] = []
    gone: list[Token] = []
    come: list[Token] = []
    confidence = SURE
    for old, new in _differences(written, wording, place.start):
        change = _as_change(old, new, place, wording, text)
        if text.touches_protected(change.place.start, change.place.end):
            raise RefusedError("protected", "leave code, links, math and macros as they are")
        if view.is_settled(change.place):
            continue
        changes.append(change)
        before, after = [token.text for token in old], [token.text for token in new]
        if _glued(before) and _glued(before).casefold() == _glued(after).casefold():
            confidence = min(confidence, _judge_parting(before, after, text, change))
            continue
        if not after and _is_note(before, text, change.place):
            confidence = min(confidence, UNSURE)
            continue
        if not any(token.is_word for token in (*old, *new)):
            confidence = min(confidence, _judge_marks(before, after, text, change))
        if not old and len({token.is_word for token in new}) > 1:
            confidence = UNSURE  # a comma and a word with it: another sentence
        if _is_footnote(before, after):
            confidence = min(confidence, UNSURE)
            continue
        gone += [token for token in old if token.is_word]
        come += [token for token in new if token.is_word]
    if sorted(_numbers(gone, come)) != sorted(_numbers(come, gone)):
        raise RefusedError("numbers", "leave numbers as they are")
    if gone or come:
        confidence = min(confidence, Words(view, view.lang(place.part), text).judge(gone, come))
    size = sum(max(c.place.end - c.place.start, len(c.new)) for c in changes)
    if size > LETTERS_AT_MOST * max(1, len(changes)) or len(changes) > CHANGES_AT_MOST:
        raise RefusedError("small", "change only the letters or the word that is wrong")
    return Judged(tuple(changes), confidence)


def _judge_parting(before: list[str], after: list[str], text: Text, change: Change) -> float:
    """How sure it is that words only have to be parted or joined."""
    if _glued(before) != _glued(after):  # `OpenSource`, `open source`
        if len(before) == len(after):
            raise RefusedError("names", f"leave `{' '.join(before)}` as it is written")
        return UNSURE
    dotted = _DOTTED.search(text.text[: change.place.end])
    is_sentence = (
        dotted is None or max(frequency_of(dotted[1].lower(), x) for x in LANGS) >= FUNCTION
    )
    return SURE if is_sentence else UNSURE


def _is_note(before: Sequence[str], text: Text, place: Place) -> bool:
    """Whether what goes is a note's or a page's number: `passed.21 The`, `here.[17]`, `is 66 open`."""
    number = "".join(before).strip("[]()")
    if not number.isdigit() or len(number) > _NOTE_DIGITS:
        return False
    written = text.text[place.start : place.end]
    told, behind = text.text[: place.start], text.text[place.end :]
    if not written[0].isspace() and _NOTE_BEFORE.search(told):
        return True
    gap = written[: len(written) - len(written.lstrip())]
    is_between = _PAGE_BEFORE.search(told + gap) is not None
    return is_between and _PAGE_BEHIND.match(behind) is not None


def _is_footnote(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a word only loses the number of a footnote: `poppies7`. It may be a name: `model3`."""
    if len(before) != 1 or len(after) != 1:
        return False
    found = _FOOTNOTE.fullmatch(before[0])
    return found is not None and found[1] == after[0]


def _numbers(tokens: Sequence[Token], others: Sequence[Token]) -> list[str]:
    """The numbers among words, but for digits that a scan read in a letter's place."""
    words = [
        token.text
        for token in tokens
        if not any(
            is_misread(token.text, one.text) or is_misread(one.text, token.text) for one in others
        )
    ]
    return re.findall(r"\d+", " ".join(words))


def changed_letters(changes: Sequence[Change], texts: Sequence[Text]) -> int:
    """How many letters of an item corrections change in all."""
    total = 0
    for place, new in changes:
        old = texts[place.part].text[place.start : place.end]
        total += distance(old, new)
    return total


def is_rewritten(changes: Sequence[Change], texts: Sequence[Text]) -> bool:
    """Whether corrections change so much of an item that it is another text."""
    letters = sum(sum(char.isalpha() for char in text.text) for text in texts)
    return changed_letters(changes, texts) > max(LEAST_SHARE, SHARE_AT_MOST * letters)


def _tokens(text: str, at: int = 0) -> list[Token]:
    return [
        Token(unicodedata.normalize("NFC", m[0]), m.start() + at, m.end() + at)
        for m in _TOKEN.finditer(text)
    ]


def _differences(old: str, new: str, at: int) -> list[tuple[list[Token], list[Token]]]:
    """Runs of tokens that differ, with a neighbour where a space alone does."""
    before, after = _tokens(old, at), _tokens(new)
    matcher = SequenceMatcher(
        None, [plain(t.text) for t in before], [plain(t.text) for t in after], autojunk=False
    )
    return [
        (before[i1:i2], after[j1:j2])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ] or _spacing(old, new, before, after)


def _spacing(
    old: str, new: str, before: list[Token], after: list[Token]
) -> list[tuple[list[Token], list[Token]]]:
    """Neighbours of which only the space between differs: `exponent.[Math]`, `provisioning .`."""
    base = before[0].start if before else 0
    lead = len(old) - len(old.lstrip())
    found: list[tuple[list[Token], list[Token]]] = []
    last = -1
    for number in range(len(before) - 1):
        one, two = before[number], before[number + 1]
        gap = old[one.end - base + lead : two.start - base + lead]
        new_gap = new[after[number].end : after[number + 1].start]
        if bool(gap.strip(" \t\n")) == bool(new_gap.strip()) and bool(gap) != bool(new_gap):
            first = number
            if last == number:  # ` ,x`: one change, not two that share the comma
                first -= len(found.pop()[0]) - 1
            last = number + 1
            found.append((before[first : last + 1], after[first : last + 1]))
    return found


def _as_change(
    old: list[Token], new: list[Token], place: Place, wording: str, text: Text
) -> Change:
    """The change of some tokens, with the space beside them where a word comes or goes."""
    if old and new:
        start, end = old[0].start, old[-1].end
        return Change(Place(place.part, start, end), wording[new[0].start : new[-1].end])
    if old:  # a word goes, and the blanks before it, or else the one behind
        start, end = old[0].start, old[-1].end
        lead = text.text[:start]
        if lead[-1:].isspace():
            start = min(start - 1, len(lead.rstrip(" \u00a0")))
        elif text.text[end : end + 1] == " " and (not lead or not _NOTE_BEFORE.search(lead)):
            end += 1
        return Change(Place(place.part, start, end), "")
    first, last = new[0].start, new[-1].end
    before = _tokens(wording[:first])
    if before:  # a word comes behind the word that it stands behind
        told = len(before)
        own = _tokens(text.text[place.start : place.end], place.start)
        at = own[min(told, len(own)) - 1].end if own else place.start
        at = _behind(own, before, at)
        return Change(Place(place.part, at, at), wording[before[-1].end : last])
    behind = _tokens(wording[last:], last)
    gap = wording[last : behind[0].start] if behind else ""
    return Change(Place(place.part, place.start, place.start), wording[first:last] + gap)


def _behind(own: list[Token], before: list[Token], fallback: int) -> int:
    """Where the last of the words before an insertion ends in the text."""
    wanted = [plain(token.text) for token in before]
    matcher = SequenceMatcher(None, [plain(t.text) for t in own], wanted, autojunk=False)
    for block in reversed(matcher.get_matching_blocks()[:-1]):
        if block.b + block.size == len(wanted):
            return own[block.a + block.size - 1].end
    return fallback


def _glued(words: Sequence[str]) -> str:
    """Words without what stands between them: a space, a hyphen, the full stop of a sentence."""
    return re.sub(r"[-‐\u00ad.,;:]", "", "".join(words))


def _judge_marks(before: list[str], after: list[str], text: Text, change: Change) -> float:
    if plain("".join(before)) == plain("".join(after)):
        raise RefusedError("style", "leave quotes and dashes as they are")
    beside = text.text[change.place.end :][:1], text.text[: change.place.start][-1:]
    if any(char.isdigit() for char in beside):
        raise RefusedError("numbers", "leave numbers as they are")
    is_at_end = not text.text[change.place.end :].strip()
    if not before and after == ["."] and is_at_end:
        raise RefusedError("style", "a full stop at the end is a matter of style")
    if set(before) | set(after) <= _ASKING_MARKS:
        return SURE
    if set("".join((*before, *after))) & set("`*_[]{}<>#$|\\=~^"):
        raise RefusedError("protected", "leave markup and code as they are")
    return UNSURE
