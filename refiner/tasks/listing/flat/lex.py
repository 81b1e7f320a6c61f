"""Tokens of code on one line: strings, comments, names, numbers, signs.

The tokens of all these languages are alike enough for one lexer; what they mean is each
finder's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["string", "number", "name", "sign", "comment", "open", "close"]
OPEN = {"(": ")", "[": "]", "{": "}"}
CLOSE = {close: first for first, close in OPEN.items()}

_LEXEMES = (
    ("string", (r"[rbfuRBFU]{0,2}(?:\"\"\".*?\"\"\"|'''.*?''')|[rbfuRBFU]{0,2}\"(?:\\.|[^\"\\])*\""
     r"|(?:(?<!\w)[rbfuRBFU]{0,2})'(?:\\.|[^'\\])*'|`[^`]*`")),
    ("number", r"\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?(?:[uUlLfFdD](?!\w))?"),
    ("name", r"[^\W\d]\w*"),
    ("open", r"[(\[{]"),
    ("close", r"[)\]}]"),
    ("sign", r"===|!==|\*\*=|//=|<<=|>>=|\.\.\.|->|=>|::|:=|[+\-*/%&|^<>=!]=|&&|\|\||\+\+|--|\*\*|<<|>>|\?\?|\S"),
)  # fmt: skip


class Token(NamedTuple):
    """A token and where it stands: half-open range of characters."""

    kind: Kind
    text: str
    start: int
    end: int


def tokens(line: str, at: int, comment: str) -> Iterator[Token]:
    """The tokens of a line from a place on.

    Args:
        line: The line, n characters.
        at: Where to begin, 0 to n.
        comment: What begins a comment (`//`, `#`); it is one token up to where code goes on.
    """
    pattern = _pattern(comment)
    while (match := pattern.search(line, at)) is not None:
        kind = match.lastgroup
        at = match.end()
        if kind == "comment":
            at = comment_end(line, match.start())
            yield Token("comment", line[match.start() : at].rstrip(), match.start(), at)
        else:
            yield Token(kind, match[0], match.start(), match.end())  # type: ignore[arg-type]


def _pattern(comment: str) -> re.Pattern[str]:
    rows = [("comment", rf"(?<![:\w]){re.escape(comment)}"), *_LEXEMES]
    return re.compile("|".join(f"(?P<{name}>{row})" for name, row in rows), re.DOTALL)


# What a comment that ran into the next line shows: no blank where two lines met.
_GLUE = re.compile(
    r"(?:(?<=[)\]>\"'};:])|(?<=\d)|(?<=true)|(?<=false)|(?<=null)|(?<=True)|(?<=False)|(?<=None))"
    r"(?=(?:[A-Za-z_$][\w.]*(?:\[\w*\])?\s+[A-Za-z_$][\w]*\s*=[^=]|[A-Za-z_$][\w.]*(?:\[[^\]]*\])?\s*[-+*/]?=\s[^=]"
    r"|[A-Za-z_$][\w.]*\([^()]*(?:\([^()]*\)[^()]*)*\)|(?:for|while|if)\s*\(|(?:def|for|while|if|class)\s\S+.*:))"
)


def comment_end(line: str, start: int) -> int:
    """Where the comment that begins at a place ends: where code is glued to it, else the line.

    A bracket that closes a block behind the comment's last word ends it, too.
    """
    glue = _GLUE.search(line, start + 2)
    end = glue.start() if glue else len(line)
    closing = re.compile(r"(?<=[\w.)\"'])\s*\}[\s});]*$").search(line, start, end)
    return closing.start() if closing else end


def is_tight(line: str, end: int) -> bool:
    """Whether code goes on behind a place without a blank."""
    return end < len(line) and not line[end].isspace()
