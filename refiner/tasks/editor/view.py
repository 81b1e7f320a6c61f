"""An item as its guards look at it: its texts, and the words that may be used of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from refiner.analysis.injection import gives_orders, without_orders
from refiner.analysis.terms import stem
from refiner.cards import language_of
from refiner.tasks.editor.places import Place

if TYPE_CHECKING:
    from refiner.cards import Book, Item, ItemKind, Text
    from refiner.tasks.model import Finding

_URL = re.compile(r"\]\([^)\s]*[^)\n]*\)|\w+://\S+|\bwww\.\S+")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[\w'’+#.-]+")


@dataclass(frozen=True, slots=True)
class Violation:
    """What a guard says against one part of an answer.

    Attributes:
        part: The part's name; `index` its number in a list, or None.
        guard: The guard's name.
        complaint: What is wrong, in words for the model.
    """

    part: str
    index: int | None
    guard: str
    complaint: str

    def __str__(self) -> str:
        """As it is kept and counted: the guard's name first."""
        return f"{self.guard}: {self.complaint}"


@dataclass(frozen=True)
class ItemView:
    """What the guards know of an item.

    Attributes:
        item: The card or passage.
        book: The page around it.
        findings: What the rules are sure of.
    """

    item: Item
    book: Book
    findings: tuple[Finding, ...] = ()

    @property
    def kind(self) -> ItemKind:
        """Card or passage."""
        return self.item.kind

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """The item's texts, in page order."""
        return tuple(text for _, text in self.item.sides())

    def lang(self, part: int) -> str:
        """The language of one of the texts, or ""."""
        return language_of(self.item, self.book, self.item.sides()[part][0])

    @cached_property
    def written(self) -> str:
        """All that the item and its surroundings say, but for orders to a model and URLs."""
        before, after = self.book.neighbours(self.item)
        around = [self.book.title, self.book.full_title, self.book.author, *self.item.chapter]
        around += [text for near in (*before, *after) for text in (near.question.text, near.answer)]
        own = [text.text for text in self.texts]
        return _URL.sub(" ", "\n".join(without_orders(text) for text in (*own, *around)))

    @cached_property
    def holds_orders(self) -> bool:
        """Whether the item speaks to a model; then nothing new may."""
        return any(gives_orders(text.text) for text in self.texts)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of these words."""
        return frozenset(stem(word) for word in _TOKEN.findall(self.written)) | frozenset(
            stem(word) for word in _WORD.findall(self.written)
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """These words in lower case."""
        return frozenset(word.lower() for word in _WORD.findall(self.written))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers among them."""
        return frozenset(re.findall(r"\d+", self.written))

    @cached_property
    def settled(self) -> tuple[Place, ...]:
        """Where sure rules put an edit of their own: nothing else may touch these."""
        return tuple(
            Place(found.part, found.start, found.end)
            for found in self.findings
            if found.is_sure and found.fix is not None and found.task != "whitespace"
        )

    def is_settled(self, place: Place) -> bool:
        """Whether a sure rule's edit overlaps a place."""
        return any(
            other.part == place.part and other.start < place.end and place.start < other.end
            for other in self.settled
        )
