"""On one text there is one proposal: which draft stays where rules and model would change the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from refiner.tasks.flagging import MOOT
from refiner.tasks.model import Abstention, Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.logseq import Edit


def settled(
    rules: Sequence[Draft | Abstention],
    model: Sequence[Draft | Abstention],
) -> list[Draft | Abstention]:
    """The drafts of rules and model without those that another one makes moot.

    A new question or a restored listing takes in what rules would change inside it, and a
    correction the doubled blanks inside it; elsewhere a rule's edit wins, and of the model's own
    the earlier. A rule's mark of a listing that it can't restore stays until the model restores one.

    Args:
        rules: What rules alone propose.
        model: What the answer proposes.
    """
    wide = [d for d in model if isinstance(d, Draft) and _is_wide(d)]
    mended = [edit for d in model if isinstance(d, Draft) and d.task == "typo" for edit in d.edits]
    has_question = any(d.task == "question" for d in wide)
    has_listing = any(d.task == "listing" for d in wide)
    kept: list[Draft | Abstention] = []
    for draft in rules:
        if isinstance(draft, Abstention):
            if not (draft.task == "question" and has_question):
                kept.append(draft)
            continue
        if draft.flag is not None:
            is_moot = has_question and draft.flag.name in MOOT
            if not (is_moot or (draft.task == "listing" and has_listing)):
                kept.append(draft)
            continue
        edits = tuple(
            edit
            for edit in draft.edits
            if not any(overlap(edit, other) for one in wide for other in one.edits)
            and not (draft.task == "whitespace" and any(_holds(other, edit) for other in mended))
        )
        if edits:
            kept.append(replace(draft, edits=edits))
    taken = [edit for d in kept if isinstance(d, Draft) and d.flag is None for edit in d.edits]
    for draft in model:
        if isinstance(draft, Abstention):
            kept.append(draft)
            continue
        if draft.flag is None and draft.task != "cloze":
            if any(overlap(edit, other) for edit in draft.edits for other in taken):
                continue
            taken += draft.edits
        kept.append(draft)
    return kept


def _is_wide(draft: Draft) -> bool:
    return draft.flag is None and draft.task in {"question", "listing"}


def _holds(one: Edit, other: Edit) -> bool:
    """Whether an edit replaces all that another would change."""
    return one.start <= other.start and other.end <= one.end and one.start < one.end


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits change the same text; of insertions, whether they stand at one place."""
    if one.start == one.end and other.start == other.end:
        return one.start == other.start
    if one.start == one.end:
        return other.start < one.start < other.end
    if other.start == other.end:
        return one.start < other.start < one.end
    return one.start < other.end and other.start < one.end
