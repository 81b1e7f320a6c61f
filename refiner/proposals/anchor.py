"""Edits tied to the block that they stand in, so that they are found again when it moves."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from refiner.logseq import Edit, parse
from refiner.proposals.flags import FLAG_LINE, JOINT

if TYPE_CHECKING:
    from collections.abc import Sequence


class Anchored(NamedTuple):
    """Edits of a page, and the block that holds them.

    Attributes:
        start: First byte of the block; `end` is that behind its last child.
        digest: SHA-256 of these bytes, hex.
        edits: Byte offsets in the page, ascending, not overlapping.
    """

    start: int
    end: int
    digest: str
    edits: tuple[Edit, ...]

    def holds_in(self, data: bytes) -> bool:
        """Whether the block still stands where it stood, byte for byte."""
        return hashlib.sha256(data[self.start : self.end]).hexdigest() == self.digest

    def moved(self, by: int) -> Anchored:
        """The same some bytes further on."""
        edits = tuple(Edit(e.start + by, e.end + by, e.old, e.new) for e in self.edits)
        return Anchored(self.start + by, self.end + by, self.digest, edits)


def anchor(data: bytes, start: int, end: int, edits: Sequence[Edit]) -> Anchored:
    """Tie edits to the block between two bytes of a page."""
    digest = hashlib.sha256(data[start:end]).hexdigest()
    return Anchored(start, end, digest, tuple(sorted(edits, key=lambda e: (e.start, e.end))))


def locate_anchor(data: bytes, place: Anchored) -> Anchored | None:
    """Where the edits stand in a page of today, or None where their block is gone or changed.

    The nearest of several equal blocks is taken. Newlines at the block's end do not count: a
    block that came to stand at the page's end, or left it, is the same.
    """
    if place.holds_in(data) and _is_boundary(data, place):
        return place
    size = place.end - place.start
    found = [
        block.start
        for block in parse(data).blocks
        if block.subtree_end - block.start == size
        and hashlib.sha256(data[block.start : block.subtree_end]).hexdigest() == place.digest
    ]
    if not found:
        return None
    nearest = min(found, key=lambda start: abs(start - place.start))
    return place.moved(nearest - place.start)


def _is_boundary(data: bytes, place: Anchored) -> bool:
    """Whether a block ends where ours did: nothing was appended to its last line."""
    return place.end >= len(data) or data[place.end - 1 : place.end] in {b"\n", b"\r"}


def rebase(place: Anchored, made: Sequence[Edit], data: bytes) -> Anchored | None:
    """Where edits stand after others were made, or None where these took their text away.

    Args:
        place: Edits tied to the page before.
        made: The edits that were made, in bytes of the page before.
        data: The page's bytes after them.
    """
    edits = []
    for edit in place.edits:
        if any(_touches(edit, other) for other in made):
            return None
        start, end = _after(edit.start, made), _after(edit.end, made)
        if edit.start == edit.end:
            start = end = _after(edit.start, made, is_behind=True)
        edits.append(_joined(Edit(start, end, edit.old, edit.new), edit.start, made))
    return anchor(data, _after(place.start, made), _after(place.end, made, is_behind=True), edits)


def _touches(edit: Edit, other: Edit) -> bool:
    """Whether an edit that was made took away what another stands on."""
    if other.start == other.end:
        return edit.start < other.start < edit.end
    if edit.start == edit.end:
        return other.start < edit.start < other.end
    return edit.start < other.end and other.start < edit.end


def _after(at: int, made: Sequence[Edit], *, is_behind: bool = False) -> int:
    """Where a byte stands after edits; behind those that end at it, or before insertions there."""
    shift = 0
    for edit in made:
        is_insertion_here = edit.start == edit.end == at
        if edit.end < at or (edit.end == at and (is_behind or not is_insertion_here)):
            shift += len(edit.new.encode()) - len(edit.old.encode())
    return at + shift


def _joined(edit: Edit, was_at: int, made: Sequence[Edit]) -> Edit:
    """A flag behind another that was just put in: one property holds both."""
    key, found, value = edit.new.partition(FLAG_LINE)
    if not found or edit.old:
        return edit
    for other in made:
        if other.start == other.end == was_at and other.new.partition(FLAG_LINE)[0] == key:
            return Edit(edit.start, edit.end, "", JOINT + value)
    return edit
