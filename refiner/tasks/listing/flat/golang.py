"""Go on one line: its own rule for ends of lines tells where they were, `gofmt`'s how deep they stood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.lines import is_sentence_word
from refiner.analysis.prose import is_rest_prose, is_sentence, without_strings
from refiner.tasks.listing.flat.lex import CLOSE, OPEN, Token
from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.reader import StatementReader, UnsureError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(
    r"""(?<![\w.$"'-])(?:
      package\s+[a-z]\w*\s+(?:import|func|type|var|const)\b
    | func\s+(?:\([^()]*\)\s*)?\w+\s*\([^()]*\)[^{}()]{0,40}(?:\([^()]*\)\s*)?\{
    | import\s*\(\s*["']
    | type\s+[A-Z]\w*\s+(?:struct|interface)\s*\{
    | for\s+[^{};]{0,60}(?:\brange\b|:=)[^{}]{0,80}\{
    | if\s+err\s*!=\s*nil\s*\{
    | [A-Za-z_]\w*(?:,\s*[A-Za-z_]\w*)*\s*:=\s*[^\s=]
    )""",
    re.VERBOSE,
)
_HEADERS = frozenset(("func", "if", "for", "switch", "select", "else", "type"))
_BLOCKS = frozenset(("if", "for", "switch", "select", "type"))
_NAMING = frozenset(("var", "const", "type"))
_GROUPS = frozenset(("import", "var", "const", "type"))
_ENDING = frozenset(("break", "continue", "fallthrough"))
_STARTING = frozenset(
    ("break", "case", "const", "continue", "default", "defer", "fallthrough", "for", "func", "go", "goto",
     "if", "import", "package", "return", "select", "switch", "type", "var")
)  # fmt: skip
_WITHIN = frozenset(("chan", "interface", "map", "range", "struct", "else"))
_KEYWORDS = _STARTING | _WITHIN
_SURE_HEADS = ("func", "package", "type", "if err", "import")
_SURE = re.compile(r":=|\bimport\b|\bfunc\b|\bpackage\b|\bstruct\b|\binterface\b")
_WORD = re.compile(r"(?<![\w.])[a-z]+(?![\w.(])")
_LEAST_ROWS = 2
_LEAST_LENGTH = 24
_LONGEST_LITERAL = 80


def find_go(line: str) -> Iterator[Flattened]:
    """Statements in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if "{" not in line and ":=" not in line:
        return
    bare = without_strings(line)
    at = 0
    while (head := _HEAD.search(bare, at)) is not None:
        start, at = head.start(), head.end()
        reader = _Reader(line, start)
        is_sure = True
        try:
            reader.read()
        except (UnsureError, IndexError, RecursionError):
            is_sure = False
        end = max(reader.end, head.end()) if is_sure else len(line.rstrip())
        code = line[start:end]
        if not is_sure:
            if head[0].startswith(_SURE_HEADS):
                yield Flattened(start, head.end(), "go", None)
            continue
        at = max(at, end)
        if (
            len(reader.rows) < _LEAST_ROWS
            or len(code) < _LEAST_LENGTH
            or not _SURE.search(code)
            or ";" in re.sub(r"\bfor\s[^{}]*\{", "", code)
            or (not head[0].startswith(_SURE_HEADS) and _talks(code))
        ):
            continue
        restored = "\n".join("\t" * depth + row for depth, row in reader.rows)
        yield Flattened(start, end, "go", restored if is_rest_prose(line[end:]) else None)


def _talks(code: str) -> bool:
    return any(is_sentence_word(word) for word in _WORD.findall(without_strings(code)))


class _Reader(StatementReader):
    """Declarations and statements."""

    def _is_statement(self) -> bool:
        token = self.tokens[self.number]
        rest = self.line[token.start :]
        if token.kind != "name" or is_sentence(rest):
            return False
        if token.text in _STARTING:
            return True
        following = self._text(1)
        return following in {":=", "=", "(", ".", "++", "--", "+="} or bool(
            re.match(r"[\w.]+(?:,\s*[\w.]+)*\s*:?=[^=]", rest)
        )

    def _statement(self, depth: int) -> None:
        """One statement with all its blocks."""
        first = self.tokens[self.number]
        start = first.start
        if first.text in _GROUPS and self._text(1) == "(":
            self.number += 2
            self._emit(start, depth)
            self._group(depth, first.text)
            return
        if first.text in {"case", "default"}:
            while self._text() != ":":
                self._simple()
            self.number += 1
            self._emit(start, max(depth - 1, 0))
            return
        named = self._behind_names() if first.text in _NAMING else 0
        is_func = False
        while True:
            token = self.tokens[self.number]
            if token.kind == "comment":
                raise UnsureError
            is_func = is_func or token.text == "func"
            if token.text == "{":
                start = self._braces(start, depth, first.text, is_func=is_func)
                is_func = False
            elif token.text == "(" and self._has_block():
                start = self._call(start, depth)
            else:
                self._simple()
            if self.number >= len(self.tokens) or self._text() in {"}", ")"}:
                break
            if not is_func and self.number != named and self._is_break(first.text):
                break
        if start < self.tokens[self.number - 1].end:
            self._emit(start, depth)

    def _behind_names(self) -> int:
        """The number of the token behind the names that are declared: their type's first."""
        at = self.number + 2
        while self.tokens[at].text == ",":
            at += 2
        return at

    def _is_break(self, first: str) -> bool:
        """Whether the next token begins a statement."""
        before, token = self.tokens[self.number - 1], self.tokens[self.number]
        if before.text == "return":
            return token.text in _STARTING - {"func"}
        if before.text == "}" and first in _BLOCKS:
            return token.text != "else"
        return token.start > before.end and self._ends(before) and self._begins(token)

    def _simple(self) -> None:
        """One token, or all that stands in brackets."""
        token: Token = self.tokens[self.number]
        self.number += 1
        if token.text not in {"(", "["}:
            if token.text in CLOSE:
                raise UnsureError
            return
        opened = [token.text]
        while opened:
            inner = self.tokens[self.number]
            if inner.kind == "comment" or self._is_parted(inner):
                raise UnsureError
            self.number += 1
            if inner.text in OPEN:
                opened.append(inner.text)
            elif inner.text in CLOSE and opened.pop() != CLOSE[inner.text]:
                raise UnsureError

    def _is_parted(self, token: Token) -> bool:
        """Whether a blank stands where `gofmt` leaves none: a line ended there."""
        before = self.tokens[self.number - 1]
        return token.start > before.end and (before.text in OPEN or token.text in CLOSE)

    def _has_block(self) -> bool:
        """Whether a function's body stands within the brackets that open here."""
        depth = 0
        for token in self.tokens[self.number :]:
            depth += (token.text in OPEN) - (token.text in CLOSE)
            if depth == 0:
                return False
            if token.text == "func":
                return True
        return False

    def _call(self, start: int, depth: int) -> int:
        """Arguments of which one is a function; where the row that goes on behind begins."""
        self.number += 1
        is_func = False
        while self._text() != ")":
            is_func = is_func or self._text() == "func"
            if self._text() == "{":
                start = self._braces(start, depth, "", is_func=is_func)
                is_func = False
            elif self._text() == "(" and self._has_block():
                start = self._call(start, depth)
            else:
                self._simple()
        self.number += 1
        return start

    def _braces(self, start: int, depth: int, first: str, *, is_func: bool) -> int:
        """A block or a literal; where the row that goes on behind it begins."""
        token, before = self.tokens[self.number], self.tokens[self.number - 1]
        is_tight = token.start == before.end
        kind = before.text if before.text in {"struct", "interface"} else ""
        if not (is_func or kind or (first in _HEADERS and not is_tight)):
            return self._literal(start)
        self.number += 1
        if self._text() == "}":
            self.number += 1
            return start
        self._emit(start, depth)
        while self._text() != "}":
            if kind:
                self._field(depth + 1)
            else:
                self._statement(depth + 1)
        close = self.tokens[self.number].start
        self.number += 1
        return close

    def _literal(self, start: int) -> int:
        at = self.tokens[self.number].start
        opened = 0
        while True:
            token = self.tokens[self.number]
            if token.kind == "comment" or token.text == "func" or self._is_parted(token):
                raise UnsureError
            self.number += 1
            opened += (token.text == "{") - (token.text == "}")
            if not opened:
                break
        if self.tokens[self.number - 1].end - at > _LONGEST_LITERAL:
            raise UnsureError
        return start

    def _field(self, depth: int) -> None:
        """A field with its type and tag, a method, or an embedded type."""
        start = self.tokens[self.number].start
        if self.tokens[self.number].kind != "name":
            raise UnsureError
        self.number += 1
        if self._text() in {".", "}"} or (self._text() == "(" and self._text(1) == ""):
            raise UnsureError
        if self._text() == "(":
            self._simple()
        while self._text() in {"*", "[", "]", "map", "chan", "."} or (
            self._text() == "(" or not self._ends(self.tokens[self.number - 1])
        ):
            self._simple()
        if self.tokens[self.number - 1].text != ")" and self.tokens[self.number].kind == "name":
            self.number += 1
            while self._text() == ".":
                self.number += 2
        if self.tokens[self.number].kind == "string":
            self.number += 1
        self._emit(start, depth)

    def _group(self, depth: int, word: str) -> None:
        while self._text() != ")":
            start = self.tokens[self.number].start
            if word == "import":
                if self.tokens[self.number].kind == "name" or self._text() in {".", "_"}:
                    self.number += 1
                if self.tokens[self.number].kind != "string":
                    raise UnsureError
                self.number += 1
            else:
                raise UnsureError
            self._emit(start, depth + 1)
        start = self.tokens[self.number].start
        self.number += 1
        self._emit(start, depth)

    def _ends(self, token: Token) -> bool:
        """Whether a line may end behind a token."""
        if token.kind == "name":
            return token.text not in _KEYWORDS or token.text in _ENDING
        return token.kind in {"number", "string", "close"} or token.text in {"++", "--"}

    def _begins(self, token: Token) -> bool:
        if token.text == "*" and token.end < len(self.line) and self.line[token.end].isalpha():
            return False
        if token.kind == "name":
            return token.text not in _WITHIN
        return token.kind in {"number", "string"}
