"""Reads JavaScript and TypeScript on one line: which lines there were, and how deep each stood."""

from __future__ import annotations

import re

from refiner.analysis.prose import is_sentence
from refiner.tasks.listing.flat.lex import CLOSE, OPEN, Token
from refiner.tasks.listing.flat.reader import StatementReader, UnsureError

_PREFIX_WORDS = """
const let var return await new typeof void delete throw async function class extends implements import export
default case static get set public private protected readonly abstract declare type interface enum namespace
yield of in instanceof as from if for while do else try finally catch switch with keyof is satisfies
"""
_STARTING_WORDS = """
const let var return await new throw async function class import export if for while do try switch interface
enum type break continue delete
"""
# Words behind which a line goes on.
_PREFIXES = frozenset(_PREFIX_WORDS.split())
_INFIX = frozenset(
    ("instanceof", "in", "of", "as", "from", "extends", "implements", "is", "satisfies")
)
_STARTING = frozenset(_STARTING_WORDS.split())
_BODIES = frozenset(("class", "interface", "enum", "namespace"))
_PAREN_HEADS = frozenset(("if", "for", "while", "switch", "catch", "function", "with"))
_NAMING = frozenset(("const", "let", "var", "import", "export", "type"))
_SURE = re.compile(
    r"export\s+(?:default|const|let|function|class|async|\{)|(?:const|let|var)\s+[\w$]+\s*="
)
_MANY = 3
_LONG_CALL = 60
_LONGEST_ROW = 80
UNIT = " " * 4


