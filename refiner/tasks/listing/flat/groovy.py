"""Gradle's and Jenkins' files on one line: blocks in braces, of which each statement begins with a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.prose import is_rest_prose, is_sentence, without_strings
from refiner.tasks.listing.flat.lex import CLOSE, OPEN, Token
from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.reader import StatementReader, UnsureError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCKS = (
    "pipeline|agent|stages|stage|steps|post|environment|options|parameters|triggers|tools|when|always|success"
    "|failure|parallel|script|node|plugins|dependencies|repositories|buildscript|allprojects|subprojects|ext|task"
    "|doLast|doFirst|configurations|sourceSets|publishing|android|defaultConfig|buildTypes|maven|test|jar|application"
)
_HEAD = re.compile(
    r"(?<![\w.$@\"'-])(?:(?:pipeline|plugins|dependencies|repositories|buildscript|allprojects|subprojects|sourceSets"
    r"|android|publishing|stages|steps|node)\s*(?:\([^()]*\)\s*)?\{\s*(?:[A-Za-z]\w*|\})"
    r"|stage\s*\(\s*[\"'][^\"']*[\"']\s*\)\s*\{|task\s+\w+\s*(?:\([^()]*\)\s*)?\{"
    r"|apply\s+plugin:\s*[\"'])"
)
_BLOCK = re.compile(rf"(?:{_BLOCKS})\s*(?:\([^()]*\)\s*)?\{{")
# A name behind an argument that does not begin a statement: `id 'a' version '1'`.
_JOINING = frozenset(("version", "apply", "in", "as", "instanceof", "to"))
_NAMED = frozenset(("task", "def", "class", "stage", "agent", "new", "return", "import"))
_SIGN = re.compile(r"[\"'(=]")
_LEAST_ROWS = 3
_BRACE = frozenset("{")


def find_groovy(line: str) -> Iterator[Flattened]:
    """Blocks in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if "{" not in line:
        return
    bare = without_strings(line)
    head = _HEAD.search(bare)
    if head is None:
        return
    reader = _Reader(line, head.start())
    try:
        reader.read()
    except (UnsureError, IndexError, RecursionError):
        if "{" in head[0]:
            yield Flattened(head.start(), len(line.rstrip()), "groovy", None)
        return
    if len(reader.rows) < _LEAST_ROWS or not _SIGN.search(bare, head.start(), reader.end):
        return
    code = "\n".join("    " * depth + row for depth, row in reader.rows)
    is_alone = is_rest_prose(line[reader.end :])
    yield Flattened(head.start(), reader.end, "groovy", code if is_alone else None)


class _Reader(StatementReader):
    """Blocks, and statements that begin with a name."""

    def _is_statement(self) -> bool:
        token = self.tokens[self.number]
        rest = self.line[token.start :]
        if token.kind != "name" or is_sentence(rest):
            return False
        return (
            _BLOCK.match(rest) is not None
            or _HEAD.match(rest) is not None
            or self._text(1) in {"=", "("}
        )

    def _statement(self, depth: int) -> None:
        """One statement with its block."""
        first = self.tokens[self.number]
        if first.kind not in {"name", "string"}:
            raise UnsureError
        start, begun = first.start, self.number
        while True:
            token = self.tokens[self.number]
            if token.kind == "comment" or token.text in CLOSE:
                raise UnsureError
            if token.text == "{":
                start = self._block(start, depth)
            elif token.text in OPEN:
                self._balanced(_BRACE)
            else:
                self.number += 1
            if self.number >= len(self.tokens) or self._text() == "}" or token.text == ";":
                break
            if self._is_break(begun):
                break
        self._emit(start, depth)

    def _block(self, start: int, depth: int) -> int:
        self.number += 1
        if self._text() == "}":
            self.number += 1
            return start
        self._emit(start, depth)
        while self._text() != "}":
            self._statement(depth + 1)
        self.number += 1
        return self.tokens[self.number - 1].start

    def _is_break(self, begun: int) -> bool:
        """Whether the next token begins a statement.

        Raises:
            UnsureError: It may as well be an argument of the one before.
        """
        before, token = self.tokens[self.number - 1], self.tokens[self.number]
        if token.kind != "name" or not _ends(before):
            return False
        if token.text in _JOINING or (before.text == "}" and token.text in {"else", "catch"}):
            return False
        if before.kind != "name":
            return True
        if self.number == begun + 1:
            # The first argument, or the second of two names side by side.
            return before.text not in _NAMED and _BLOCK.match(self.line, token.start) is not None
        if _BLOCK.match(self.line, token.start) or self._text(1) == "=":
            return True
        raise UnsureError


def _ends(token: Token) -> bool:
    """Whether a statement may end behind a token."""
    return token.kind in {"name", "number", "string", "close"}
