"""Where the rest of a cut text stands: in a block beside it, or where in the book.

A neighbour is named only where it holds the rest for sure: it says that it goes on from the one
before, or it begins with a small letter on the same or the next page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.tasks.flagging import is_continuation, place_of
from refiner.tasks.truncation.beginnings import begins_small
from refiner.tasks.truncation.cut import Cut, shown
from refiner.tasks.truncation.endings import ends_openly

if TYPE_CHECKING:
    from refiner.cards import Book, Item, Text

# `(Page 12)`, `([Location 758](…))`: the source that a reader's export puts below a highlight.
_SOURCE = re.compile(r"\(\[?(?P<kind>[^\W\d_]+)[\s\u00a0](?P<number>\d+)[)\]]")
# Causes whose rest a listing or a figure may be.
_POINTING = frozenset({"listing", "dangling-reference", "colon"})


def source_of(item: Item) -> tuple[str, int] | None:
    """Where in the book an item was marked: `("page", 12)`, or None where its blocks do not say."""
    for block in item.metadata:
        written = item.question.page.data[block.start : block.end].decode()
        found = _SOURCE.search(written)
        if found is not None:
            return found["kind"].lower(), int(found["number"])
    return None


def rest_after(item: Item, book: Book) -> Item | None:
    """The next item, where it goes on with this one's last sentence."""
    _, after = book.neighbours(item)
    return after[0] if after and _goes_on(item, after[0]) else None


def rest_before(item: Item, book: Book) -> Item | None:
    """The item before, where this one goes on with its last sentence."""
    before, _ = book.neighbours(item)
    return before[-1] if before and _goes_on(before[-1], item) else None


def open_end(text: Text, rest: Item | None) -> Cut | None:
    """The end of a text without an end mark whose sentence goes on in another item, or None."""
    if rest is None or not ends_openly(text):
        return None
    end = len(text.text.rstrip())
    start = text.text.rfind("\n", 0, end) + 1
    return Cut("mid-sentence", start, end, f'stops at "{shown(text.text[start:end])}"')


def place_to_look(item: Item, book: Book, text: Text, rule: str) -> str:
    """Where the rest may stand: the block that holds it, what the text points to, or its place.

    Args:
        item: The item that is cut.
        book: Its page.
        text: The block's text.
        rule: How it is cut.
    """
    before, after = book.neighbours(item)
    if rule == "starts-mid-sentence":
        near, name = rest_before(item, book), "before"
        if near is None and before and is_continuation(item):
            near = before[-1]
    else:
        near, name = rest_after(item, book), "next"
        if near is None and after and is_continuation(after[0]):
            near = after[0]
    if near is not None:
        kind = f"{near.kind} before" if name == "before" else f"next {near.kind}"
        return f"the {kind} (line {near.line})"
    place = place_of(item, text) if rule in _POINTING else ""
    source = source_of(item)
    return place or (f"{source[0]} {source[1]}" if source else "")


def _goes_on(one: Item, other: Item) -> bool:
    """Whether one item's last sentence goes on in the other."""
    last = one.sides()[-1][1]
    first = other.sides()[min(1, len(other.sides()) - 1)][1]
    if other.kind == "card" and not other.answers:
        return False
    if not (ends_openly(last) and begins_small(first)):
        return False
    return is_continuation(other) or _is_next_page(source_of(one), source_of(other))


def _is_next_page(one: tuple[str, int] | None, other: tuple[str, int] | None) -> bool:
    if one is None or other is None:
        return False
    return one[0] == other[0] and other[1] - one[1] == 1
