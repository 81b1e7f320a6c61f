"""Terraform's language on one line: a name before `=` or `{` begins a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.prose import without_strings
from refiner.tasks.listing.flat.lex import OPEN
from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.reader import Reader, UnsureError

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOP = frozenset(
    ("resource", "provider", "variable", "module", "data", "output", "terraform", "locals", "moved")
)
_HEAD = re.compile(
    rf"(?<![\w.\"])(?:{'|'.join(sorted(_TOP))})\s+(?:\"[^\"]*\"\s*){{0,2}}\{{"
    r"\s*(?:\w+\s*(?:=|\"[^\"]*\"\s*\{|\{)|\})"
)
_BINARY = frozenset(
    ("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "?", ":")
)
_UNARY = frozenset(("!", "-"))
_OPERANDS = frozenset(("string", "number", "name"))
_LEAST_ATTRIBUTES = 2


def find_hcl(line: str) -> Iterator[Flattened]:
    """Blocks in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if "{" not in line:
        return
    bare = without_strings(line)
    head = _HEAD.search(line)
    if head is None or "=" not in bare[head.start() :]:
        return
    reader = _Reader(line, head.start())
    try:
        rows = reader.blocks()
    except (UnsureError, IndexError, RecursionError):
        yield Flattened(head.start(), head.end(), "hcl", None)
        return
    if reader.attributes < _LEAST_ATTRIBUTES and reader.count < _LEAST_ATTRIBUTES:
        return
    yield Flattened(head.start(), reader.end, "hcl", "\n".join(rows))


class _Reader(Reader):
    """Blocks side by side."""

    def __init__(self, line: str, start: int) -> None:
        super().__init__(line, start, "#")
        self.attributes = 0
        self.count = 0

    def blocks(self) -> list[str]:
        """The lines of all blocks.

        Raises:
            UnsureError: One of them could stand in two ways.
            IndexError: The last one stops in the middle.
        """
        rows: list[str] = []
        while self.number < len(self.tokens) and self._text() in _TOP:
            if self.count and not self._is_block():
                break
            rows += self._block(0)
            self.count += 1
            self.end = self.tokens[self.number - 1].end
        return rows

    def _text(self, ahead: int = 0) -> str:
        """A token's text; beyond the last one an IndexError, since every block has to be closed."""
        return self.tokens[self.number + ahead].text

    def _is_block(self) -> bool:
        ahead = 1
        while (
            self.number + ahead < len(self.tokens)
            and self.tokens[self.number + ahead].kind == "string"
        ):
            ahead += 1
        return self.number + ahead < len(self.tokens) and self._text(ahead) == "{"

    def _block(self, depth: int) -> list[str]:
        start = self.tokens[self.number].start
        if depth and self._text() in _TOP and self.tokens[self.number + 1].kind == "string":
            raise UnsureError
        while self._text() != "{":
            self.number += 1
        self.number += 1
        rows = ["  " * depth + self._written(start)]
        if self._text() == "}":
            self.number += 1
            return [rows[0] + "}"]
        while self._text() != "}":
            rows += self._member(depth + 1)
        self.number += 1
        return [*rows, "  " * depth + "}"]

    def _member(self, depth: int) -> list[str]:
        if self.tokens[self.number].kind not in {"name", "string"}:
            raise UnsureError
        if self._text(1) != "=":
            if not self._is_block():
                raise UnsureError
            return self._block(depth)
        start = self.tokens[self.number].start
        self.attributes += 1
        self.number += 2
        if self._text() == "{":
            return self._map(start, depth)
        self._expression()
        return ["  " * depth + self._written(start)]

    def _map(self, start: int, depth: int) -> list[str]:
        """A map whose pairs stood on lines of their own: nothing parts them."""
        at = self.number
        self._balanced()
        inside = [token.text for token in self.tokens[at + 1 : self.number - 1]]
        if not inside or "," in inside or "for" in inside[:1]:
            return ["  " * depth + self._written(start)]
        self.number = at + 1
        rows = ["  " * depth + self._written(start)]
        while self._text() != "}":
            rows += self._member(depth + 1)
        self.number += 1
        return [*rows, "  " * depth + "}"]

    def _expression(self) -> None:
        while True:
            while self._text() in _UNARY:
                self.number += 1
            self._operand()
            if self._text() not in _BINARY:
                return
            self.number += 1

    def _operand(self) -> None:
        token = self.tokens[self.number]
        if token.text in OPEN:
            self._balanced()
        elif token.kind in _OPERANDS:
            self.number += 1
        else:
            raise UnsureError
        while self._text() == "." or (self._text() in {"[", "("} and self._is_tight()):
            if self._text() == ".":
                self.number += 2
            else:
                self._balanced()

    def _is_tight(self) -> bool:
        return self.tokens[self.number].start == self.tokens[self.number - 1].end
