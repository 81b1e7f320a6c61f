"""A proposal: edits of one page with their reason, waiting for a person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from refiner.proposals.anchor import Anchored
    from refiner.proposals.draft import Flag, Source

State = Literal["pending", "accepted", "rejected", "applied", "stale"]
STATES: tuple[State, ...] = ("pending", "accepted", "rejected", "applied", "stale")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person decides on.

    Attributes:
        id: 12 hex digits: unique to its place, the same from run to run while place and
            content are the same.
        item_hash: 16 hex digits over the item's content, wherever it stands; decisions are
            remembered under it and `edit_hash`.
        edit_hash: 16 hex digits over task and edit.
        page: Path in the graph, with `/`.
        line: 1-based line of the item's bullet when the proposal was made.
        kind: `card` or `passage`.
        task: The task that made it.
        rule: The rule that led to it.
        place: The edits, in bytes of the page as read, and the block that they stand in.
        before: The edited lines as they were, block indentation off; `after` likewise.
        page_title: For the person; `chapter`: the blocks above, outermost first.
        flag: What a flag that it sets says, or None.
        reason: One sentence.
        source: `rule` or `model`; then `model` and `prompt` (name@version) say which.
        confidence: 0 to 1.
        state: Where it is in its life.
        lang: Language of the item, ISO 639-1, or "" where unsure.
        note: `accepted before` on a re-export, or "".
        comment: What the person wrote below it on the review page, or "".
        sentence_hash: The edit in its sentence: a decision holds as long as these stay; "" where
            the sentence says too little.
    """

    id: str
    item_hash: str
    edit_hash: str
    page: str
    line: int
    kind: Literal["card", "passage"]
    task: str
    rule: str
    place: Anchored
    before: str
    after: str
    page_title: str
    chapter: tuple[str, ...]
    reason: str
    source: Source
    confidence: float
    state: State = "pending"
    flag: Flag | None = None
    model: str | None = None
    prompt: str | None = None
    lang: str = ""
    note: str = ""
    comment: str = ""
    sentence_hash: str = ""


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """A proposal as `--json` prints it: an interface, see the changelog."""
    return {
        "id": proposal.id,
        "page": proposal.page,
        "line": proposal.line,
        "kind": proposal.kind,
        "task": proposal.task,
        "state": proposal.state,
        "edits": [edit._asdict() for edit in proposal.place.edits],
        "before": proposal.before,
        "after": proposal.after,
        "flag": None if proposal.flag is None else asdict(proposal.flag),
        "reason": proposal.reason,
        "source": proposal.source,
        "model": proposal.model,
        "prompt": proposal.prompt,
        "confidence": proposal.confidence,
    }
