"""The whole card around a proposal: what a person must see to judge it, line by line."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from refiner.cards import is_metadata, item_kind, read_text
from refiner.logseq import parse
from refiner.proposals import locate_anchor, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refiner.cards import ExtractOptions
    from refiner.logseq import Block, Page
    from refiner.proposals import Proposal

# The question decides what its typos are worth, a cut what its clozes are.
TASK_ORDER = ("question", "typo", "whitespace", "listing", "truncation", "cloze", "flag")


class Line(NamedTuple):
    """One line of a card.

    Attributes:
        depth: How many blocks of the card stand above its block.
        text: Without indentation, bullet and properties.
        is_first: Whether its block begins with it.
        is_code: Whether it stands in a fence, the fence's own two lines included.
    """

    depth: int
    text: str
    is_first: bool
    is_code: bool


class Card(NamedTuple):
    """What of a card stands above the lines that a proposal changes, and below them."""

    above: tuple[Line, ...]
    below: tuple[Line, ...]


class Shortened(NamedTuple):
    """The lines next to a change, and how many more there are."""

    lines: tuple[Line, ...]
    hidden: int


def whole_card(page: Page, proposal: Proposal, options: ExtractOptions) -> Card | None:
    """The card around a proposal as its page is today; None where its block has changed since.

    Metadata, empty blocks, properties and items of their own below it are left out.

    Args:
        page: The page, parsed.
        proposal: One of its proposals.
        options: What makes a block an item, or metadata.
    """
    place = locate_anchor(page.data, proposal.place)
    if place is None or any(page.data[e.start : e.end] != e.old.encode() for e in place.edits):
        return None
    view = view_of(page.data, place.edits)
    above: list[Line] = []
    below: list[Line] = []
    for at, line in _lines(page, _block_at(page, place.start), options):
        if at >= view.start:
            if at > view.end:
                below.append(line)
        else:
            above.append(line)
    return Card(tuple(above), tuple(below))


def read_card(data: bytes, proposal: Proposal, options: ExtractOptions) -> Card | None:
    """As `whole_card`, from a page's bytes.

    Raises:
        DecodeError: The page is not UTF-8.
    """
    return whole_card(parse(data), proposal, options)


def nearest_above(lines: Sequence[Line], count: int) -> Shortened:
    """The card's first line, and the lines that stand next to the change below; `count` in all."""
    if len(lines) <= count:
        return Shortened(tuple(lines), 0)
    return Shortened((lines[0], *lines[len(lines) - count + 1 :]), len(lines) - count)


def nearest_below(lines: Sequence[Line], count: int) -> Shortened:
    """The lines that stand next to the change above them."""
    return Shortened(tuple(lines[:count]), max(len(lines) - count, 0))


def card_order(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Proposals with those of one card together, the question first, by page and place."""
    return sorted(
        proposals, key=lambda p: (p.page, p.place.start, rank(p.task), p.place.edits[0].start)
    )


def card_key(proposal: Proposal) -> tuple[str, int, str]:
    """What proposals of one card have in common."""
    return proposal.page, proposal.place.start, proposal.item_hash


def rank(task: str) -> int:
    """Where a task stands among the proposals of one card."""
    return TASK_ORDER.index(task) if task in TASK_ORDER else len(TASK_ORDER)


def _block_at(page: Page, start: int) -> Block:
    return page.blocks[bisect_left(page.blocks, start, key=lambda block: block.start)]


def _lines(page: Page, block: Block, options: ExtractOptions) -> Iterator[tuple[int, Line]]:
    """Each line of a block and of those below it, with its first byte."""
    pending = [(block, 0)]
    while pending:
        current, depth = pending.pop()
        if depth:
            if item_kind(current, options) is not None:
                continue
            if is_metadata(read_text(page, current, options.item_names), options):
                pending += [(child, depth) for child in reversed(current.children)]
                continue
        yield from _lines_of(page, current, depth)
        pending += [(child, depth + 1) for child in reversed(current.children)]


def _lines_of(page: Page, block: Block, depth: int) -> Iterator[tuple[int, Line]]:
    hidden = [prop.span for prop in block.properties]
    hidden += [part.span for part in block.protected if part.kind == "drawer"]
    is_first = True
    for span in block.lines:
        if any(
            cut.start <= span.start and span.end <= cut.end for cut in hidden if cut.end > cut.start
        ):
            continue
        text = page.data[span.start : span.end].decode().rstrip()
        if is_first and not text:
            continue
        region = page.region_at(span.start)
        is_code = region is not None and region.kind == "fence"
        yield span.start, Line(depth, text, is_first, is_code)
        is_first = False
