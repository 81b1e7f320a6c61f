"""Lists and dictionaries on one line, of which the last comma tells that each item had its line."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from refiner.analysis.prose import is_rest_prose, squeezed, without_strings
from refiner.tasks.listing.flat.layout import expanded
from refiner.tasks.listing.flat.lex import CLOSE, OPEN, tokens
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(r"(?<!\S)[\[{]\s*[\"'\[{(\w]")
_LAST = re.compile(r",\s*[\]}]")
_LEAST_LENGTH = 30


def find_literal(line: str) -> Iterator[Flattened]:
    """Literals of Python in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if not _LAST.search(line):
        return
    bare = without_strings(line)
    head = _HEAD.search(bare)
    if head is None or not _LAST.search(bare, head.end()):
        return
    depth = 0
    for token in tokens(line, head.start(), "#"):
        if token.kind == "comment":
            return
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if depth == 0:
            code = squeezed(line[head.start() : token.end])
            if len(code) >= _LEAST_LENGTH and _parses(code) and len(expanded(code)) > 1:
                is_alone = is_rest_prose(line[token.end :])
                rows = "\n".join(expanded(code))
                yield Flattened(head.start(), token.end, "python", rows if is_alone else None)
            return


def _parses(code: str) -> bool:
    try:
        ast.parse(code, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
