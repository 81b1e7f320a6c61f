"""Whether a listing stops in the middle: after a key without its value, a header, an open bracket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.lines import Line, indentation, read_lines
from refiner.tasks.truncation.cut import Cut, shown

if TYPE_CHECKING:
    from refiner.cards import Text

_KEY_ONLY = re.compile(r"\s*(?:-\s+)?[\"']?[A-Za-z_][\w./$-]*[\"']?:\s*$")
# Keys that may well stand last and empty: named volumes, triggers.
_EMPTY_KEY_PARENT = re.compile(r"\s*(?:volumes|networks|on|secrets|configs)\s*:\s*$")
_CODE_OPEN = re.compile(r"(?:[{(\[,=\\+]|&&|\|\|?|->|=>|<<|(?<=[\w)\]])\s*:)\s*$")
_HEADER = re.compile(
    r"\s*(?:def|class|if|elif|else|for|while|try|except|finally|with|async|match|case)\b.*:\s*$"
)
_TABLE_ROW = re.compile(r"[\s\u200b]*\|.*\|\s*$")
_OPENERS = {")": "(", "]": "[", "}": "{"}
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|\$\{[^}\n]*\}|\\.")
# Patterns of a shell's `case` close a bracket that nothing opened, and a comment's bracket is a
# sentence's.
_NO_BRACKET = re.compile(r"(?:#|//|--\s).*$|^\s*[\w*|\"'.-]+\)")


def cut_fence(text: Text) -> Cut | None:
    """How the listing in a fence at the text's end stops in the middle, or None."""
    found = _last_fence(text)
    if found is None:
        return None
    start, end = found
    rows = text.text[start:end].rstrip().split("\n")[1:-1]
    code = "\n".join(rows)
    at = start + text.text[start:end].find("\n") + 1
    lines = [
        Line(
            line.start, line.end, "code", is_yaml=bool(_KEY_ONLY.match(code[line.start : line.end]))
        )
        for line in read_lines(code)
        if code[line.start : line.end].strip()
    ]
    cut = cut_code(code, lines) if lines else None
    return cut and cut._replace(start=cut.start + at, end=cut.end + at)


def ends_with_fence(text: Text) -> bool:
    """Whether the last thing of a text is a listing in a fence."""
    return _last_fence(text) is not None


def _last_fence(text: Text) -> tuple[int, int] | None:
    end = len(text.text.rstrip())
    for part in text.protected:
        if part.kind == "fence" and part.start < end <= part.end:
            return part.start, part.end
    return None


def cut_code(plain: str, lines: list[Line], text: Text | None = None) -> Cut | None:
    """How a listing stops in the middle, or None.

    Args:
        plain: The text, its protected parts filled.
        lines: Its lines that are not blank.
        text: The text itself where its lines' indentation stands in the page.
    """
    last = lines[-1]
    written = plain[last.start : last.end]
    run = lines[-1:]
    for line in reversed(lines[:-1]):
        if line.kind not in {"code", "blank"}:
            break
        run.insert(0, line)
    code = [
        (indentation(text, line.start) if text else "") + plain[line.start : line.end]
        for line in run
    ]
    detail = f'listing stops after "{shown(written)}"'
    is_open = (
        _KEY_ONLY.match(written) is not None and last.is_yaml and not _may_be_empty(code)
    ) or (not last.is_yaml and _is_open_code(written, len(code)))
    if is_open:
        return Cut("listing", last.start, last.end, detail)
    left = _left_open(code)
    is_elided = "..." in written or "…" in written
    if left is not None and not is_elided and (len(code) > 1 or left != "{"):
        return Cut("listing", last.start, last.end, f'{detail}, with a "{left}" left open')
    return None


def _left_open(code: list[str]) -> str | None:
    """The last bracket that a listing opens and nowhere closes."""
    opened: list[str] = []
    for line in code:
        bare = _NO_BRACKET.sub(" ", _QUOTED.sub(" ", line))
        for char in bare:
            if char in _OPENERS.values():
                opened.append(char)
            elif char in _OPENERS and _OPENERS[char] in opened:
                del opened[len(opened) - 1 - opened[::-1].index(_OPENERS[char])]
    return opened[-1] if opened else None


def _may_be_empty(code: list[str]) -> bool:
    """Whether an empty last key is fine, because it only names something."""
    own = _depth(code[-1])
    for line in reversed(code[:-1]):
        if _depth(line) < own:
            return _EMPTY_KEY_PARENT.match(line) is not None
    return False


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_open_code(written: str, count: int) -> bool:
    if _HEADER.match(written):
        return True
    if _TABLE_ROW.match(written):
        return False
    return count > 1 and _CODE_OPEN.search(written) is not None
