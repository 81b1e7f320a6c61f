"""Texts that a highlight cut off: flagged with cause and place, never completed.

Rules alone decide, and only where they are sure. A 1.5B model as judge of the other ends was
measured: it found none of the cut ones and called a complete text cut (`eval/README.md`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.tasks.flagging import flag_draft, is_continuation, place_of
from refiner.tasks.model import Abstention, Ask, Draft, Finding, Flag, TaskName, TaskOptions
from refiner.tasks.truncation.endings import (
    Cut,
    cut_at_end,
    cut_at_start,
    cut_question,
    cut_to_letters,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.cards import Book, Item, Side, Text

_CONFIDENCE = {
    "listing": 0.95,
    "dangling-reference": 0.95,
    "colon": 0.85,
    "mid-sentence": 0.9,
    "unclosed": 0.8,
    "stray-letters": 0.9,
    "starts-mid-sentence": 0.85,
}


class TruncationTask:
    """Flags the block whose text is cut, and says where the rest may be found."""

    name: TaskName = "truncation"

    def detect(self, item: Item, book: Book) -> list[Finding]:  # noqa: ARG002
        """What the rules see in the item, in page order."""
        sides = item.sides()
        answer = [
            (part, side, text) for part, (side, text) in enumerate(sides) if side != "question"
        ]
        if not answer:
            return []
        found: list[tuple[int, Side, Cut | None]] = []
        if item.kind == "card":
            found.append((0, "question", cut_question(item.question)))
        part, side, text = answer[0]
        start = cut_at_start(text, is_rest=is_continuation(item), is_passage=item.kind == "passage")
        found.append((part, side, start))
        part, side, text = answer[-1]
        if not _goes_on_below(item, text):
            stray = cut_to_letters(text, answer[-2][2]) if len(answer) > 1 else None
            found.append((part, side, stray or cut_at_end(text)))
        return [
            Finding(
                "truncation", cut.cause, side, part, cut.start, cut.end, cut.detail, cut.is_sure
            )
            for part, side, cut in found
            if cut is not None
        ]

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:  # noqa: ARG002
        """Nothing is asked."""
        return None

    def propose(
        self,
        item: Item,
        book: Book,
        findings: list[Finding],
        answer: BaseModel | None,  # noqa: ARG002
        options: TaskOptions,  # noqa: ARG002
    ) -> list[Draft | Abstention]:
        """One flag for each block that is cut."""
        proposed: list[Draft | Abstention] = []
        by_part: dict[int, list[Finding]] = {}
        for finding in findings:
            if finding.is_sure:
                by_part.setdefault(finding.part, []).append(finding)
            else:
                proposed.append(Abstention("truncation", finding.rule, "no rule is sure"))
        for part, found in by_part.items():
            draft = _draft(item, book, part, found)
            if draft is not None:
                proposed.append(draft)
        return proposed


def _draft(item: Item, book: Book, part: int, found: list[Finding]) -> Draft | None:
    """The flag for one block, with all that was seen in it."""
    text = item.sides()[part][1]
    main = found[-1]
    seen = "; ".join(finding.detail for finding in found)
    places = _places(item, book, text, found)
    detail = f"{seen}; look at {places}" if places else seen
    return flag_draft(
        "truncation",
        main.rule,
        text,
        Flag("truncated", main.rule, detail),
        f"The text is cut: {seen}.",
        _CONFIDENCE[main.rule],
        "rule",
    )


def _goes_on_below(item: Item, text: Text) -> bool:
    """Whether a passage has blocks below it that are no metadata: its rest."""
    if item.kind == "card":
        return False
    metadata = {block.start for block in item.metadata}
    return any(child.start not in metadata for child in text.block.children)


def _places(item: Item, book: Book, text: Text, found: list[Finding]) -> str:
    """Where the rest may stand: in the book, and in the card after or before."""
    places = [place_of(item, text)]
    before, after = book.neighbours(item)
    if found[0].rule == "starts-mid-sentence" and before:
        places.append(f"the {before[-1].kind} before (line {before[-1].line})")
    if found[-1].rule != "starts-mid-sentence" and after and _holds_rest(after[0]):
        places.append(f"the next {after[0].kind} (line {after[0].line})")
    return " and ".join(filter(None, places))


def _holds_rest(item: Item) -> bool:
    if is_continuation(item):
        return True
    text = item.answers[0] if item.answers else item.question
    return (item.kind == "passage" and text.text[:1].islower()) or cut_at_start(text) is not None


TASK = TruncationTask()