class ScriptReader(StatementReader):
    """Statements, members of classes, and objects."""

    def _is_statement(self) -> bool:
        token = self.tokens[self.number]
        rest = self.line[token.start :]
        if token.kind == "string":
            return self._text() in {"'use strict'", '"use strict"'}
        if token.kind == "comment":
            raise UnsureError
        if _SURE.match(rest):
            return True
        if token.kind != "name" or is_sentence(rest):
            return False
        if token.text in _STARTING:
            return True
        following = self.tokens[self.number + 1 : self.number + 2]
        is_tight = bool(following) and following[0].start == token.end
        return (is_tight and self._text(1) in {".", "(", "[", "++", "--"}) or self._text(1) in {
            "=", "+=", "-=",
        }  # fmt: skip

    def _statement(self, depth: int, *, is_member: bool = False) -> None:
        """One statement with all its blocks."""
        first = self.tokens[self.number]
        start = first.start
        if first.text in {"case", "default"} and self._label(start, depth):
            return
        own = depth
        while True:
            token = self.tokens[self.number]
            if token.kind == "comment":
                raise UnsureError
            if token.text == "{" and self._is_block(first, is_member=is_member):
                start = self._block(start, depth)
            elif token.text in OPEN:
                start = self._brackets(start, depth, is_member=is_member)
            elif token.text in CLOSE:
                raise UnsureError
            else:
                self.number += 1
            if token.text == ";" or (is_member and token.text == ","):
                break
            if self.number >= len(self.tokens) or self._text() == "}":
                break
            if self._text() == "." and self.tokens[self.number].start > self._before().end:
                self._emit(start, depth)
                start, depth = self.tokens[self.number].start, own + 1
                self.number += 1
                continue
            if self._is_break(first.text):
                break
        self._emit(start, depth)

    def _label(self, start: int, depth: int) -> bool:
        """A `case` of a `switch`: its own row."""
        at = self.number
        while self._text() not in {":", "{", "}", ""}:
            self.number += 1
        if self._text() != ":" or (self.number == at and self._text(-1) != "default"):
            self.number = at
            return False
        self.number += 1
        self._emit(start, depth - 1)
        return True

    def _before(self) -> Token:
        return self.tokens[self.number - 1]

    def _is_block(self, first: Token, *, is_member: bool) -> bool:
        """Whether a `{` opens statements, not an object."""
        before = self._before() if self.number else None
        if before is None or before.text in {")", "=>", "else", "try", "finally", "do"}:
            return before is not None
        names = {token.text for token in self.tokens[max(self.number - 8, 0) : self.number]}
        if first.text in {"export", *_BODIES} and names & _BODIES:
            return True
        # A type behind the brackets of a function or method.
        is_typed = before.kind == "name" or before.text in {">", "]"}
        return is_typed and "function" in names | ({"function"} if is_member else set()) and (
            ")" in names and ":" in names
        )  # fmt: skip

    def _block(self, start: int, depth: int) -> int:
        """The statements between two braces; where the row that goes on behind them begins."""
        header = self.line[start : self.tokens[self.number].start]
        self.number += 1
        if self._text() == "}":
            self.number += 1
            return start
        self._emit(start, depth)
        words = header.split()[:4]
        is_member = bool(_BODIES & set(words))
        deeper = depth + 1 + (words[:1] in (["switch"], ["switch("]) or "switch (" in header)
        while self._text() != "}":
            self._statement(deeper, is_member=is_member)
        close = self.tokens[self.number].start
        self.number += 1
        return close

    def _brackets(self, start: int, depth: int, *, is_member: bool) -> int:
        """What stands in brackets; where the row that goes on behind them begins."""
        token = self.tokens[self.number]
        if token.text in "([" and self.number and not self._may_open(is_member=is_member):
            raise UnsureError
        close = self._closing()
        has_rows = self._has_rows(close)
        is_list = token.text != "(" and not (
            token.text == "[" and self.number and token.start == self._before().end
            and self._ends(self._before())
        )  # fmt: skip
        is_long = self._row_end(close) - start + len(UNIT) * depth > _LONGEST_ROW
        has_comma = self.tokens[close - 1].text == "," or (
            token.text == "(" and self._is_parted(close)
        )
        is_split = has_comma or (is_list and (has_rows or is_long or self._is_record(close)))
        if not is_split and not has_rows and not is_long:
            self.number = close + 1
            return start
        if not is_split:
            return self._inside(start, depth, close)
        return self._members(start, depth, close)

    def _inside(self, start: int, depth: int, close: int) -> int:
        """Arguments that stand on the row of their call, blocks and objects among them apart."""
        self.number += 1
        while self.number < close:
            start = self._piece(start, depth)
        self.number = close + 1
        return start

    def _members(self, start: int, depth: int, close: int) -> int:
        """Members that stand on a row each."""
        self.number += 1
        self._emit(start, depth)
        start = self.tokens[self.number].start
        while self.number < close:
            is_comma = self._text() == ","
            start = self._piece(start, depth + 1)
            if is_comma and self.number < close:
                self._emit(start, depth + 1)
                start = self.tokens[self.number].start
        if start < self.tokens[close].start:
            self._emit(start, depth + 1)
        self.number = close + 1
        return self.tokens[close].start

    def _piece(self, start: int, depth: int) -> int:
        """One token of an expression, or all that it opens."""
        token = self.tokens[self.number]
        if token.kind == "comment" or token.text == ";":
            raise UnsureError
        if token.text == "{" and self._before().text in {")", "=>"}:
            return self._block(start, depth)
        if token.text in OPEN:
            return self._brackets(start, depth, is_member=self._before().kind == "name")
        if (
            self._ends(self._before())
            and self._begins(token)
            and self._before().text not in {"async", "get", "set", "of", "in"}
        ):
            raise UnsureError
        self.number += 1
        return start

    def _closing(self) -> int:
        """The number of the bracket that closes the one at hand."""
        opened: list[str] = []
        for number in range(self.number, len(self.tokens)):
            text = self.tokens[number].text
            if self.tokens[number].kind == "comment":
                raise UnsureError
            if text in OPEN:
                opened.append(text)
            elif text in CLOSE:
                if opened.pop() != CLOSE[text]:
                    raise UnsureError
                if not opened:
                    return number
        raise UnsureError

    def _has_rows(self, close: int) -> bool:
        """Whether something between the bracket at hand and its end takes rows of its own."""
        here = self.number
        try:
            for number in range(here + 1, close):
                text, before = self.tokens[number].text, self.tokens[number - 1].text
                self.number = number
                if text in CLOSE and before == ",":
                    return True
                if text != "{" or self.tokens[number + 1].text == "}":
                    continue
                if before in {")", "=>"} or self._is_record(self._closing()):
                    return True
        finally:
            self.number = here
        return False

    def _is_parted(self, close: int) -> bool:
        """Whether blanks stand within the brackets at hand: lines ended there."""
        inner = self.tokens[self.number + 1], self.tokens[close - 1]
        is_long = self.tokens[close].end - self.tokens[self.number].start > _LONG_CALL
        return is_long and (
            inner[0].start > self.tokens[self.number].end
            and inner[1].end < self.tokens[close].start
        )

    def _is_record(self, close: int) -> bool:
        """Whether the braces at hand are an object that people write a member a line."""
        before = self._before().text if self.number else ""
        behind = [token.text for token in self.tokens[close + 1 : close + 3]]
        if self._text() != "{" or before in _NAMING or behind[:1] == ["="] or behind == [")", "=>"]:
            return False
        if behind[:1] == ["from"]:
            return False
        depth = commas = 0
        is_nested = False
        for token in self.tokens[self.number + 1 : close]:
            depth += (token.text in OPEN) - (token.text in CLOSE)
            commas += token.text == "," and depth == 0
            is_nested = is_nested or token.text == "{"
        return is_nested or commas + 1 >= _MANY - (before in {"=", ":"})

    def _row_end(self, close: int) -> int:
        """Where a row would end that goes on behind a bracket: at its `;`, or the bracket."""
        behind = self.tokens[close + 1 : close + 2]
        return self.tokens[close].end + bool(behind and behind[0].text == ";")

    def _may_open(self, *, is_member: bool) -> bool:
        """Whether a bracket behind a blank belongs to the word before it."""
        token, before = self.tokens[self.number], self._before()
        if token.start == before.end or not self._ends(before) or is_member:
            return True
        return before.text in _PAREN_HEADS or self._text(-2) in {"function", "*"}

    def _is_break(self, first: str) -> bool:
        """Whether the next token begins a statement."""
        before, token = self._before(), self.tokens[self.number]
        if before.text == "}":
            if token.text in {"else", "catch", "finally", "from", ",", ";", ")", "as"}:
                return False
            if token.text == "while":
                return first != "do"
            return token.kind in {"name", "string", "comment"} or token.text == "@"
        if token.text in {"{", "[", "("}:
            return False
        if token.start == before.end:
            return before.text == ")" and token.kind == "name" and first not in _PAREN_HEADS
        if before.text == ")" and first in {"if", "for", "while"}:
            # What a bare `if` holds stands behind its bracket.
            return self._count_of_statements(before) and self._begins(token)
        is_type = before.text == ">" and first in {"type", "export"}
        return (self._ends(before) or is_type) and self._begins(token)

    def _count_of_statements(self, before: Token) -> bool:
        """Whether a `)` closes a statement that stands behind a bare `if (…)`: not the `if`'s own."""
        depth = 0
        for number in range(self.number - 1, -1, -1):
            depth += (self.tokens[number].text == ")") - (self.tokens[number].text == "(")
            if depth == 0:
                return self.tokens[number - 1].text not in _PAREN_HEADS
        return before.text != ")"

    def _ends(self, token: Token) -> bool:
        """Whether a line may end behind a token."""
        if token.text == "const" and self._text(-2) == "as":
            return True
        if token.kind == "name":
            is_word = token.text not in _PREFIXES or self._text(-2) == "."
            return is_word or token.text in {"break", "continue"}
        return token.kind in {"number", "string", "close"} or token.text in {"++", "--"}

    def _begins(self, token: Token) -> bool:
        if token.kind == "name":
            return token.text not in _INFIX
        return token.kind in {"number", "string"}
