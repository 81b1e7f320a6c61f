"""The edited lines as a person sees them, and the person's own wording back into bytes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from refiner.logseq import Edit, splice

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANKS = " \t"


class View(NamedTuple):
    """Whole lines around some edits.

    Attributes:
        start: First byte of the first line; `end` is that behind the last, without newline.
        before: The lines without the first one's indentation and bullet.
        after: The same with the edits made.
    """

    start: int
    end: int
    before: str
    after: str


def view_of(data: bytes, edits: Sequence[Edit]) -> View:
    """The lines that edits touch, before and after."""
    start = data.rfind(b"\n", 0, edits[0].start) + 1
    newline = data.find(b"\n", edits[-1].end)
    end = len(data) if newline < 0 else newline
    if data[end - 1 : end] == b"\r" and end > edits[-1].end:
        end -= 1
    raw = data[start:end].decode()
    moved = [Edit(e.start - start, e.end - start, e.old, e.new) for e in edits]
    edited = splice(data[start:end], moved).decode()
    shape = _Shape.of(raw)
    before = "\n".join(shape.shown(line, i) for i, line in enumerate(_lines(raw)))
    after = "\n".join(shape.shown(line, i) for i, line in enumerate(_lines(edited)))
    return View(start, end, before, after)


def reworded(data: bytes, edits: Sequence[Edit], wording: str) -> Edit:
    """The one edit that puts a person's own wording in the place of the lines after edits.

    Args:
        data: The page.
        edits: What was proposed, in bytes of the page.
        wording: The text that the person wants in the place of `view_of(…).after`; lines that
            they left alone keep their bytes.
    """
    view = view_of(data, edits)
    raw = data[view.start : view.end].decode()
    moved = [Edit(e.start - view.start, e.end - view.start, e.old, e.new) for e in edits]
    edited = _lines(splice(data[view.start : view.end], moved).decode())
    shape = _Shape.of(raw)
    proposed = [shape.shown(line, i).rstrip() for i, line in enumerate(edited)]
    wanted = [line.rstrip() for line in wording.split("\n")]
    lines: list[str] = []
    matcher = difflib.SequenceMatcher(None, proposed, wanted, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            lines += edited[i:j]
        else:
            lines += [shape.written(wanted[n], n) for n in range(k, m)]
    newline = "\r\n" if "\r\n" in raw or b"\r\n" in data else "\n"
    return Edit(view.start, view.end, raw, newline.join(lines))


class _Shape(NamedTuple):
    """What stands before a block's lines: before its first, and before those that follow."""

    first: str
    following: str

    @classmethod
    def of(cls, raw: str) -> _Shape:
        line = raw.partition("\n")[0]
        indentation = line[: len(line) - len(line.lstrip(BLANKS))]
        if line[len(indentation) :].startswith("- "):
            return cls(f"{indentation}- ", f"{indentation}  ")
        return cls(indentation, indentation)

    def shown(self, line: str, number: int) -> str:
        """A line without what stands before it."""
        if number == 0:
            return line.removeprefix(self.first)
        if line.startswith(self.following):
            return line.removeprefix(self.following)
        return line.removeprefix(self.following.removesuffix("  "))

    def written(self, line: str, number: int) -> str:
        """A person's line with what stands before it; an indented bullet is a block below."""
        if number == 0:
            return self.first + line
        if not line:
            return line
        if line[0] in BLANKS and line.lstrip(BLANKS).startswith("- "):
            return self.following.removesuffix("  ") + line
        return self.following + line


def _lines(raw: str) -> list[str]:
    return raw.replace("\r\n", "\n").split("\n")
