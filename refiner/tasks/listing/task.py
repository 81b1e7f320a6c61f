"""Listings that stand unfenced, on one line or without their indentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import Line, indentation, is_prose_like, masked, read_lines
from refiner.logseq import Edit
from refiner.tasks.flagging import flag_draft, place_of
from refiner.tasks.listing.code_language import code_language
from refiner.tasks.listing.restoring import (
    broken_into_lines,
    indented_by_braces,
    indented_yaml,
    lost_indentation,
    statements,
)
from refiner.tasks.model import Abstention, Ask, Draft, Finding, Flag, TaskName, TaskOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from refiner.cards import Book, Item, Text
    from refiner.cards.text import GuardedKind

_DETAIL = {
    "unfenced": "a listing stands outside a fence",
    "one-line": "a listing stands on one line",
    "lost-indentation": "a listing lost its indentation",
    "split": "a listing is split over several blocks",
}
_CONFIDENCE = {"unfenced": 0.85, "one-line": 0.75, "lost-indentation": 0.8, "split": 0.8}
# What Logseq takes for a part of its own in code that stands unfenced: `<stdio.h>`, `#include`.
_OF_CODE: frozenset[GuardedKind] = frozenset(("html", "math", "url", "tag"))
_COLUMNS = "   "
_LEAST_LINES = 2
_LEAST_STATEMENTS = 2
_LONGEST = 60
# What YAML has and a list of terms has not: nesting, items, values that are no word.
_YAML_SIGN = re.compile(
    r"\s*(?:-\s.*|(?:-\s+)?[\"']?[\w./$-]+[\"']?:\s*(?:$|[^\sA-Za-zÀ-ÿ].*|\S*[\d/:@=].*)"
    r"|(?:apiVersion|kind|metadata|spec|version|name|image|type):\s.*)$"
)
_PROMPT = re.compile(r"\s*(?:[$%]|[\w.-]+@[\w.-]+:\S*[$#])\s")
_CODE_SIGN = re.compile(r"[{}()\[\];=<>|&$\\#@_/]")


class _Listing(NamedTuple):
    """A run of code lines: half-open range in the text, and the rule it breaks."""

    start: int
    end: int
    rule: str
    lang: str
    fenced: str | None


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
            for found in _listings(text):
                rule, fixed = found.rule, found.fenced
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
                        _DETAIL[rule],
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


def _goes_on_in_children(text: Text, found: _Listing) -> bool:
    """Whether a listing stands open at its block's end, and `- ` made blocks of the rest."""
    code = text.text[found.start : found.end].rstrip()
    return not text.text[found.end :].strip() and code.endswith((":", "{", "[", "(", ",", "|"))


def fence_edit(text: Text, start: int, end: int, fenced: str) -> Edit | None:
    """The edit that puts the fence in, the first line's own indentation taken along.

    A tag behind the last line goes to a line of its own: on the line that closes a fence Logseq
    does not see it.
    """
    edit = text.edit(start, end, fenced)
    if edit is None:
        return None
    own = indentation(text, start)
    data = text.page.data
    line_end = data.find(b"\n", edit.end)
    rest = data[edit.end : line_end if line_end >= 0 else len(data)]
    gap = rest[: len(rest) - len(rest.lstrip(b" \t"))].decode()
    if not rest.strip():
        return Edit(edit.start - len(own), edit.end, own + edit.old, edit.new)
    new = edit.new + text.page.newline + text.continuation
    return Edit(edit.start - len(own), edit.end + len(gap), own + edit.old + gap, new)


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


def _listings(text: Text) -> Iterator[_Listing]:
    lines = read_lines(masked(text, _OF_CODE))
    for run in _runs(text, lines):
        start, end = run[0].start, run[-1].end
        code = text.text[start:end]
        rows = [
            indentation(text, line.start) + text.text[line.start : line.end]
            if line.end > line.start
            else ""
            for line in run
        ]
        lang = code_language(code)
        if not _is_listing(run, rows, lang):
            continue
        if len(rows) == 1:
            yield from _one_line(start, end, code, lang)
        elif lost_indentation(rows, lang):
            restored = indented_yaml(code) if lang == "yaml" else indented_by_braces(code, lang)
            yield _Listing(start, end, "lost-indentation", lang, _fence(restored, lang))
        else:
            yield _Listing(start, end, "unfenced", lang, _fence(_dedented(rows), lang))


