"""A proposal: edits of one page with their reason, waiting for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from refiner.logseq import Edit

State = Literal["pending", "accepted", "rejected", "applied", "stale"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person decides on.

    Attributes:
        id: 12 hex digits: unique to its place, the same from run to run while place and
            content are the same.
        key: 32 hex digits over task, the item's normalised text and the edit, without the
            page: decisions are remembered under it.
        page: Path in the graph, with `/`.
        line: 1-based line of the item's bullet when the proposal was made.
        kind: `card` or `passage`.
        task: `question`, `typo`, `whitespace`, `cloze`, `truncation`, `listing` or `flag`.
        rule: The rule that led to it.
        state: Where it is in its life.
        edits: Byte offsets in the page as read; old and new as text; ascending.
        before: The edited blocks' text as it was, bullets and indentation off; `after` likewise.
        page_title: For the person; `chapter`: the blocks above, outermost first.
        block_start: First byte of the item's subtree when read; `block_end` its end;
            `block_hash` the SHA-256 of those bytes (hex): apply refuses when they have moved
            or changed beyond finding.
        flag: `{"name", "cause", "detail"}` or None.
        reason: One sentence.
        source: `rule` or `model`; then `model` and `prompt` (name@version) say which.
        confidence: 0 to 1.
        note: `accepted before` on a re-export, the person's comment, or "".
    """

    id: str
    key: str
    page: str
    line: int
    kind: Literal["card", "passage"]
    task: str
    rule: str
    edits: tuple[Edit, ...]
    before: str
    after: str
    page_title: str
    chapter: tuple[str, ...]
    block_start: int
    block_end: int
    block_hash: str
    reason: str
    source: Literal["rule", "model"]
    confidence: float
    state: State = "pending"
    flag: dict[str, str] | None = None
    model: str | None = None
    prompt: str | None = None
    note: str = ""
