"""Texts that a highlight cut off: flagged with cause and place, never completed.

Rules alone decide. A 1.5B model as judge of other ends was measured: it found none of the cut ones
and called a complete text cut (`eval/README.md`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.cards import language_of
from refiner.tasks.flagging import flag_draft, is_continuation
from refiner.tasks.model import Abstention, Ask, Draft, Finding, Flag, TaskName, TaskOptions
from refiner.tasks.truncation.beginnings import cut_at_start
from refiner.tasks.truncation.endings import cut_at_end, cut_question, cut_to_letters
from refiner.tasks.truncation.rest import open_end, place_to_look, rest_after, rest_before

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.cards import Book, Item, Side, Text
    from refiner.tasks.truncation.cut import Cut

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

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """What the rules see in the item, in page order."""
        sides = item.sides()
        answer = [
            (part, side, text) for part, (side, text) in enumerate(sides) if side != "question"
        ]
        if not answer:
            return []
        found: list[tuple[int, Side, Cut | None]] = []
        if item.kind == "card":
            lang = language_of(item, book, "question")
            found.append((0, "question", cut_question(item.question, lang)))
        part, side, text = answer[0]
        lang = language_of(item, book, side)
        is_rest = is_continuation(item) or rest_before(item, book) is not None
        start = cut_at_start(text, lang, is_rest=is_rest, is_passage=item.kind == "passage")
        found.append((part, side, start))
        part, side, text = answer[-1]
        if not _goes_on_below(item, text):
            stray = cut_to_letters(text, answer[-2][2]) if len(answer) > 1 else None
            cut = stray or cut_at_end(text, lang)
            found.append((part, side, cut or open_end(text, rest_after(item, book))))
        return [
            Finding("truncation", cut.cause, side, part, cut.start, cut.end, cut.detail)
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
        by_part: dict[int, list[Finding]] = {}
        for finding in findings:
            by_part.setdefault(finding.part, []).append(finding)
        drafts = (_draft(item, book, part, found) for part, found in by_part.items())
        return [draft for draft in drafts if draft is not None]


def _draft(item: Item, book: Book, part: int, found: list[Finding]) -> Draft | None:
    """The flag for one block, with all that was seen in it."""
    text = item.sides()[part][1]
    main = found[-1]
    seen = "; ".join(finding.detail for finding in found)
    places = [place_to_look(item, book, text, finding.rule) for finding in found]
    named = " and ".join(dict.fromkeys(filter(None, places)))
    detail = f"{seen}; look at {named}" if named else seen
    return flag_draft(
        "truncation",
        main.rule,
        text,
        Flag("truncated", main.rule, detail),
        f"The text is cut: {seen}.",
        _CONFIDENCE[main.rule],
    )


def _goes_on_below(item: Item, text: Text) -> bool:
    """Whether a passage has blocks below it that are no metadata: its rest."""
    if item.kind == "card":
        return False
    metadata = {block.start for block in item.metadata}
    return any(child.start not in metadata for child in text.block.children)


TASK = TruncationTask()
