"""Accepted proposals of one page made into one set of edits: all that fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refiner.logseq import Edit
from refiner.proposals.anchor import Anchored, anchor, locate_anchor
from refiner.proposals.flags import FLAG_LINE, join_flags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.proposals.model import Proposal


class Composed(NamedTuple):
    """What can be made of a page's proposals.

    Attributes:
        edits: In bytes of the page, ascending, not overlapping.
        taken: Each proposal whose edits are among them, with where it stands today.
        refused: Each of the others with the reason, and whether its block is gone (then it is
            stale) or only in another's way (then it waits).
    """

    edits: tuple[Edit, ...]
    taken: tuple[tuple[Proposal, Anchored], ...]
    refused: tuple[tuple[Proposal, str, bool], ...]


def compose(data: bytes, proposals: Sequence[Proposal]) -> Composed:
    """Find each proposal's block in a page, and put their edits together.

    Where two want the same bytes, a rewritten question wins over a typo inside it, and else the
    one that comes first; the other is refused with a message, never garbled.
    """
    taken: list[tuple[Proposal, Anchored]] = []
    refused: list[tuple[Proposal, str, bool]] = []
    for proposal in sorted(proposals, key=lambda p: (p.task != "question", p.place.start)):
        place = locate_anchor(data, proposal.place)
        if place is None:
            refused.append((proposal, "its block has changed since", True))
            continue
        if any(data[e.start : e.end] != e.old.encode() for e in place.edits):
            refused.append((proposal, "its text has changed since", True))
            continue
        other = next((p for p, at in taken if _collide(at, place)), None)
        if other is not None:
            refused.append((proposal, f"`{other.id}` ({other.task}) edits the same text", False))
            continue
        taken.append((proposal, place))
    edits = [edit for _, place in taken for edit in place.edits]
    return Composed(_flags_joined(edits), tuple(taken), tuple(refused))


def inverse(edits: Sequence[Edit], place: Anchored, result: bytes) -> Anchored:
    """What takes one proposal's edits back, in bytes of the page as it is after all edits.

    Args:
        edits: All edits that were made, ascending.
        place: One proposal's edits among them, in bytes of the page before.
        result: The page after.
    """
    back = []
    shift = 0
    own = {(edit.start, edit.end) for edit in place.edits}
    start, end = place.start, place.end
    for edit in edits:
        grown = len(edit.new.encode()) - len(edit.old.encode())
        if (edit.start, edit.end) in own:
            at = edit.start + shift
            back.append(Edit(at, at + len(edit.new.encode()), edit.new, edit.old))
        shift += grown
        if edit.end <= place.start and edit.start < place.start:
            start += grown
        if edit.end <= place.end:
            end += grown
    return anchor(result, start, end, back)


def _collide(one: Anchored, two: Anchored) -> bool:
    return any(
        _overlap(a, b) or _extends_lost_flag(a, b) or _extends_lost_flag(b, a)
        for a in one.edits
        for b in two.edits
    )


def _overlap(a: Edit, b: Edit) -> bool:
    if a.start < a.end and b.start < b.end:
        return a.start < b.end and b.start < a.end
    return a.start < b.start < a.end or b.start < a.start < b.end


def _extends_lost_flag(lost: Edit, added: Edit) -> bool:
    """Whether one edit adds a flag to a property whose line the other takes away."""
    return FLAG_LINE in lost.old and not lost.new and added.start == added.end == lost.end


def _flags_joined(edits: list[Edit]) -> tuple[Edit, ...]:
    """Edits in page order; flags of one block become one property, equal insertions one."""
    made: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        last = made[-1] if made else None
        if last is not None and last.start == last.end == edit.start == edit.end:
            key, found, value = edit.new.partition(FLAG_LINE)
            if edit.new == last.new:
                continue
            if found and last.new.startswith(key + FLAG_LINE):
                made[-1] = Edit(last.start, last.end, "", join_flags(last.new, value))
                continue
        made.append(edit)
    return tuple(made)
