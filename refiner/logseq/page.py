"""A page as an outline of blocks, every byte accounted for."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from refiner.logseq.block import Block
from refiner.logseq.inline import OPENER, read_inline, read_tags
from refiner.logseq.model import Property, Protected, ProtectedKind, Span, Tag
from refiner.logseq.outline import BLANK, Head, Region, read_outline

if TYPE_CHECKING:
    from refiner.logseq.outline import RegionKind

# Source: mldoc, lib/syntax/markdown_property.ml.
PROPERTY = re.compile(
    rb"(?P<key>[^\s:]+)::(?:[ ](?P<value>[^\n]*)|" + BLANK + rb"*\r?$)", re.MULTILINE
)
PROPERTY_LINE = re.compile(
    rb"^" + BLANK + rb"*(?=[^\s:]+::[ \t\x0c\x1a\r\n]|[^\s:]+::\Z)", re.MULTILINE
)
# Lines that end a paragraph: a table's row, a rule, a directive.
PARAGRAPH_END = re.compile(
    rb"^" + BLANK + rb"*(?:\|[^\n]*\||---+|\*\*\*+|___+|#\+\w+:[^\n]*)" + BLANK + rb"*\r?$",
    re.MULTILINE,
)
BLANKS = b" \t\x0c\x1a"
# In these no property is seen; in those of them that are not lists, no tag either.
PROTECTED_REGIONS: dict[RegionKind, ProtectedKind] = {
    "fence": "fence",
    "drawer": "drawer",
    "math": "math",
    "html": "html",
    "env": "math",
}


# Constructs whose text is read as text.
FLOWING = frozenset({"list", "quote", "footnote", "begin"})


class DecodeError(ValueError):
    """A page is not UTF-8.

    Attributes:
        offset: Where the first byte stands that can't be, 0-based.
        line: Its line, 1-based.
    """

    def __init__(self, data: bytes, offset: int) -> None:
        self.offset = offset
        self.line = data.count(b"\n", 0, offset) + 1
        super().__init__(
            f"is not UTF-8: byte {data[offset]:#04x} at offset {offset} (line {self.line})"
        )


class Page:
    """A page: bytes, and what Logseq sees in them.

    Attributes:
        data: The bytes as read.
        scan: The same with a lone CR read as a line's end; offsets are equal.
        pre: The text before the first block: page properties, front matter, free text.
        blocks: All blocks in file order; they tile the page behind `pre`.
        properties: Those of the pre-block.
        tags: Those of the pre-block.
        regions: Constructs that swallow lines.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.scan = re.sub(rb"\r(?!\n)", b"\n", data) if b"\r" in data else data
        heads, self.regions = read_outline(self.scan)
        self._region_starts = [region.start for region in self.regions]
        end = heads[0].start if heads else len(data)
        self.pre = Span(0, end)
        has_properties = b"::" in data
        self.properties = self._properties(0, end) if has_properties else ()
        self.tags = tuple(self._tags(0, 0, end))
        self.blocks = self._build(heads, has_properties=has_properties)

    def __reduce__(self) -> tuple[object, ...]:
        """A page travels between processes as its bytes."""
        return Page, (self.data,)

    @cached_property
    def newline(self) -> str:
        """The page's line ending."""
        return "\r\n" if b"\r\n" in self.data else "\n"

    @cached_property
    def indent_unit(self) -> str:
        """What one level of indentation is on this page: a tab, or some spaces."""
        for block in self.blocks:
            if block.parent is not None and block.kind == "bullet":
                above = self.data[block.parent.start : block.parent.mark]
                own = self.data[block.start : block.mark]
                if len(own) > len(above):
                    return own[len(above) :].decode()
        return "\t"

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(rb"\n", self.data))]

    def line_of(self, offset: int) -> int:
        """The 1-based line of a byte."""
        return bisect_right(self._line_starts, offset)

    def region_at(self, offset: int) -> Region | None:
        """The construct that holds a byte, or None."""
        number = bisect_right(self._region_starts, offset) - 1
        if number >= 0 and offset < self.regions[number].end:
            return self.regions[number]
        return None

    def _regions_in(self, start: int, end: int) -> list[Region]:
        first = bisect_right(self._region_starts, start - 1)
        return self.regions[first : bisect_right(self._region_starts, end - 1)]

    def _build(self, heads: list[Head], *, has_properties: bool) -> list[Block]:
        data = self.data
        size = len(data)
        blocks: list[Block] = []
        above: list[Block] = []
        has_regions = bool(self.regions)
        for index, (start, mark, body, is_heading, marker, priority) in enumerate(heads):
            block = Block()
            block.page = self
            block.index = index
            block.start = start
            end = block.end = heads[index + 1].start if index + 1 < len(heads) else size
            block.mark = mark
            block.marker = None if marker is None else marker.decode()
            block.priority = None if priority is None else priority.decode(errors="replace")
            block._protected = None  # noqa: SLF001 - built here
            block.children = []
            if is_heading:
                block.kind = "heading"
                level = 1
            else:
                block.kind = "bullet"
                level = mark - start + 1
            block.level = level
            while above and above[-1].level >= level:
                above.pop()
            block.parent = above[-1] if above else None
            if above:
                above[-1].children.append(block)
            above.append(block)
            block.body = body
            if has_properties and data.find(b"::", body, end) >= 0:
                block.properties = self._properties(block.body, end)
            else:
                block.properties = ()
            if data.find(b"#", block.body, end) < 0:
                block.tags = ()
            elif has_regions or block.properties:
                block.tags = tuple(self._tags(block.body, block.body, end, block.properties))
            else:
                block.tags = tuple(self._block_tags(block.body, end))
            blocks.append(block)
        return blocks

    def _properties(self, start: int, end: int) -> tuple[Property, ...]:
        """Read the property lines of a block, the one on its bullet's line first."""
        found: list[Property] = []
        group = -1
        line_end = -1
        at = start
        while True:
            match = PROPERTY.match(self.scan, at, end)
            region = self.region_at(at)
            if region is not None and region.kind != "front_matter":
                at = min(region.end, end)
            elif match is not None:
                if not found or self.scan[line_end + 1 : at].strip(BLANKS):
                    group += 1
                found.append(self._property(match, group))
                at = line_end = match.end()
            following = PROPERTY_LINE.search(self.scan, at, end)
            if following is None:
                return tuple(found)
            at = following.end()

    def _property(self, match: re.Match[bytes], group: int) -> Property:
        key_start, key_end = match.span("key")
        value_start, value_end = match.span("value")
        if value_start < 0:
            value_start = value_end = key_end + 2
        raw = self.data[value_start:value_end]
        value = raw.strip()
        value_start += len(raw) - len(raw.lstrip())
        key = self.data[key_start:key_end].decode().lower().replace("_", "-")
        span = Span(key_start, value_start + len(value))
        return Property(
            "id" if key == "custom-id" else key,
            value.decode(),
            span,
            Span(value_start, value_start + len(value)),
            group,
        )

    def _block_tags(self, body: int, end: int) -> list[Tag]:
        """Tags of a block that holds neither regions nor properties."""
        newline = self.scan.find(b"\n", body, end)
        if newline < 0 or newline + 1 >= end:
            return read_tags(self.data, body, end)
        return self._tags(body, body, end)

    def _tags(
        self, body: int, start: int, end: int, properties: tuple[Property, ...] | None = None
    ) -> list[Tag]:
        tags: list[Tag] = []
        for text in self.stretches(body, start, end, properties):
            tags += read_tags(self.data, text.start, text.end)
        for region in self._regions_in(start, end):
            if region.kind == "fence":
                tags += self._closing_fence_tags(region)
        tags.sort(key=_tag_start)
        return tags

    def _closing_fence_tags(self, fence: Region) -> list[Tag]:
        """Tags on a closing fence's line: Logseq drops them, but a person means them."""
        stop = fence.end - 1 if self.scan[fence.end - 1 : fence.end] == b"\n" else fence.end
        line = self.scan.rfind(b"\n", 0, stop) + 1
        return read_tags(self.data, line, stop) if line > fence.start else []

    def stretches(
        self, body: int, start: int, end: int, properties: tuple[Property, ...] | None = None
    ) -> list[Span]:
        """The stretches of text that inline rules read one by one: title, paragraphs, lists."""
        cuts = [r for r in self._regions_in(start, end) if r.kind not in FLOWING]
        taken = [(region.start, region.end) for region in cuts]
        if properties is None:
            properties = self._properties(start, end)
        taken += [(prop.span.start, prop.span.end) for prop in properties]
        for region in self._regions_in(start, end):
            if region.kind in FLOWING:
                taken += [(region.start, region.start), (region.end, region.end)]
            if region.kind == "begin":
                first = self.scan.find(b"\n", region.start)
                last = self.scan.rfind(b"\n", 0, region.end - 1) + 1
                taken += [(region.start, first), (last, region.end)]
        newline = self.scan.find(b"\n", body, end)
        if body and newline >= 0:
            taken.append((newline, newline + 1))
        taken += [(m.start(), m.start()) for m in PARAGRAPH_END.finditer(self.scan, body, end)]
        taken += [(m.end(), m.end()) for m in PARAGRAPH_END.finditer(self.scan, body, end)]
        spans = []
        at = body
        for cut_start, cut_end in sorted(taken):
            if cut_start > at:
                spans.append(Span(at, cut_start))
            at = max(at, cut_end)
        if at < end:
            spans.append(Span(at, end))
        return spans

    def protected_in(self, block: Block) -> list[Protected]:
        """The protected parts of a block, ascending."""
        regions = self._regions_in(block.body, block.end)
        if not regions and OPENER.search(self.data, block.body, block.end) is None:
            return []
        parts = [
            Protected(
                PROTECTED_REGIONS[region.kind], Span(region.start, min(region.end, block.end))
            )
            for region in regions
            if region.kind in PROTECTED_REGIONS
        ]
        for text in self.stretches(block.body, block.body, block.end, block.properties):
            parts += read_inline(self.data, text.start, text.end)[1]
        parts.sort(key=_part_start)
        return parts


def parse(data: bytes) -> Page:
    """Read a page.

    Raises:
        DecodeError: The bytes are not UTF-8.
    """
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError(data, error.start) from None
    return Page(data)


def render(page: Page) -> bytes:
    """A page's bytes: `render(parse(data)) == data`."""
    return page.data[: page.pre.end] + b"".join(page.data[b.start : b.end] for b in page.blocks)


def _tag_start(tag: Tag) -> int:
    return tag.span.start


def _part_start(part: Protected) -> int:
    return part.span.start
