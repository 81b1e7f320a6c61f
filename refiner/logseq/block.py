"""A block of a page, and what stands in its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.logseq.model import Span

if TYPE_CHECKING:
    from refiner.logseq.model import BlockKind, Property, Protected, Tag
    from refiner.logseq.page import Page


class Block:
    """A block of a page: its bytes run from `start` to `end`, where the next block starts.

    Attributes:
        page: The page.
        index: Its number among the page's blocks.
        start: First byte: its indentation, or its bullet.
        end: First byte of the next block, or the page's end.
        mark: Where the bullet or heading mark stands.
        body: Where its text begins, behind bullet, heading marks, marker and priority.
        level: 1 and up; 1 + the count of indentation characters; a heading without bullet is 1.
        kind: `bullet` or `heading`.
        parent: The block above, or None.
        children: The blocks below, in order.
        marker: `TODO`, `DONE`, … or None.
        priority: `A`, `B`, … or None.
        properties: In order, with the number of their group.
        tags: In order.
    """

    __slots__ = (
        "_protected", "body", "children", "end", "index", "kind", "level", "mark", "marker", "page",
        "parent", "priority", "properties", "start", "tags",
    )  # fmt: skip

    page: Page
    index: int
    start: int
    end: int
    mark: int
    body: int
    level: int
    kind: BlockKind
    parent: Block | None
    children: list[Block]
    marker: str | None
    priority: str | None
    properties: tuple[Property, ...]
    tags: tuple[Tag, ...]
    _protected: tuple[Protected, ...] | None

    def __reduce__(self) -> tuple[object, ...]:
        return _block_of, (self.page, self.index)

    def __repr__(self) -> str:
        text = self.page.data[self.mark : self.end][:40]
        return f"<Block {self.index} level {self.level} {text!r}>"

    @property
    def subtree_end(self) -> int:
        """Where the last of the blocks below it ends."""
        block = self
        while block.children:
            block = block.children[-1]
        return block.end

    @property
    def lines(self) -> tuple[Span, ...]:
        """Each line's text, without indentation and newline; the first without the bullet too."""
        data = self.page.data
        spans = []
        start = self.body
        while True:
            newline = self.page.scan.find(b"\n", start, self.end)
            end = self.end if newline < 0 else newline
            text_end = end - 1 if end > start and data[end - 1] == 13 else end  # noqa: PLR2004 - CR
            spans.append(Span(start, text_end))
            if newline < 0 or newline + 1 >= self.end:
                return tuple(spans)
            start = self._skip_indentation(newline + 1)

    def _skip_indentation(self, start: int) -> int:
        """Where a continuation line's text begins.

        Inside a fence the code's own indentation stays: Logseq takes off as many blanks as the
        block's text is indented by.

        Source: logseq, deps/graph-parser, mldoc.cljc (`remove-indentation-spaces`).
        """
        data = self.page.data
        at = start
        while at < self.end and data[at] in b" \t":
            at += 1
        region = self.page.region_at(start)
        if region is not None and region.kind == "fence" and at < self.end:
            return min(at, start + self.mark - self.start + 2)
        return at

    @property
    def protected(self) -> tuple[Protected, ...]:
        """Parts that no edit of prose may touch, ascending, not overlapping."""
        if self._protected is None:
            self._protected = tuple(self.page.protected_in(self))
        return self._protected

    @property
    def prose(self) -> tuple[Span, ...]:
        """Its lines' text without protected parts, properties and tags, ascending."""
        taken = sorted(
            [part.span for part in self.protected]
            + [prop.span for prop in self.properties]
            + [tag.span for tag in self.tags]
        )
        return tuple(_left_of(self.lines, taken))


def _block_of(page: Page, index: int) -> Block:
    """A block that came from another process."""
    return page.blocks[index]


def _left_of(lines: tuple[Span, ...], taken: list[Span]) -> list[Span]:
    """The parts of the lines that nothing else has taken; both ascending."""
    left = []
    number = 0
    behind = 0
    for line in lines:
        at = max(line.start, min(behind, line.end))
        while number < len(taken) and taken[number].start < line.end:
            cut = taken[number]
            number += 1
            behind = max(behind, cut.end)
            if cut.end <= at:
                continue
            if cut.start > at:
                left.append(Span(at, cut.start))
            at = min(cut.end, line.end)
        if at < line.end:
            left.append(Span(at, line.end))
    return left
