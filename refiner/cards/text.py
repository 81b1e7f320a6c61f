"""A block's text as a person reads it, every character tied to its byte in the page."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.logseq import Edit, ProtectedKind, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from refiner.logseq import Block, Page

GuardedKind = ProtectedKind | Literal["tag"]
BLANKS = b" \t"


class Piece(NamedTuple):
    """A run of characters that stands in one piece in the page.

    `at` is where it begins in the text (characters), `span` where it stands in the page (bytes);
    `is_joined` tells that only a line break and indentation lie between it and the one before.
    """

    at: int
    span: Span
    is_joined: bool


class Guarded(NamedTuple):
    """A protected part in characters of the text."""

    start: int
    end: int
    kind: GuardedKind


@dataclass(frozen=True, slots=True)
class Text:
    r"""A block's text: no bullet, marker, indentation, properties, drawers, card or passage tag.

    Lines are joined by "\n". Other tags, links, code and macros stay, and are listed as
    protected.

    Attributes:
        text: The characters, n of them.
        block: The block that they stand in.
        page: The page of the block.
        pieces: Where they stand in the page, ascending.
        protected: Parts that no edit of prose may touch, ascending, in characters.
        continuation: What begins a further line of this block: its indentation and two spaces.
    """

    text: str
    block: Block
    page: Page
    pieces: tuple[Piece, ...]
    protected: tuple[Guarded, ...]
    continuation: str

    def touches_protected(self, start: int, end: int) -> bool:
        """Whether characters start to end (an insertion: start == end) fall in a protected part."""
        if start == end:
            return any(p.start < start < p.end for p in self.protected)
        return any(p.start < end and start < p.end for p in self.protected)

    def span(self, start: int, end: int) -> Span | None:
        """Bytes in the page of characters start to end, or None where they are not one piece.

        A span over a line break is one piece when only indentation lies between; one over a
        removed tag or property is not: such an edit has to be made of smaller ones.
        """
        if not self.pieces:
            return None
        first = max(bisect_right(self.pieces, start, key=_piece_at) - 1, 0)
        is_at_break = start < end and self.text[end - 1] == "\n"
        last = max(bisect_right(self.pieces, end - (not is_at_break), key=_piece_at) - 1, first)
        if not all(piece.is_joined for piece in self.pieces[first + 1 : last + 1]):
            return None
        return Span(self._byte(first, start), self._byte(last, end))

    def edit(self, start: int, end: int, new: str) -> Edit | None:
        """The edit that puts `new` in the place of characters start to end, or None as `span`.

        Line breaks in `new` get the block's own continuation indentation.
        """
        span = self.span(start, end)
        if span is None:
            return None
        old = self.page.data[span.start : span.end].decode()
        line_break = self.page.newline + self.continuation
        return Edit(span.start, span.end, old, new.replace("\n", line_break))

    def plain(self) -> str:
        """The text with protected parts blanked out, character for character (n stays n)."""
        if not self.protected:
            return self.text
        chars = list(self.text)
        for part in self.protected:
            for i in range(part.start, part.end):
                if chars[i] != "\n":
                    chars[i] = " "
        return "".join(chars)

    def _byte(self, number: int, at: int) -> int:
        piece = self.pieces[number]
        count = at - piece.at
        size = piece.span.end - piece.span.start
        if count >= size:
            return piece.span.end
        written = self.page.data[piece.span.start : piece.span.end]
        if written.isascii():
            return piece.span.start + count
        return piece.span.start + len(written.decode()[:count].encode())


def _piece_at(piece: Piece) -> int:
    return piece.at


def read_text(page: Page, block: Block, item_tags: Collection[str]) -> Text:
    """Read a block's text.

    Args:
        page: The page of the block.
        block: Any block of the page.
        item_tags: Names of the tags that mark cards and passages: these are left out, with
            other tags that stand in one run with them (`#car #blue`).
    """
    data = page.data
    cuts = [prop.span for prop in block.properties]
    cuts += [part.span for part in block.protected if part.kind == "drawer"]
    tags = _item_tag_runs(data, block, item_tags)
    chars: list[str] = []
    pieces: list[Piece] = []
    at = 0
    is_after_cut = False
    for whole in block.lines:
        line = _stripped(data, whole)
        if line.start == line.end and not pieces:
            continue
        if any(
            cut.start <= line.start and line.end <= cut.end for cut in cuts if cut.end > cut.start
        ):
            is_after_cut = True
            continue
        runs = list(_without(data, line, tags))
        if not runs and line.end > line.start:
            is_after_cut = True
            continue
        is_first_run = True
        if pieces:
            chars.append("\n")
            at += 1
        for run in runs or [line]:
            written = data[run.start : run.end].decode()
            is_joined = is_first_run and not is_after_cut and run.start == line.start
            pieces.append(Piece(at, run, is_joined))
            chars.append(written)
            at += len(written)
            is_first_run = False
        is_after_cut = bool(runs) and runs[-1].end < line.end
    text = "".join(chars)
    while text.endswith("\n"):
        text = text[:-1]
        pieces.pop()
    result = Text(text, block, page, tuple(pieces), (), _continuation(data, block))
    return _with_protected(result, block, tags)


def _item_tag_runs(data: bytes, block: Block, item_tags: Collection[str]) -> list[Span]:
    """Runs of tags, blanks between, that hold an item tag: their spans."""
    runs: list[tuple[Span, bool]] = []
    for tag in block.tags:
        is_item = tag.name in item_tags
        if runs:
            span, had_item = runs[-1]
            if not data[span.end : tag.span.start].strip(BLANKS):
                runs[-1] = (Span(span.start, tag.span.end), had_item or is_item)
                continue
        runs.append((tag.span, is_item))
    return [span for span, is_item in runs if is_item]


def _stripped(data: bytes, line: Span) -> Span:
    """The line without the blanks at its end."""
    end = line.end
    while end > line.start and data[end - 1] in b" \t\r":
        end -= 1
    return Span(line.start, end)


def _without(data: bytes, line: Span, tags: list[Span]) -> Iterator[Span]:
    """The parts of a line outside the tags, blanks beside a removed tag left out too."""
    start = line.start
    for tag in tags:
        if not line.start <= tag.start < line.end:
            continue
        end = tag.start
        after = min(tag.end, line.end)
        if after == line.end:
            while end > start and data[end - 1] in BLANKS:
                end -= 1
        else:
            while after < line.end and data[after] in BLANKS:
                after += 1
        if end > start:
            yield Span(start, end)
        start = after
    if line.end > start:
        yield Span(start, line.end)


def _continuation(data: bytes, block: Block) -> str:
    indentation = data[block.start : block.mark]
    end = len(indentation) - len(indentation.lstrip(BLANKS))
    blanks = indentation[:end].decode()
    return blanks + "  " if data[block.start + end : block.start + end + 1] == b"-" else blanks


def _with_protected(text: Text, block: Block, cut_tags: list[Span]) -> Text:
    """The text with its protected parts in characters, other tags among them."""
    spans: list[tuple[Span, GuardedKind]] = [
        (part.span, part.kind) for part in block.protected if part.kind != "drawer"
    ]
    spans += [
        (tag.span, "tag")
        for tag in block.tags
        if not any(cut.start <= tag.span.start < cut.end for cut in cut_tags)
    ]
    if not spans:
        return text
    guarded = []
    for span, kind in sorted(spans):
        start, end = _char(text, span.start), _char(text, span.end)
        if end > start:
            guarded.append(Guarded(start, end, kind))
    return Text(text.text, block, text.page, text.pieces, tuple(guarded), text.continuation)


def _char(text: Text, offset: int) -> int:
    """The first character at or after a byte of the page."""
    number = bisect_right(text.pieces, offset, key=_piece_start) - 1
    if number < 0:
        return 0
    piece = text.pieces[number]
    data = text.page.data
    if offset >= piece.span.end:
        following = text.pieces[number + 1].at if number + 1 < len(text.pieces) else None
        end = piece.at + len(data[piece.span.start : piece.span.end].decode())
        return end if following is None or offset == piece.span.end else following
    return piece.at + len(data[piece.span.start : offset].decode())


def _piece_start(piece: Piece) -> int:
    return piece.span.start
