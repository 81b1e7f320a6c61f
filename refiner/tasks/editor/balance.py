"""Whether restored code closes what it opens, in languages that no parser here reads."""

from __future__ import annotations

import re

_BRACES = frozenset({"c", "cpp", "csharp", "css", "go", "groovy", "hcl", "java", "javascript"})
_BRACES |= {"kotlin", "php", "rust", "scala", "swift", "terraform", "typescript"}
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|//.*|#[ \t].*")
_OPENING = re.compile(
    r"(?:^|=\s*|^(?:private|protected)\s+)(?:class|module|def|if|unless|case|begin|while|until|for)\b|\bdo\b(?:\s*\|[^|]*\|)?$"
)
_COMMENT = re.compile(r"\s+#\s.*")
_CLOSING = re.compile(r"^end\b")


def open_depth(code: str, language: str) -> int:
    """How many braces or blocks stay open at the end; -1 where one closes that never opened.

    0 for a language of which nothing is known here.
    """
    if language in _BRACES:
        return _depth(re.findall(r"[{}]", _STRING.sub("", code)), "{")
    if language == "ruby":
        return _depth(_block_marks(code), "do")
    return 0


def _block_marks(code: str) -> list[str]:
    """What opens (`do`) and closes (`end`) Ruby's blocks, a line at most one of each."""
    marks = []
    for line in code.splitlines():
        row = _COMMENT.sub("", line).strip()
        marks += ["do"] * bool(_OPENING.search(row) and not re.search(r"\bend$", row))
        marks += ["end"] * bool(_CLOSING.search(row))
    return marks


def _depth(marks: list[str], opening: str) -> int:
    depth = 0
    for mark in marks:
        depth += 1 if mark == opening else -1
        if depth < 0:
            return -1
    return depth
