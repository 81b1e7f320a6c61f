"""Ruby on one line: two operands side by side begin a statement, `end` closes what a word opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.lines import prose_share
from refiner.analysis.prose import is_rest_prose, is_sentence, squeezed, without_strings
from refiner.tasks.listing.flat.lex import CLOSE, OPEN, Token, tokens
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(
    r"""(?<![\w.$@"'-])(?:
      end\s+end\b
    | (?:def\s+(?:self\.)?[a-z_]\w*[?!]?(?:\s*\([^()]*\))?|(?:class|module)\s+[A-Z][\w:]*(?:\s*<\s*[A-Z][\w:]*)?)
      \s+[^\s,.;:]
    | (?:describe|context|it|feature|scenario|task|namespace)\s+(?:["':(A-Z]|\w+\()[^.;{}]{0,60}\sdo\b(?=\s)
    | [a-z_]\w*(?:\.\w+)*\s*(?:\([^()]*\)|["'][^"']*["']|:\w+)\s+do\s
    | [A-Za-z_][\w.]*\s+do\s*\|[^|]*\|\s
    | require(?:_relative)?\s*["'][^"']+["']\s+\S
    )""",
    re.VERBOSE,
)
_END = re.compile(r"(?<![\w.:])end(?![\w:?!])")
_SIGN = re.compile(r"[=|{}@]|\w\(|['\"]|\s:\w|\bend\s+end\b")
_OPENERS = frozenset(("def", "class", "module", "begin", "case"))
_MODIFIERS = frozenset(("if", "unless", "while", "until"))
_JOINING = frozenset(("else", "elsif", "when", "rescue", "ensure"))
_OPERATORS = frozenset(("and", "or", "not", "in", "then"))
_CLOSING = _JOINING | {"end"}
_NAMED = frozenset(("def", "class", "module"))
# Methods that are given what stands behind them without brackets.
_TAKING = frozenset(("to", "not_to", "to_not", "should", "should_not"))
_ASSIGNING = frozenset(("=", "+=", "-=", "||"))
_HEADERS = _OPENERS | _MODIFIERS | _JOINING | {"do", "for"}
_MOST_PROSE = 0.3
_LEAST_ROWS = 2
_LEAST_LENGTH = 24


class _UnsureError(Exception):
    """How the code stood is not sure."""


def find_ruby(line: str) -> Iterator[Flattened]:
    """Blocks that `end` closes, in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    bare = without_strings(line)
    if not _END.search(bare):
        return
    head = _HEAD.search(bare)
    ends = [match.end() for match in _END.finditer(bare, head.start())] if head else []
    if head is None or not ends:
        return
    start, end = head.start(), ends[-1]
    if is_sentence(bare[start:end]) and not _SIGN.search(bare, start, end):
        return
    if prose_share(bare[start:end]) > _MOST_PROSE:
        return
    try:
        rows = _Reader(line[:end], start).rows()
    except (_UnsureError, IndexError, RecursionError):
        if _SIGN.search(bare, start, end):
            yield Flattened(start, end, "ruby", None)
        return
    if len(rows) >= _LEAST_ROWS and end - start >= _LEAST_LENGTH:
        is_alone = is_rest_prose(line[end:])
        yield Flattened(start, end, "ruby", "\n".join(rows) if is_alone else None)


class _Reader:
    """Reads statements up to the line's end."""

    def __init__(self, line: str, start: int) -> None:
        self.line = line
        self.tokens = list(tokens(line, start, "#"))
        self.number = 0

    def rows(self) -> list[str]:
        """The lines, two blanks a depth.

        Raises:
            _UnsureError: More than one way to part or nest them.
        """
        found: list[str] = []
        depth = 0
        while self.number < len(self.tokens):
            first = self.tokens[self.number]
            if first.kind in {"comment", "sign", "close"} and first.text not in {"@", "$", ":"}:
                raise _UnsureError
            start = first.start
            opens = self._statement()
            joins = first.text in _JOINING
            depth -= first.text == "end" or joins
            if depth < 0 or (joins and opens > 1):
                raise _UnsureError
            text = self.line[start : self.tokens[self.number - 1].end]
            found.append("  " * depth + squeezed(text))
            depth += opens
        if depth:
            raise _UnsureError
        return found

    def _statement(self) -> int:
        """Go behind a statement; how many blocks it leaves open."""
        begun = self.number
        first = self.tokens[begun].text
        self.number += 1
        if first == "end":
            if self._text() == ".":
                raise _UnsureError
            return 0
        if first in {"else", "ensure", "begin"}:
            return 1
        opened = first in _OPENERS | _MODIFIERS | _JOINING or first == "for"
        depth = (first in OPEN) - (first in CLOSE)
        while self.number < len(self.tokens):
            before, token = self.tokens[self.number - 1], self.tokens[self.number]
            if token.kind == "comment" or token.text == ";":
                raise _UnsureError
            if depth == 0:
                if token.text == "do":
                    return self._behind_do() + opened * (first not in {"while", "until", "for"})
                if self._is_break(begun, before, token):
                    break
            depth += (token.text in OPEN) - (token.text in CLOSE)
            if depth < 0:
                raise _UnsureError
            self.number += 1
        return int(opened)

    def _behind_do(self) -> int:
        self.number += 1
        if self._text() == "|":
            self.number += 1
            while self._text() != "|":
                self.number += 1
            self.number += 1
        return 1

    def _is_break(self, begun: int, before: Token, token: Token) -> bool:
        """Whether a token outside of brackets begins a statement."""
        first, text = self.tokens[begun].text, token.text
        is_apart = token.start > before.end
        if (
            text == "/"
            or first == "alias"
            or (is_apart and before.text == ".")
            or (is_apart and text in {"[", "("} and before.kind not in {"name", "sign"})
        ):
            raise _UnsureError
        if text in _CLOSING | _OPENERS:
            return before.text not in {"=", "."}
        if text in _MODIFIERS:
            return first.startswith("require") or self._is_block_word()
        if (
            {text, before.text} & _OPERATORS
            or before.text in _HEADERS | {"return"}
            or not (_ends_operand(before) and _begins_operand(token, self._text(1)))
            or (text == ":" and token.start == before.end)
        ):
            return False
        return before.kind != "name" or self._is_break_behind_name(begun, before, token)

    def _is_break_behind_name(self, begun: int, before: Token, token: Token) -> bool:
        """Whether a token behind a name begins a statement, and is not what a command is given."""
        before_that = self.tokens[self.number - 2]
        is_assigned = token.kind == "name" and self._text(1) in _ASSIGNING
        if self.number - 1 == begun:
            if token.text in {"@", "$"} and self._text(2) in _ASSIGNING:
                return True
            if is_assigned or (token.kind == "name" and self._text(1) == "do"):
                raise _UnsureError
            return False
        if self.tokens[begun].text in _NAMED:
            following = self.tokens[self.number + 1]
            is_def = self.tokens[begun].text == "def" and token.kind == "name"
            if is_def and _begins_operand(following, self._text(2)):
                # `def add name`: what a method takes may stand without brackets.
                raise _UnsureError
            return True
        if is_assigned:
            return True
        if before_that.text == ".":
            if before.text in _TAKING:
                return False
            if token.kind == "name" and self._text(1) == ".":
                return True
            raise _UnsureError
        if token.kind == "name" or before.text[:1].isupper():
            return True
        if _ends_operand(before_that):
            return False
        raise _UnsureError

    def _is_block_word(self) -> bool:
        """Whether `if` behind an operand opens a block: only that it does not can be sure.

        Raises:
            _UnsureError: There are more words `end` than other words open blocks.
        """
        texts = [token.text for token in self.tokens]
        opened = sum(text in _OPENERS or text == "do" for text in texts)
        at_start = sum(
            text in _MODIFIERS and not _ends_operand(self.tokens[number - 1])
            for number, text in enumerate(texts)
        )
        if texts.count("end") != opened + at_start:
            raise _UnsureError
        return False

    def _text(self, ahead: int = 0) -> str:
        at = self.number + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""


def _ends_operand(token: Token) -> bool:
    if token.kind == "name":
        return token.text not in _OPERATORS
    return token.kind in {"number", "string", "close"} or token.text in {"?", "!"}


def _begins_operand(token: Token, following: str) -> bool:
    if token.kind == "name":
        return True
    return token.kind in {"number", "string"} or (
        token.text in {"@", "$", ":"} and following[:1].isalpha()
    )
