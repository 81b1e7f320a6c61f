"""Drafts made into proposals: with an identity, a place, and the lines as a person sees them."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

from refiner.proposals.anchor import anchor
from refiner.proposals.model import Proposal
from refiner.proposals.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.logseq import Edit


def edit_digest(task: str, edits: Sequence[Edit], flag: dict[str, str] | None) -> str:
    """16 hex digits over what an edit does, wherever it does it.

    A flag is its name and cause: the detail may name a line that moves. Elsewhere indentation
    and line wraps do not count, but where white space is all that changes.
    """
    if flag is not None:
        parts = [task, flag["name"], flag["cause"]]
    elif task == "whitespace":
        parts = [task, *(text for edit in edits for text in (edit.old, edit.new))]
    else:
        parts = [task, *(_folded(text) for edit in edits for text in (edit.old, edit.new))]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def make_proposals(data: bytes, page: str, drafts: Iterable[dict[str, Any]]) -> list[Proposal]:
    """Proposals of one page, in page order; identical edits are one proposal.

    Args:
        data: The page's bytes.
        page: Its path in the graph.
        drafts: Fields of `Proposal`, with `edits`, and `block` (start and end of the item's
            bytes) in the place of what is worked out here: id, hashes, place, before and after.
    """
    proposals = []
    met: Counter[str] = Counter()
    seen: set[tuple[Edit, ...]] = set()
    for fields in sorted(drafts, key=lambda d: (d["edits"][0].start, d["task"])):
        edits, (start, end) = fields.pop("edits"), fields.pop("block")
        if edits in seen:
            continue
        seen.add(edits)
        edit_hash = edit_digest(fields["task"], edits, fields.get("flag"))
        identity = f"{page}\x00{fields['item_hash']}\x00{edit_hash}"
        number = met[identity]
        met[identity] += 1
        view = view_of(data, edits)
        proposals.append(
            Proposal(
                id=hashlib.sha256(f"{identity}\x00{number}".encode()).hexdigest()[:12],
                edit_hash=edit_hash,
                page=page,
                place=anchor(data, start, end, edits),
                before=view.before,
                after=view.after,
                **fields,
            )
        )
    return proposals


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
