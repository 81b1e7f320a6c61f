"""Proposals for tests, from the text that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from refiner.logseq import Edit, parse
from refiner.proposals import make_proposals

if TYPE_CHECKING:
    from refiner.proposals import Proposal

PAGE = b"- one registy #car\n\t- a contain- ner\n- two #car\n\t- yes\n"


def edit(data: bytes, old: str, new: str) -> Edit:
    """The edit of the first place of a text."""
    start = data.index(old.encode())
    return Edit(start, start + len(old.encode()), old, new)


def propose(data: bytes, *edits: Edit, task: str = "typo", **fields: Any) -> Proposal:  # noqa: ANN401 - fields of a proposal
    block = max(
        (b for b in parse(data).blocks if b.parent is None and b.start <= edits[0].start),
        key=lambda b: b.start,
    )
    values = {
        "item_hash": "0" * 16,
        "task": task,
        "rule": "misspelling",
        "line": 1,
        "kind": "card",
        "page_title": "One",
        "chapter": ("Chapter 1",),
        "reason": "“registy” is no word",
        "source": "rule",
        "confidence": 0.9,
        "flag": None,
        "model": None,
        "prompt": None,
        "edits": edits,
        "block": (block.start, block.subtree_end),
        **fields,
    }
    return make_proposals(data, "pages/One.md", [values])[0]
