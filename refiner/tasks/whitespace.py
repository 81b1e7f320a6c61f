"""White space that a book's layout left behind: doubled spaces, no-break spaces in code, joins.

Rules alone decide here. All changes of an item make one draft: a person looks at it once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.hyphenation import broken_words
from refiner.analysis.lines import Line, is_prose_like, masked, prose_share, read_lines
from refiner.cards import language_of
from refiner.tasks.model import Abstention, Ask, Draft, Finding, TaskName, TaskOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from refiner.cards import Book, Item, Side, Text
    from refiner.logseq import Edit

_DOUBLED = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_COLUMN_SIGN = re.compile(r"[<>|=_\d]")
_PROSE = frozenset({"prose", "item", "caption", "heading"})
_NO_BREAK = re.compile("[\u00a0\u202f]+")
_MARK = re.compile(r"\s*(?:[-*+•◦▪–·>➥→↪⇒]|\[[ xX]\]|\(?\w{1,2}[.)])+$")
_REASON = {
    "doubled-space": "doubled spaces of a justified page",
    "no-break-space": "no-break spaces inside code, where only plain spaces run",
    "hyphenation": "a word cut in two at the end of a book's line",
}
_CONFIDENCE = 0.97
# A justified page stretches its gaps to two or three spaces; wider ones set columns apart.
_COLUMN_GAP = 4


class WhitespaceTask:
    """Mends white space in prose and code; never indentation, tables or `(Page 5)`."""

    name: TaskName = "whitespace"

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """What the rules see in the item, in page order."""
        findings = []
        for part, (side, text) in enumerate(item.sides()):
            found = [
                *(_finding(side, part, *span, " ") for span in _doubled_spaces(text, side)),
                *(_finding(side, part, *span, None) for span in _no_break_spaces(text)),
                *(
                    _finding(side, part, "hyphenation", word.start, word.end, word.word)
                    for word in broken_words(text, language_of(item, book, side), book.words)
                    if word.how == "join"
                ),
            ]
            findings += sorted(found, key=lambda finding: finding.start)
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
        """One draft for all changes of an item."""
        texts = [text for _, text in item.sides()]
        edits = sorted(
            edit for finding in findings for edit in _edits(texts[finding.part], finding)
        )
        if not edits:
            return []
        rules = [rule for rule in _REASON if any(finding.rule == rule for finding in findings)]
        reason = "; ".join(_REASON[rule] for rule in rules)
        return [Draft("whitespace", rules[0], tuple(edits), reason, "rule", confidence=_CONFIDENCE)]


def _finding(side: Side, part: int, rule: str, start: int, end: int, fix: str | None) -> Finding:
    return Finding("whitespace", rule, side, part, start, end, _REASON[rule], fix=fix)


def _doubled_spaces(text: Text, side: Side) -> Iterator[tuple[str, int, int]]:
    if "  " not in text.text:
        return
    plain = masked(text)
    lines = read_lines(plain)
    is_stretched = _is_stretched(plain, lines)
    for number, line in enumerate(lines):
        written = plain[line.start : line.end]
        if "  " not in written or not (
            _is_justified(written, line, side) or (is_stretched and _is_narrow(written))
        ):
            continue
        if "   " in written and _is_beside_columns(lines, number):
            continue
        for match in _DOUBLED.finditer(plain, line.start, line.end):
            if _is_layout(plain, line, match) or text.touches_protected(*match.span()):
                continue
            yield "doubled-space", *match.span()


def _is_justified(written: str, line: Line, side: Side) -> bool:
    """Whether a line's gaps are those of prose: not of columns, nor of what a program printed."""
    if line.kind not in _PROSE:
        return False
    if is_prose_like(written):
        return True
    if _COLUMN_SIGN.search(written) or "   " in written:
        return False
    return side == "question" or prose_share(written) > 0


def _is_stretched(plain: str, lines: tuple[Line, ...]) -> bool:
    """Whether a text comes from a justified page for sure: its sentences have several gaps."""
    gaps = (
        len(_DOUBLED.findall(plain, line.start, line.end))
        for line in lines
        if line.kind in _PROSE and is_prose_like(plain[line.start : line.end])
    )
    return sum(gaps) > 1


def _is_narrow(written: str) -> bool:
    """Whether a line of a stretched text has gaps of two spaces alone, and ends as a sentence."""
    bare = written.rstrip()
    return (
        "   " not in written and not _COLUMN_SIGN.search(written) and bare.endswith((".", ";", ","))
    )


def _is_beside_columns(lines: tuple[Line, ...], number: int) -> bool:
    near = lines[max(0, number - 1) : number + 2]
    return any(line.kind in {"code", "table"} for line in near)


def _is_layout(plain: str, line: Line, match: re.Match[str]) -> bool:
    """Whether a gap is meant: after a list's mark, or between columns."""
    if (
        len(match[0]) >= _COLUMN_GAP
        or "\t" in match[0]
        or _MARK.fullmatch(plain, line.start, match.start())
    ):
        return True
    return not plain[line.start : match.start()].strip()


def _no_break_spaces(text: Text) -> Iterator[tuple[str, int, int]]:
    if "\u00a0" not in text.text and "\u202f" not in text.text:
        return
    for start, end in _code_ranges(text):
        for match in _NO_BREAK.finditer(text.text, start, end):
            line_start = text.text.rfind("\n", 0, match.start()) + 1
            if text.text[line_start : match.start()].strip():
                yield "no-break-space", *match.span()


def _code_ranges(text: Text) -> Iterator[tuple[int, int]]:
    for part in text.protected:
        if part.kind in {"fence", "code"}:
            yield part.start, part.end
    for line in read_lines(masked(text)):
        if line.kind == "code":
            yield line.start, line.end


def _edits(text: Text, finding: Finding) -> Iterator[Edit]:
    """The finding's change in the page, after a last look that nothing else goes with it."""
    old = text.text[finding.start : finding.end]
    new = finding.fix if finding.fix is not None else " " * len(old)
    is_join = finding.rule == "hyphenation"
    if _visible(old, is_join=is_join) != _visible(new, is_join=is_join):
        return
    edit = text.edit(finding.start, finding.end, new)
    if edit is not None:
        yield edit


def _visible(written: str, *, is_join: bool) -> str:
    bare = re.sub(r"\s", "", written)
    return re.sub("[-‐\u00ad]", "", bare) if is_join else bare


TASK = WhitespaceTask()
