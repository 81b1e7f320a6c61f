"""What readers of code on one line share: tokens from a place on, and the rows that they stood in."""

from __future__ import annotations

from refiner.analysis.prose import squeezed
from refiner.tasks.listing.flat.lex import CLOSE, OPEN, tokens


class UnsureError(Exception):
    """How the code stood is not sure."""


class Reader:
    """Reads code from a place on.

    Args:
        line: The line, n characters.
        start: Where the code begins.
        comment: What begins a comment.

    Attributes:
        end: Behind what is read.
        rows: What is read, each row with its depth.
    """

    def __init__(self, line: str, start: int, comment: str = "//") -> None:
        self.line = line
        self.tokens = list(tokens(line, start, comment))
        self.number = 0
        self.end = start
        self.rows: list[tuple[int, str]] = []

    def _text(self, ahead: int = 0) -> str:
        at = self.number + ahead
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _written(self, start: int) -> str:
        """What was read from a place on, blanks outside of strings made single."""
        return squeezed(self.line[start : self.tokens[self.number - 1].end])

    def _emit(self, start: int, depth: int) -> None:
        if text := self._written(start):
            self.rows.append((depth, text))

    def _balanced(self, unread: frozenset[str] = frozenset()) -> None:
        """All that stands in the brackets that open here.

        Raises:
            UnsureError: A comment, one of `unread`, or another bracket closes them.
        """
        opened: list[str] = []
        while True:
            token = self.tokens[self.number]
            if token.kind == "comment" or token.text in unread:
                raise UnsureError
            self.number += 1
            if token.text in OPEN:
                opened.append(token.text)
            elif token.text in CLOSE and opened.pop() != CLOSE[token.text]:
                raise UnsureError
            if not opened:
                return


class StatementReader(Reader):
    """Reads statements from a place on, for as long as they are some."""

    def read(self) -> None:
        """All statements.

        Raises:
            UnsureError: One of them could stand in two ways.
            IndexError: The last one stops in the middle.
        """
        while self.number < len(self.tokens) and self._is_statement():
            self._statement(0)
            self.end = self.tokens[self.number - 1].end

    def _is_statement(self) -> bool:
        raise NotImplementedError

    def _statement(self, depth: int) -> None:
        raise NotImplementedError
