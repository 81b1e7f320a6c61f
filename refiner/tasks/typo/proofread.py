"""Grammar that no rule knows: a small model copies each sentence and shows where it doubts.

Asked to correct a sentence, a model of 1.5B copies it whole, slip and all. But made to copy it,
it tells at each word how likely another one would have been. Where that is a small word or
another ending, both ways of going on are weighed without the sentence's own wording before the
eyes. Where both signs agree, the change is proposed (`eval/README.md` has the figures).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict

from refiner.analysis.lines import masked, read_lines
from refiner.cards import language_of
from refiner.lang.language import language
from refiner.tasks.cloze.sentences import sentences_of
from refiner.tasks.model import Ask, Draft, Finding
from refiner.tasks.typo.variants import variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refiner.cards import Book, Item, Side, Text
    from refiner.copying import Token, Variant

RULE = "proofread"
_PROSE = frozenset({"prose", "item", "heading"})
_WORDS_AT_LEAST = 4
_WORDS_AT_MOST = 40
_SENTENCES_AT_MOST = 12
_EDITS_AT_MOST = 2
_TOKENS = 50  # of a sentence, about
# How much likelier the text must be with a change than as it stands, less what the copying model
# held against it: natural logarithms.
SURE = 4.0
_CONFIDENCE = 0.5
_ODD = re.compile(r"[{}<>|=\\$¤]|https?:|\[\[|\(\(|!\[|\]\(|__|\.\.\.|…")
_MARKS = re.compile(r"\*+")
_SPACES = re.compile(r"[\s\u00a0]+")


class Doubt(BaseModel):
    """One place of a sentence where the model would rather have written something else.

    Attributes:
        line: The sentence's number, from 0.
        start: First character of what stands there; `end` is half-open.
        old: What stands there.
        new: What the model would rather have there.
        copied: Logarithm of the probability of what stands there, by the copying model.
        instead: The same of what it would rather have.
        gain: By how much the new text is likelier than the old one, read without the sentence.
    """

    model_config = ConfigDict(extra="forbid")

    line: int
    start: int
    end: int
    old: str
    new: str
    copied: float
    instead: float
    gain: float

    @property
    def weight(self) -> float:
        """Both signs together: the gain, and how near the copying model was to the change."""
        return self.gain + self.instead


class Doubts(BaseModel):
    """All that a model doubts in an item's sentences."""

    model_config = ConfigDict(extra="forbid")

    doubts: list[Doubt]


@dataclass(frozen=True, slots=True)
class Proofreading:
    """How sentences are copied: which other words are weighed, and what comes of it."""

    lang: str

    def variants(self, line: str, tokens: Sequence[Token]) -> list[Variant]:
        """What of a model's doubts is worth weighing."""
        return variants(line, tokens, self.lang)

    def answer(self, lines: Sequence[str], weighed: Sequence[tuple[int, Variant, float]]) -> Doubts:
        """What was weighed, as it is kept."""
        return Doubts(
            doubts=[
                Doubt(
                    line=line,
                    start=one.start,
                    end=one.end,
                    old=lines[line][one.start : one.end],
                    new=one.new,
                    copied=round(one.copied, 3),
                    instead=round(one.instead, 3),
                    gain=round(gain, 3),
                )
                for line, one, gain in weighed
            ]
        )


class Sentence(NamedTuple):
    """A sentence as a model reads it: no emphasis, single spaces.

    `places` tells for each of its characters, and for its end, where it stands in the text.
    """

    part: int
    side: Side
    written: str
    places: tuple[int, ...]


def sentences(
    item: Item, book: Book, ruled: Sequence[Finding], *, is_typed: bool
) -> list[Sentence]:
    """The sentences of an item in the language of the first of them, but those that rules mend.

    Where a scanner or a hasty hand spoilt words, a model doubts all around them.

    Args:
        item: The card or passage.
        book: Its page.
        ruled: What rules found in the item.
        is_typed: Whether only questions are read: they were typed by a person.
    """
    found: list[Sentence] = []
    wanted = ""
    for part, (side, text) in enumerate(item.sides()):
        lang = language_of(item, book, side)
        known = language(lang)
        if (is_typed and side != "question") or known is None or not known.grammar.missing:
            continue
        wanted = wanted or lang
        if lang == wanted:
            spoilt = [(one.start, one.end) for one in ruled if one.part == part]
            found += _sentences(text, part, side, lang, spoilt)
    return found[:_SENTENCES_AT_MOST]


