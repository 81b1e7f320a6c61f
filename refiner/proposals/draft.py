"""What a task proposes, before it has an identity and a place in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from refiner.logseq import Edit, Span

Source = Literal["rule", "model"]


@dataclass(frozen=True, slots=True)
class Flag:
    """What a `refiner-flag::` property says.

    Attributes:
        name: What is wrong: `truncated`, `duplicate`, …
        cause: Why, as the golden samples name it: `listing`, `figure`, …
        detail: The same in words for the person.
    """

    name: str
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Edits that belong together, with their reason.

    Attributes:
        task: The task that made it.
        rule: The rule that led to it.
        edits: Edits of one page, in bytes, non-overlapping, ascending: accepted or rejected
            together.
        reason: One sentence for the person.
        source: Who worded the edit.
        confidence: 0 to 1; what `auto_accept` compares with.
        flag: The flag that the edits put in, if they put in one.
    """

    task: str
    rule: str
    edits: tuple[Edit, ...]
    reason: str
    source: Source
    confidence: float
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why a task proposes nothing for a finding.

    Attributes:
        task: The task.
        rule: The rule that led to the finding.
        reason: A guard's name, or the model's own reason.
    """

    task: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlacedDraft:
    """A draft with the item that it is about.

    Attributes:
        draft: What is proposed.
        item_hash: 16 hex digits over the item's content, wherever it stands.
        line: 1-based line of the item's bullet.
        kind: Of the item.
        block: The item's bytes in the page, with all blocks below it.
        page_title: For the person.
        chapter: The blocks above the item, outermost first.
        model: The model that worded it, by its name for a person; None where a rule did.
        prompt: Name and version of the prompt, likewise.
        lang: Language of the item, ISO 639-1, or "" where unsure.
    """

    draft: Draft
    item_hash: str
    line: int
    kind: Literal["card", "passage"]
    block: Span
    page_title: str
    chapter: tuple[str, ...]
    model: str | None = None
    prompt: str | None = None
    lang: str = ""
