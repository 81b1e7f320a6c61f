"""Drafts made into proposals: with an identity, a place, and the lines as a person sees them."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from refiner.proposals.anchor import anchor
from refiner.proposals.model import Proposal
from refiner.proposals.sentence import sentence_digest
from refiner.proposals.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.logseq import Edit
    from refiner.proposals.draft import Flag, PlacedDraft


def edit_digest(task: str, edits: Sequence[Edit], flag: Flag | None) -> str:
    """16 hex digits over what an edit does, wherever it does it.

    A flag is its name and cause: the detail may name a line that moves. Elsewhere indentation
    and line wraps do not count, but where white space is all that changes.
    """
    if flag is not None:
        parts = [task, flag.name, flag.cause]
    elif task == "whitespace":
        parts = [task, *(text for edit in edits for text in (edit.old, edit.new))]
    else:
        parts = [task, *(_folded(text) for edit in edits for text in (edit.old, edit.new))]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def make_proposals(data: bytes, page: str, drafts: Iterable[PlacedDraft]) -> list[Proposal]:
    """Proposals of one page, in page order; identical edits are one proposal.

    Args:
        data: The page's bytes.
        page: Its path in the graph.
        drafts: What is proposed about its items.
    """
    proposals = []
    met: Counter[str] = Counter()
    seen: set[tuple[Edit, ...]] = set()
    for placed in sorted(drafts, key=_place):
        draft = placed.draft
        if draft.edits in seen:
            continue
        seen.add(draft.edits)
        edit_hash = edit_digest(draft.task, draft.edits, draft.flag)
        identity = f"{page}\x00{placed.item_hash}\x00{edit_hash}"
        number = met[identity]
        met[identity] += 1
        view = view_of(data, draft.edits)
        proposals.append(
            Proposal(
                id=hashlib.sha256(f"{identity}\x00{number}".encode()).hexdigest()[:12],
                item_hash=placed.item_hash,
                edit_hash=edit_hash,
                page=page,
                line=placed.line,
                kind=placed.kind,
                task=draft.task,
                rule=draft.rule,
                place=anchor(data, placed.block.start, placed.block.end, draft.edits),
                before=view.before,
                after=view.after,
                page_title=placed.page_title,
                chapter=placed.chapter,
                reason=draft.reason,
                source=draft.source,
                confidence=draft.confidence,
                flag=draft.flag,
                model=placed.model,
                prompt=placed.prompt,
                sentence_hash=sentence_digest(data, draft, placed.block.start),
                lang=placed.lang,
            )
        )
    return proposals


def _place(placed: PlacedDraft) -> tuple[int, str]:
    return placed.draft.edits[0].start, placed.draft.task


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
