"""Brackets whose last item has a comma: their items stood on a line each."""

from __future__ import annotations

from itertools import pairwise

from refiner.tasks.listing.flat.lex import CLOSE, OPEN, Token, tokens

_UNIT = " " * 4


def expanded(statement: str) -> list[str]:
    """The rows of a statement, the first without indentation.

    Args:
        statement: It, on one line, blanks outside of strings single.
    """
    found = list(tokens(statement, 0, "#"))
    if not any(one.text in CLOSE and before.text == "," for before, one in pairwise(found)):
        return [statement]
    return _rows(statement, found, 0, len(found))


def _rows(text: str, found: list[Token], first: int, behind: int) -> list[str]:
    """The rows of the tokens of a half-open range."""
    rows = [""]
    at = found[first].start if first < behind else 0
    number = first
    while number < behind:
        token = found[number]
        close = _closing(found, number) if token.text in OPEN else None
        if close is None:
            number += 1
        elif found[close - 1].text == ",":
            rows[-1] += text[at : token.end]
            for start, end in _items(found, number + 1, close):
                rows += [_UNIT + row for row in _rows(text, found, start, end)]
            rows.append("")
            at, number = found[close].start, close + 1
        else:
            inner = _rows(text, found, number + 1, close)
            if len(inner) > 1:
                rows[-1] += text[at : token.end] + inner[0]
                rows += inner[1:]
                at = found[close].start
            number = close + 1
    if first < behind:
        rows[-1] += text[at : found[behind - 1].end]
    return rows


def _items(found: list[Token], first: int, behind: int) -> list[tuple[int, int]]:
    """The half-open ranges of what commas part, each with its comma."""
    items = []
    depth = 0
    start = first
    for number in range(first, behind):
        depth += (found[number].text in OPEN) - (found[number].text in CLOSE)
        if depth == 0 and found[number].text == ",":
            items.append((start, number + 1))
            start = number + 1
    return items


def _closing(found: list[Token], number: int) -> int | None:
    depth = 0
    for at in range(number, len(found)):
        depth += (found[at].text in OPEN) - (found[at].text in CLOSE)
        if depth == 0:
            return at
    return None