def _runs(text: Text, lines: tuple[Line, ...]) -> Iterator[list[Line]]:
    """Runs of code lines whose first and last line are sure.

    A run takes in what a command printed. One that a line follows, or precedes, which may be
    code as well as words is left alone: half a listing in a fence is worse than none.
    """
    number = 0
    while number < len(lines):
        if not _is_code(text, lines[number]):
            number += 1
            continue
        first = number
        while number < len(lines) and _goes_on(text, lines, first, number):
            number += 1
        run = _trimmed(list(lines[first:number]))
        before = lines[first - 1] if first else None
        if not (before and _may_be_code(text, before)) and not (
            number < len(lines) and _may_be_code(text, lines[number])
        ):
            yield run


def _is_code(text: Text, line: Line) -> bool:
    return line.kind == "code" and not _holds_protected(text, line)


def _holds_protected(text: Text, line: Line) -> bool:
    """Whether a line has a part that a fence would take away: a link, a macro, a tag behind words."""
    return any(
        part.start < line.end
        and line.start < part.end
        and (part.kind not in _OF_CODE or (part.kind == "tag" and part.start > line.start))
        for part in text.protected
    )


def _goes_on(text: Text, lines: tuple[Line, ...], first: int, number: int) -> bool:
    line = lines[number]
    if _holds_protected(text, line):
        return False
    if line.kind == "code" or (line.kind == "table" and lines[number - 1].kind != "blank"):
        return True
    if line.kind == "blank":
        return line.start == line.end
    written = text.text[line.start : line.end]
    head = lines[first]
    is_output = _PROMPT.match(text.text[head.start : head.end]) is not None
    is_deeper = len(indentation(text, line.start)) > len(indentation(text, head.start))
    is_next = lines[number - 1].kind != "blank"
    is_words = is_prose_like(written) and _COLUMNS not in written
    return is_deeper or (is_output and is_next and not is_words)


def _may_be_code(text: Text, line: Line) -> bool:
    """Whether a line beside a run could be a part of it: words alone, or a sentence, can't."""
    if line.kind in {"blank", "caption", "heading"}:
        return False
    written = text.text[line.start : line.end].rstrip()
    return (
        not is_prose_like(written)
        and not written.endswith((":", ".", "!", "?"))
        and _CODE_SIGN.search(written) is not None
    )


def _trimmed(run: list[Line]) -> list[Line]:
    while run[-1].kind == "blank":
        run.pop()
    return run


def _is_listing(run: list[Line], rows: list[str], lang: str) -> bool:
    """Whether a run of code lines is a listing: not a glossary (`Sand: coarse`), nor one line."""
    if lang == "yaml":
        return any(_YAML_SIGN.match(row) for row in rows)
    if len(run) == 1:
        return statements(rows[0]) >= _LEAST_STATEMENTS
    return bool(lang) or sum(line.kind == "code" for line in run) > _LEAST_LINES


def _one_line(start: int, end: int, code: str, lang: str) -> Iterator[_Listing]:
    """A single code line: a listing only where several statements stand on it."""
    if len(code) < _LONGEST:
        return
    restored = broken_into_lines(code, lang)
    yield _Listing(start, end, "one-line", lang, _fence(restored, lang))


def _dedented(rows: list[str]) -> str:
    common = min(len(row) - len(row.lstrip()) for row in rows if row.strip())
    return "\n".join(row[common:].rstrip() for row in rows)


def _fence(code: str | None, lang: str) -> str | None:
    if code is None or "```" in code:
        return None
    return f"```{lang}\n{code}\n```"


def _visible(written: str) -> str:
    """A listing without white space, and without the fence around it."""
    bare = re.sub(r"^```\w*\n|\n```$", "", written)
    return re.sub(r"\s", "", bare)


TASK = ListingTask()
