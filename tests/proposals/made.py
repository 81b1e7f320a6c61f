"""Proposals for tests, from the text that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.logseq import Edit, Span, parse
from refiner.proposals import Draft, PlacedDraft, make_proposals

if TYPE_CHECKING:
    from refiner.proposals import Flag, Proposal

PAGE = b"- one registy #car\n\t- a contain- ner\n- two #car\n\t- yes\n"


def edit(data: bytes, old: str, new: str) -> Edit:
    """The edit of the first place of a text."""
    start = data.index(old.encode())
    return Edit(start, start + len(old.encode()), old, new)


def propose(
    data: bytes,
    *edits: Edit,
    task: str = "typo",
    flag: Flag | None = None,
    reason: str = "“registy” is no word",
    chapter: tuple[str, ...] = ("Chapter 1",),
) -> Proposal:
    """A proposal about the outermost block that the first edit stands in."""
    block = max(
        (b for b in parse(data).blocks if b.parent is None and b.start <= edits[0].start),
        key=lambda b: b.start,
    )
    draft = Draft(task, "misspelling", edits, reason, "rule", 0.9, flag)
    placed = PlacedDraft(
        draft=draft,
        item_hash="0" * 16,
        line=1,
        kind="card",
        block=Span(block.start, block.subtree_end),
        page_title="One",
        chapter=chapter,
    )
    return make_proposals(data, "pages/One.md", [placed])[0]
