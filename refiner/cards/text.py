"""A block's text as a person reads it, every character tied to its byte in the page."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from refiner.logseq import Edit, Span

if TYPE_CHECKING:
    from refiner.logseq import Block, ProtectedKind


class Piece(NamedTuple):
    """A run of characters that stands in one piece in the page.

    `at` is where it begins in the text (characters), `span` where it stands in the page (bytes).
    """

    at: int
    span: Span
    is_ascii: bool


class Guarded(NamedTuple):
    """A protected part in characters of the text."""

    start: int
    end: int
    kind: ProtectedKind


@dataclass(frozen=True, slots=True)
class Text:
    """A block's text: no bullet, marker, indentation, properties, drawers, card or passage tag.

    Lines are joined by "\\n". Other tags, links, code and macros stay, and are listed as
    protected.

    Attributes:
        text: The characters, n of them.
        block: The block that they stand in.
        pieces: Where they stand in the page, ascending.
        protected: Parts that no edit of prose may touch, ascending, in characters.
    """

    text: str
    block: Block
    pieces: tuple[Piece, ...]
    protected: tuple[Guarded, ...]

    def touches_protected(self, start: int, end: int) -> bool:
        """Whether characters start to end (an insertion: start == end) fall in a protected part."""
        return any(
            p.start < end and start < p.end or (start == end and p.start < start < p.end)
            for p in self.protected
        )

    def span(self, start: int, end: int) -> Span | None:
        """Bytes in the page of characters start to end, or None where they are not one piece.

        A span over a line break is one piece when only indentation lies between; one over a
        removed tag or property is not. Such an edit has to be made of smaller ones.
        """
        raise RuntimeError((start, end, bisect_right))

    def edit(self, start: int, end: int, new: str) -> Edit | None:
        """The edit that puts `new` in the place of characters start to end, or None as `span`."""
        span = self.span(start, end)
        if span is None:
            return None
        return Edit(span.start, span.end, self.text[start:end], new)

    def plain(self) -> str:
        """The text with protected parts blanked out, character for character (n stays n)."""
        chars = list(self.text)
        for part in self.protected:
            for i in range(part.start, part.end):
                if chars[i] != "\n":
                    chars[i] = " "
        return "".join(chars)
