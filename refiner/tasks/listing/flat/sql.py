"""SQL on one line: each clause of a statement begins a line."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from refiner.analysis.prose import (
    is_rest_prose,
    sentence_start,
    squeezed,
    without_strings,
)
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERBS = (
    r"SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|ALTER\s+TABLE\s|TRUNCATE\s+TABLE\s"
    r"|DROP\s+(?:TABLE|INDEX|VIEW|DATABASE|SCHEMA|USER|FUNCTION|TRIGGER)\s|GRANT\s+\w|REVOKE\s+\w"
    r"|CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:TEMP|TEMPORARY|UNIQUE|MATERIALIZED)\s+)*"
    r"(?:TABLE|INDEX|VIEW|DATABASE|SCHEMA|USER|FUNCTION|PROCEDURE|TRIGGER|SEQUENCE|TYPE)\s"
    r"|WITH\s+(?:RECURSIVE\s+)?\w+(?:\s*\([^()]*\))?\s+AS\s*\("
)
# In small letters only what no sentence has.
_HEAD = re.compile(
    rf"(?<![\w.\"'(])(?:{_VERBS}|select\s+(?:\*|[\w.]+(?:\s*,\s*[\w.]+)+)\s+from\s|insert\s+into\s+\w+\s*\()"
)
_CLAUSE = re.compile(
    r"(?<![\w.])(?:FROM|(?:(?:LEFT|RIGHT|FULL|INNER|CROSS|NATURAL)\s+(?:OUTER\s+)?)?JOIN|WHERE|GROUP\s+BY"
    r"|HAVING|ORDER\s+BY|LIMIT|OFFSET|UNION(?:\s+ALL)?|INTERSECT|EXCEPT|SELECT|SET|VALUES|RETURNING)(?!\w)",
    re.IGNORECASE,
)
# What more than one layout is usual for, or what a comment may end.
_UNSURE = re.compile(
    r"--|/\*|\$\$|(?<!\w)(?:BEGIN|DECLARE|LOOP|CASE|OVER|AS\s*\()(?!\w)", re.IGNORECASE
)
_COLUMNS = re.compile(r"CREATE\s[^()]*TABLE\s[^()]*\(", re.IGNORECASE)
_PROSE = re.compile(
    r"(?<!\w)(?:the|an|of|to|for|with|that|which|can|within|clause|list)\s", re.IGNORECASE
)
_LEAST_CLAUSES = 2
_LEAST_LENGTH = 60
_LONGEST = 80
_SHORT = 50
_LONGEST_ROW = 110


def find_sql(line: str) -> Iterator[Flattened]:
    """Statements in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    bare = without_strings(line)
    at = 0
    while (head := _HEAD.search(bare, at)) is not None:
        start = head.start()
        ranges, at = _statements(bare, start)
        at = max(at, head.end())
        code = bare[start:at]
        is_one = len(ranges) < _LEAST_CLAUSES
        clauses = _depth_0(code, _CLAUSE)
        is_table = _is_table(code)
        if not ranges or (
            is_one
            and not is_table
            and (len(clauses) <= _LEAST_CLAUSES or len(code) < _LEAST_LENGTH)
        ):
            continue
        rows = [_laid_out(line[a:b], bare[a:b]) for a, b in ranges]
        restored = "\n".join(row for row in rows if row is not None)
        is_sure = (
            None not in rows
            and not _UNSURE.search(code)
            and max(map(len, restored.split("\n"))) <= _LONGEST_ROW
            and is_rest_prose(line[at:])
        )
        yield Flattened(start, at, "sql", restored if is_sure else None)


def _statements(bare: str, start: int) -> tuple[list[tuple[int, int]], int]:
    """The half-open ranges of the statements from a place on, and where the last ends."""
    ranges: list[tuple[int, int]] = []
    end = at = start
    while (head := _HEAD.match(bare, at)) is not None:
        stop = next((n for n, _ in _signs(bare, at) if bare[n] == ";"), None)
        limit = sentence_start(bare, head.end(), has_capitals=True)
        if stop is not None and (limit is None or stop < limit):
            behind = stop + 1
        elif ranges:
            break
        else:
            behind = len(bare[at:limit].rstrip()) + at
            if limit is None and not is_rest_prose(bare[behind:]):
                break
        if _PROSE.search(bare, head.end(), behind):
            break
        ranges.append((at, behind))
        end = behind
        at = behind + len(bare[behind:]) - len(bare[behind:].lstrip())
    return ranges, end


def _signs(bare: str, at: int) -> Iterator[tuple[int, str]]:
    """The characters outside of brackets, from a place on."""
    depth = 0
    for number in range(at, len(bare)):
        depth += (bare[number] == "(") - (bare[number] == ")")
        if depth < 0:
            return
        if depth == 0:
            yield number, bare[number]


def _depth_0(code: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    outside = {number for number, _ in _signs(code, 0)}
    return [match for match in pattern.finditer(code) if match.start() in outside]


def _is_table(code: str) -> bool:
    """Whether a table's columns are too many for one line."""
    return bool(_COLUMNS.match(code)) and _inner_commas(code) > 0 and len(code) >= _LEAST_LENGTH


def _inner_commas(code: str) -> int:
    depth = 0
    count = 0
    for char in code:
        depth += (char == "(") - (char == ")")
        count += char == "," and depth == 1
    return count


def _laid_out(written: str, bare: str) -> str | None:
    """A statement's lines, or None where its brackets do not match or hold a query."""
    if bare.count("(") != bare.count(")"):
        return None
    table = _COLUMNS.match(bare)
    if table is not None and _is_table(bare):
        return _table(written, bare, table.end())
    if re.search(rf"\((?=\s*SELECT\b)[^()]{{{_SHORT},}}", bare, re.IGNORECASE):
        return None
    clauses = _depth_0(bare, _CLAUSE)
    is_query = re.match(r"\s*(?:SELECT|WITH)\s", bare, re.IGNORECASE)
    if len(written) < (_SHORT if is_query and len(clauses) > _LEAST_CLAUSES else _LONGEST):
        return squeezed(written)
    starts = [match.start() for match in clauses if match.start() and not _is_verb(bare, match)]
    cuts = [0, *starts, len(written)]
    return "\n".join(squeezed(written[a:b]) for a, b in pairwise(cuts))


def _is_verb(bare: str, clause: re.Match[str]) -> bool:
    """Whether a word belongs to the one before it: `DELETE FROM`, `ON DELETE SET NULL`."""
    before = bare[: clause.start()].split()
    return bool(before) and before[-1].upper() in {"DELETE", "INTO", "IS", "UNION", "ALL", "COLUMN"}


def _table(written: str, bare: str, opened: int) -> str | None:
    rows = []
    depth = 1
    start = opened
    for number in range(opened, len(bare)):
        char = bare[number]
        depth += (char == "(") - (char == ")")
        if (char == "," and depth == 1) or depth == 0:
            rows.append("    " + squeezed(written[start:number]) + ("," if depth else ""))
            start = number + 1
        if depth == 0:
            return "\n".join([squeezed(written[:opened]), *rows, squeezed(written[number:])])
    return None
