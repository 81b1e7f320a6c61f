"""JSON on one line, its brackets tell how it stood."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(r"(?<!\S)(?:\{\s*\"[^\"]*\"\s*:|\[\s*\{\s*\"[^\"]*\"\s*:)")
_RESULT = re.compile(r"(?:→|=>|->|⇒)\s*$")
_KEY = re.compile(r"\"[^\"]*\"\s*:")
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_DECODER = json.JSONDecoder()
# Shorter objects read well in a sentence.
_LEAST_LENGTH = 24
_LEAST_KEYS = 2
# An array's item that a person leaves on its line.
_SHORT = 60


def find_json(line: str) -> Iterator[Flattened]:
    """Objects and arrays in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    at = 0
    while (head := _HEAD.search(line, at)) is not None:
        start = head.start()
        if _RESULT.search(line[:start]):
            # What an expression gives stands beside it.
            at = head.end()
            continue
        try:
            _, at = _DECODER.raw_decode(line, start)
        except ValueError:
            if len(_KEY.findall(line, start)) > _LEAST_KEYS and not re.search(
                r"[;=]", line[start:]
            ):
                yield Flattened(start, len(line), "json", None)
            return
        code = line[start:at]
        if len(code) >= _LEAST_LENGTH and len(_KEY.findall(code)) >= _LEAST_KEYS:
            yield Flattened(start, at, "json", laid_out(code))


def laid_out(code: str) -> str:
    """Valid JSON, one member or item a line; short items of arrays stay on one."""
    tokens = _TOKEN.findall(code)
    lines, _ = _value(tokens, 0, is_item=False)
    return "\n".join(lines)


def _value(tokens: list[str], at: int, *, is_item: bool) -> tuple[list[str], int]:
    """The lines of the value that begins at a token, and the number of the token behind it."""
    first = tokens[at]
    if first not in {"{", "["}:
        return [first], at + 1
    close = "}" if first == "{" else "]"
    at += 1
    if tokens[at] == close:
        return [first + close], at + 1
    members: list[list[str]] = []
    is_flat = True
    while True:
        key = ""
        if first == "{":
            key, at = tokens[at] + ": ", at + 2
        is_flat = is_flat and tokens[at] not in {"{", "["}
        value, at = _value(tokens, at, is_item=first == "[" or is_item)
        members.append([key + value[0], *value[1:]])
        at += 1
        if tokens[at - 1] == close:
            break
    inline = _inline(first, members, is_item=is_item, is_flat=is_flat)
    if inline is not None:
        return [inline], at
    rows = [first]
    for number, member in enumerate(members):
        rows += ["  " + row for row in member]
        rows[-1] += "," if number + 1 < len(members) else ""
    return [*rows, close], at


def _inline(first: str, members: list[list[str]], *, is_item: bool, is_flat: bool) -> str | None:
    """A value on one line, where people leave it so: plain items, or an item with one member."""
    if any(len(member) > 1 for member in members):
        return None
    row = ", ".join(member[0] for member in members)
    if len(row) > _SHORT:
        return None
    if first == "[":
        return f"[{row}]" if is_flat else None
    return f"{{ {row} }}" if is_item and len(members) == 1 else None
