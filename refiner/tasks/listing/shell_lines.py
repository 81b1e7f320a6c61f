"""Loops and branches of a shell on lines of their own: where they are, and how deep each line stood."""

from __future__ import annotations

import re

_FIRST = re.compile(
    r"\s*(?:(?:for|select)\s+\w+(?:\s+in\b.*)?|(?:while|until|if)\s+\S.*|case\s+\S+\s+in)\s*$"
)
_OPENS = re.compile(r"(?:for|select|while|until|if|case)\s")
_CLOSES = {
    "done": frozenset(("for", "select", "while", "until")),
    "fi": frozenset(("if",)),
    "esac": frozenset(("case",)),
}
_CLOSING = re.compile(r"(done|fi|esac)(?!\w)(?!\s*[=(])")
_MIDDLE = re.compile(r"(?:then|do|else|elif\s.*)(?:\s.*)?$")
_PATTERN = re.compile(r"\(?[^\s()]+(?:\s*\|\s*[^\s()]+)*\)")
_BODY = frozenset(("then", "do"))
_ONE_LINE = re.compile(r";\s*(?:done|fi|esac)\s*$")
_LEAST_ROWS = 3


def shell_blocks(rows: list[str]) -> list[tuple[int, int]]:
    """The half-open ranges of rows that are whole blocks, outermost only."""
    found = []
    number = 0
    while number < len(rows):
        end = _behind_block(rows, number) if _FIRST.match(rows[number]) else None
        if end is not None and end - number >= _LEAST_ROWS:
            found.append((number, end))
            number = end
        else:
            number += 1
    return found


def _behind_block(rows: list[str], first: int) -> int | None:
    """The number of the row behind the block that a row opens, or None where nothing closes it."""
    above: list[str] = []
    has_body = False
    for number in range(first, len(rows)):
        row = rows[number].strip()
        closing = _CLOSING.match(row)
        if closing is not None:
            if not above or above.pop() not in _CLOSES[closing[1]]:
                return None
            if not above:
                return number + 1 if has_body or closing[1] == "esac" else None
        elif _OPENS.match(row) and not _ONE_LINE.search(row):
            above.append(row.split()[0])
        has_body = has_body or row.split()[-1:] in (["then"], ["do"])
    return None


def indented_shell(code: str) -> str | None:
    """Lines that all stand in one column, indented again by their words, or None where one is astray.

    Args:
        code: Its lines; a text over several lines, whose blanks count, makes it unsure.
    """
    if "<<" in code or any(row.count('"') % 2 for row in code.split("\n")):
        return None
    depth = 0
    patterns: list[bool] = []  # of each open `case`, whether a pattern's commands go on
    found = []
    for written in code.split("\n"):
        row = written.strip()
        closing = _CLOSING.match(row)
        if closing is not None:
            depth -= 1
            if closing[1] == "esac" and patterns:
                depth -= patterns.pop()
        is_middle = _MIDDLE.match(row) is not None
        if depth < is_middle:
            return None
        found.append("  " * (depth - is_middle) + row if row else "")
        if closing is None and _OPENS.match(row) and not _ONE_LINE.search(row):
            depth += 1
            patterns += [False] if row.startswith("case") else []
        elif patterns and _PATTERN.match(row) and not patterns[-1] and not row.endswith(";;"):
            if ";;" not in row:
                patterns[-1] = True
                depth += 1
        elif patterns and patterns[-1] and row.endswith(";;"):
            patterns[-1] = False
            depth -= 1
    return "\n".join(found) if depth == 0 else None
