"""Listings that stand unfenced, on one line or without their indentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.lines import indentation, masked, read_lines
from refiner.logseq import Edit
from refiner.tasks.flagging import flag_draft, place_of
from refiner.tasks.listing.flat import find_flattened
from refiner.tasks.listing.unfenced import OF_CODE, Listing, fence, unfenced_listings
from refiner.tasks.model import Abstention, Ask, Draft, Finding, Flag, TaskName, TaskOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from refiner.cards import Book, Item, Text

_DETAIL = {
    "unfenced": "a listing stands outside a fence",
    "one-line": "a listing stands on one line",
    "lost-indentation": "a listing lost its indentation",
    "split": "a listing is split over several blocks",
}
_CONFIDENCE = {"unfenced": 0.85, "one-line": 0.75, "lost-indentation": 0.8, "split": 0.8}


class ListingTask:
    """Fences a listing, its characters but for white space unchanged; else flags it."""

    name: TaskName = "listing"

    def detect(self, item: Item, book: Book) -> list[Finding]:  # noqa: ARG002
        """What the rules see in the item, in page order."""
        metadata = {block.start for block in item.metadata}
        findings = []
        split_end = 0
        for part, (side, text) in enumerate(item.sides()):
            if side == "question" or text.block.start < split_end:
                continue
            has_children = any(child.start not in metadata for child in text.block.children)
            listings = _listings(text)
            unsure = [found for found in listings if found.fenced is None]
            for found in listings:
                # A flag for the whole paragraph, rather than one half in fences and the other not.
                is_sure = not any(_is_beside(text, found, other) for other in unsure)
                rule, fixed = found.rule, found.fenced if is_sure else None
                if has_children and _goes_on_in_children(text, found):
                    rule, fixed, split_end = "split", None, text.block.subtree_end
                findings.append(
                    Finding(
                        "listing",
                        rule,
                        side,
                        part,
                        found.start,
                        found.end,
                        _detail(rule, found),
                        fix=fixed,
                    )
                )
        return findings

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:  # noqa: ARG002
        """Nothing: rules decide."""
        return None

    def propose(
        self,
        item: Item,
        book: Book,  # noqa: ARG002
        findings: list[Finding],
        answer: BaseModel | None,  # noqa: ARG002
        options: TaskOptions,  # noqa: ARG002
    ) -> list[Draft | Abstention]:
        """A fence for each listing that can be restored for sure, a flag for the others."""
        sides = item.sides()
        drafts: list[Draft | Abstention] = []
        for finding in findings:
            text = sides[finding.part][1]
            old = text.text[finding.start : finding.end]
            if finding.fix is not None and _visible(finding.fix) == _visible(old):
                edit = fence_edit(text, finding.start, finding.end, finding.fix)
                if edit is not None:
                    drafts.append(
                        Draft(
                            "listing",
                            finding.rule,
                            (edit,),
                            f"{finding.detail[0].upper()}{finding.detail[1:]}.",
                            "rule",
                            _CONFIDENCE[finding.rule],
                        )
                    )
                    continue
            drafts += _flagged(item, text, finding)
        return drafts


def _is_beside(text: Text, one: Listing, other: Listing) -> bool:
    """Whether two listings stand in one paragraph."""
    start, end = min(one.end, other.end), max(one.start, other.start)
    return "\n\n" not in text.text[start:end]


def _goes_on_in_children(text: Text, found: Listing) -> bool:
    """Whether a listing stands open at its block's end, and `- ` made blocks of the rest."""
    code = text.text[found.start : found.end].rstrip()
    return not text.text[found.end :].strip() and code.endswith((":", "{", "[", "(", ",", "|"))


def fence_edit(text: Text, start: int, end: int, fenced: str) -> Edit | None:
    """The edit that puts the fence in, on lines of its own.

    The first line's own indentation is taken along. A tag behind the last line goes to a line of
    its own: on the line that closes a fence Logseq does not see it.
    """
    line = text.text[text.text.rfind("\n", 0, start) + 1 : start]
    has_words = bool(line.strip())
    start -= len(line) - len(line.rstrip()) if has_words else 0
    own_line = has_words and not fenced.startswith("\n")
    edit = text.edit(start, end, "\n" + fenced if own_line else fenced)
    if edit is None:
        return None
    own = "" if has_words else indentation(text, start)
    data = text.page.data
    line_end = data.find(b"\n", edit.end)
    rest = data[edit.end : line_end if line_end >= 0 else len(data)]
    gap = rest[: len(rest) - len(rest.lstrip(b" \t"))].decode()
    if not rest.strip():
        return Edit(edit.start - len(own), edit.end, own + edit.old, edit.new)
    new = edit.new + text.page.newline + text.continuation
    return Edit(edit.start - len(own), edit.end + len(gap), own + edit.old + gap, new)


def _detail(rule: str, found: Listing) -> str:
    detail = _DETAIL[rule]
    if found.lang:
        detail = detail.replace("a listing", f"a listing ({found.lang})", 1)
    return f"{detail}, where {found.lost} is not shown" if found.lost else detail


def _flagged(item: Item, text: Text, finding: Finding) -> Iterator[Draft]:
    place = place_of(item, text)
    detail = f"{finding.detail}; look at {place}" if place else finding.detail
    draft = flag_draft(
        "listing",
        finding.rule,
        text,
        Flag("listing", finding.rule, detail),
        f"{finding.detail[0].upper()}{finding.detail[1:]}, and how it stood is not sure.",
        0.7,
    )
    if draft is not None:
        yield draft


def _listings(text: Text) -> list[Listing]:
    """All listings of a text, in order."""
    found = list(unfenced_listings(text))
    lines = read_lines(masked(text, OF_CODE))
    for number, line in enumerate(lines):
        beside = lines[max(number - 1, 0) : number] + lines[number + 1 : number + 2]
        # Code that has its lines may have a long one.
        is_in_lines = line.kind == "code" and any(other.kind == "code" for other in beside)
        if not is_in_lines and all(line.end <= f.start or f.end <= line.start for f in found):
            found += _flattened(text, line.start, line.end)
    return sorted(found)


def _flattened(text: Text, start: int, end: int) -> Iterator[Listing]:
    """Code on one line of a text, words before and behind it."""
    for one in find_flattened(masked(text, OF_CODE | {"macro"})[start:end]):
        first, last = start + one.start, start + one.end
        fenced = None if _holds_words(text, first, last) else fence(one.code, one.lang)
        yield Listing(first, last, "one-line", one.lang, fenced)


def _holds_words(text: Text, start: int, end: int) -> bool:
    """Whether code holds a part that a fence would take away: a link, a cloze, a tag."""
    return any(
        part.start < end
        and start < part.end
        and (
            part.kind not in OF_CODE | {"macro"}
            or (part.kind == "macro" and text.text[part.start : part.end].startswith("{{cloze"))
        )
        for part in text.protected
    )


def _visible(written: str) -> str:
    """A listing without white space, and without the fence around it."""
    bare = re.sub(r"^```\w*\n|\n```$", "", written)
    return re.sub(r"\s", "", bare)


TASK = ListingTask()
