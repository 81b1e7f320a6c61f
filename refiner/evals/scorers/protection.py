"""Whether a proposal changes what no task may touch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.logseq import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.logseq import Block, Edit, Span
    from refiner.proposals import Proposal

# The tool's own property may get another value.
OWN_PROPERTY = "refiner-flag"
FENCE = re.compile(r"```\w*")
# These two change white space alone, inside code too.
SPACING = frozenset({"listing", "whitespace"})


def touches_protected(page: bytes, proposal: Proposal) -> bool:
    """Whether an edit changes what lies in a link, code, a reference, a tag or a property.

    `listing` and `whitespace` may change white space there, and nothing else.
    """
    parts = [span for block in parse(page).blocks for span in _protected(block)]
    for edit in proposal.place.edits:
        if edit.start == edit.end:
            if any(span.start < edit.start < _end(page, span) for span in parts):
                return True
            continue
        inside = [span for span in parts if edit.start < span.end and span.start < edit.end]
        if not inside or (proposal.task in SPACING and _visible(edit.old) == _visible(edit.new)):
            continue
        if not _keeps(page, edit, inside):
            return True
    return False


def _protected(block: Block) -> Iterable[Span]:
    yield from (part.span for part in block.protected)
    yield from (tag.span for tag in block.tags)
    yield from (prop.span for prop in block.properties if prop.key != OWN_PROPERTY)


def _end(page: bytes, span: Span) -> int:
    """Where a part ends, without the newline that a fence or drawer takes along."""
    return span.start + len(page[span.start : span.end].rstrip(b"\r\n"))


def _keeps(page: bytes, edit: Edit, parts: Sequence[Span]) -> bool:
    """Whether each protected part inside an edit stands in its new text as it was."""
    return all(
        edit.start <= start and end <= edit.end and page[start:end].decode() in edit.new
        for start, end in parts
    )


def _visible(written: str) -> str:
    return re.sub(r"\s", "", FENCE.sub("", written))