def _sentences(
    text: Text, part: int, side: Side, lang: str, spoilt: Sequence[tuple[int, int]]
) -> Iterator[Sentence]:
    plain = masked(text, frozenset({"code"}))
    for line in read_lines(plain):
        if line.kind not in _PROSE:
            continue
        for first, last in sentences_of(text.text[line.start : line.end], lang):
            start, end = line.start + first, line.start + last
            if _ODD.search(plain, start, end) or any(a < end and start < b for a, b in spoilt):
                continue
            one = _read(text.text, start, end, part, side)
            if _WORDS_AT_LEAST <= len(one.written.split()) <= _WORDS_AT_MOST:
                yield one


def _read(text: str, start: int, end: int, part: int, side: Side) -> Sentence:
    """A part of a text without emphasis and with single spaces."""
    chars: list[str] = []
    places: list[int] = []
    at = start
    while at < end:
        mark = _MARKS.match(text, at, end)
        if mark is not None:
            at = mark.end()
            continue
        gap = _SPACES.match(text, at, end)
        if gap is None or (chars and chars[-1] != " "):
            chars.append(" " if gap is not None else text[at])
            places.append(at)
        at = gap.end() if gap is not None else at + 1
    return Sentence(part, side, "".join(chars), (*places, end))


def doubtful(
    item: Item, book: Book, ruled: Sequence[Finding], *, is_typed: bool
) -> tuple[list[Finding], Ask] | None:
    """What is asked about an item's grammar, with the place it stands for; None for nothing."""
    read = sentences(item, book, ruled, is_typed=is_typed)
    if not read:
        return None
    lang = language_of(item, book, read[0].side)
    ask = Ask(
        variables={"sentences": "\n".join(one.written for one in read)},
        answer_model=Doubts,
        lang=lang,
        max_tokens=_TOKENS * len(read),
        prompt="grammar",
        copying=Proofreading(lang),
    )
    place = Finding("typo", RULE, read[0].side, read[0].part, 0, 0, "", is_sure=False)
    return [place], ask


def chosen(doubts: Doubts, least: float = SURE) -> Iterator[Doubt]:
    """The doubts that both signs bear out: of several at one place the best, few in a sentence."""
    by_line: dict[int, list[Doubt]] = {}
    for one in sorted(doubts.doubts, key=lambda doubt: -doubt.weight):
        kept = by_line.setdefault(one.line, [])
        if one.weight >= least and not any(
            one.start <= other.end and other.start <= one.end for other in kept
        ):
            kept.append(one)
    for kept in by_line.values():
        if len(kept) <= _EDITS_AT_MOST:
            yield from sorted(kept, key=lambda doubt: doubt.start)


def proofread_drafts(
    item: Item, book: Book, doubts: Doubts, ruled: Sequence[Finding]
) -> Iterator[Draft]:
    """One draft for each change that both signs bear out.

    Args:
        item: The card or passage.
        book: Its page.
        doubts: What the model told.
        ruled: What rules found in the item.
    """
    read = sentences(item, book, ruled, is_typed=False)
    texts = [text for _, text in item.sides()]
    for one in chosen(doubts):
        if one.line >= len(read):
            continue
        sentence = read[one.line]
        start, end = sentence.places[one.start], sentence.places[one.end]
        text = texts[sentence.part]
        is_kept = "*" in text.text[start:end] or text.touches_protected(start, end)
        edit = None if is_kept else text.edit(start, end, one.new)
        if edit is None:
            continue
        yield Draft("typo", RULE, (edit,), _reason(text, start, end, one), "model", _CONFIDENCE)


def _reason(text: Text, start: int, end: int, one: Doubt) -> str:
    old = " ".join(text.text[start:end].split())
    new = one.new.strip()
    if not new:
        return f"“{old}” is a word too many"
    return f"“{new}”, not “{old}”" if old else f"“{new}” is missing"
