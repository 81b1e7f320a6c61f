"""What people learn from: cards and passages, found in a page's blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from refiner.cards.text import Text
    from refiner.logseq import Block

ItemKind = Literal["card", "passage"]
Side = Literal["question", "answer", "passage"]


@dataclass(frozen=True, slots=True)
class Item:
    """A card or a passage with all that a task may look at.

    Attributes:
        kind: A card has a question and an answer, a passage only its own text.
        block: The tagged block: a card's question, or the passage itself.
        line: 1-based line of the tagged block's bullet in the page.
        tags: Names of all tags of the block, as Logseq compares them.
        question: Text of the tagged block (for a passage: the passage).
        answers: Texts of the blocks below it that are answer, in page order, any depth.
        metadata: Blocks below it that are metadata (location links, colour tags, empty).
        chapter: Texts of the blocks above it, outermost first.
        lang: Language of the question or passage, ISO 639-1, or "" where unsure.
        answer_lang: Language of the answer, or "".
        hash: 16 hex digits over kind, question and answer, normalised, without tag and id:
            the same wherever the item stands.
        index: The item's number among the page's items, from 0.
    """

    kind: ItemKind
    block: Block
    line: int
    tags: tuple[str, ...]
    question: Text
    answers: tuple[Text, ...]
    metadata: tuple[Block, ...]
    chapter: tuple[str, ...]
    lang: str
    answer_lang: str
    hash: str
    index: int

    @property
    def answer(self) -> str:
        """The answer as a person reads it: its blocks' texts, a blank line between."""
        return "\n\n".join(text.text for text in self.answers)

    @property
    def id(self) -> str | None:
        """The block's `id::`, or None."""
        return next((p.value for p in self.block.properties if p.key == "id" and not p.group), None)

    def sides(self) -> tuple[tuple[Side, Text], ...]:
        """Every text of the item with the side it is on, in page order."""
        if self.kind == "passage":
            return (("passage", self.question),)
        return (("question", self.question), *(("answer", text) for text in self.answers))


@dataclass(frozen=True, slots=True)
class Book:
    """What a task knows beside the item: the page it stands on, and its neighbours.

    Attributes:
        title: The page's title; `full_title` and `author` from its properties, or "".
        items: All items of the page, in order (`items[i].index == i`).
        words: Lower-case words of the page, and of the graph's other pages of the same book,
            with how often each occurs.
        langs: Languages met on the page, commonest first.
        left_out: Line and reason of items that are not looked at.
    """

    title: str
    full_title: str = ""
    author: str = ""
    items: tuple[Item, ...] = ()
    words: dict[str, int] = field(default_factory=dict)
    langs: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()

    def neighbours(self, item: Item, count: int = 1) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        """The items before and after one, up to `count` each."""
        at = item.index
        return self.items[max(0, at - count) : at], self.items[at + 1 : at + 1 + count]


def language_of(item: Item, book: Book, side: Side) -> str:
    """The language of a side; where it is unsure, of the other side, then of a one-language page.

    Two words of a question tell no language, but the answer below them does.
    """
    own, other = item.lang, item.answer_lang
    if side == "answer":
        own, other = other, own
    return own or other or (book.langs[0] if len(book.langs) == 1 else "")
