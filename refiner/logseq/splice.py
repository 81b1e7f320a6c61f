"""Edits of a page's bytes: all or none, and no byte outside their spans."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Edit(NamedTuple):
    """Puts `new` in the place of the bytes start to end, which read `old`.

    An insertion has start == end and old == "".
    """

    start: int
    end: int
    old: str
    new: str


class SpliceError(ValueError):
    """Edits that can't be made: they overlap, or the page reads otherwise.

    Attributes:
        edit: The edit that can't be made.
    """

    def __init__(self, edit: Edit, problem: str) -> None:
        super().__init__(f"bytes {edit.start} to {edit.end}: {problem}")
        self.edit = edit


def splice(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Make all edits, or none.

    Two insertions at one place are made in the order given.

    Raises:
        SpliceError: Two edits overlap, or the bytes do not read `old`.
    """
    parts = []
    at = 0
    for edit in sorted(edits, key=_place):
        if edit.start < at:
            raise SpliceError(edit, "overlaps the edit before it")
        found = data[edit.start : edit.end]
        if found != edit.old.encode() or edit.end > len(data):
            raise SpliceError(
                edit, f"expected {edit.old!r}, found {found.decode(errors='replace')!r}"
            )
        parts += [data[at : edit.start], edit.new.encode()]
        at = edit.end
    parts.append(data[at:])
    return b"".join(parts)


def _place(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end
