"""`for`, `while`, `if` and `case` of a shell on one line: their words begin lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.prose import squeezed, without_strings
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(
    r"(?<![\w.$\"'/-])(?:for\s+\w+\s+in\s[^;]{1,80}?;?\s+do\s|for\s+\(\(.{1,60}?\)\)\s*;?\s*do\s"
    r"|(?:while|until)\s+(?:\[|\(\(|read\b|true\b|:).{0,80}?;?\s+do\s"
    r"|(?:if|elif)\s+(?:!\s+)?(?:\[|\(\(|test\b|command\b|grep\b).{1,80}?;?\s+then\s"
    r"|case\s+\S+\s+in\s+[^()\s]{1,40}\)\s)"
)
_WORD = re.compile(
    r"(?<![\w.$/-])(?:for|while|until|if|elif|else|then|do|done|fi|case|esac)(?![\w./=-])|;;"
)
_TAIL = re.compile(r"(?<![\w.$/-])(?:done|fi|esac)(?![\w./=-])")
_PATTERN = re.compile(r"\s*\(?[^\s()]+(?:\s*\|\s*[^\s()]+)*\)")
_CONTROL = frozenset(("for", "while", "until", "if", "case"))
_COMMAND = re.compile(
    r"(?<![\w.$/\"'=-])(?:echo|printf|read|return|exit|break|continue|export|local|shift|cd|cp|mv|rm|mkdir"
    r"|touch|cat|grep|sed|awk|source|sleep|kill|test|let|eval|exec|set|unset|declare|trap|wait)(?=\s|$)"
)
_COMMENT = re.compile(r"(?<!\S)#\s")
_BEHIND_STRING = re.compile(r"[\"'][ ]+[^\W\d]|\S\s+[A-Za-z_]\w*\+?=|\w=\S*\s+[^\W\d]")
_JOINER = re.compile(r"(?:&&|\|\||\||!|\bthen|\bdo|\belse)\s*$")


class _UnsureError(Exception):
    """How the code stood is not sure."""


def find_shell_blocks(line: str) -> Iterator[Flattened]:
    """Loops and branches in a line of prose; one that `;` parts was written on one line.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    bare = without_strings(line)
    head = _HEAD.search(bare)
    if head is None:
        return
    ends = list(_TAIL.finditer(bare, head.end()))
    if not ends:
        return
    start, end = head.start(), ends[-1].end()
    code = line[start:end]
    if _is_one_line(bare[start:end]):
        return
    try:
        rows = _rows(code, bare[start:end])
    except _UnsureError:
        yield Flattened(start, end, "bash", None)
        return
    yield Flattened(start, end, "bash", "\n".join(rows))


def _is_one_line(bare: str) -> bool:
    """Whether the code runs as it stands, each `do`, `then` and end behind its `;`."""
    if bare.count(";;") > 1:
        return False
    words = re.findall(r"(\S+)\s+(?:do|then|done|fi|esac|else)(?![\w./=-])", bare)
    return all(word.endswith((";", "&")) for word in words)


def _rows(code: str, bare: str) -> list[str]:
    """The lines, two blanks a depth.

    Raises:
        _UnsureError: A block holds several commands, and nothing parts them.
    """
    rows: list[str] = []
    above: list[str] = []
    at = 0
    while at < len(bare):
        word = _WORD.match(bare, at)
        if above and above[-1] == "case" and (word is None or word[0] != "esac"):
            at = _branch(code, bare, at, len(above), rows)
            continue
        if word is None:
            following = _WORD.search(bare, at)
            stop = following.start() if following else len(bare)
            rows += ["  " * len(above) + one for one in _commands(code[at:stop], bare[at:stop])]
            at = stop
            continue
        at = _word(code, bare, word, above, rows)
        at += len(bare[at:]) - len(bare[at:].lstrip())
    if above:
        raise _UnsureError
    return rows


def _word(code: str, bare: str, word: re.Match[str], above: list[str], rows: list[str]) -> int:
    """A keyword's own line; where the next begins."""
    name = word[0]
    if name in {"done", "fi", "esac"}:
        opener = above.pop() if above else ""
        if (
            opener
            not in {"done": ("for", "while", "until"), "fi": ("if",), "esac": ("case",)}[name]
        ):
            raise _UnsureError
        rows.append("  " * len(above) + name)
        return word.end()
    if name == "else":
        rows.append("  " * (len(above) - 1) + name)
        return word.end()
    if name not in _CONTROL | {"elif"}:
        raise _UnsureError
    closer = {"for": "do", "while": "do", "until": "do", "case": "in"}.get(name, "then")
    behind = re.compile(rf"(?<![\w.$/-]){closer}(?![\w./=-])").search(bare, word.end())
    if behind is None:
        raise _UnsureError
    head = squeezed(code[word.start() : behind.start()])
    depth = len(above) - (name == "elif")
    if closer == "in":
        rows.append("  " * depth + head + " in")
    elif head.endswith(";"):
        rows.append("  " * depth + f"{head} {closer}")
    else:
        rows += ["  " * depth + head, "  " * depth + closer]
    if name != "elif":
        above.append(name)
    return behind.end()


def _branch(code: str, bare: str, at: int, depth: int, rows: list[str]) -> int:
    """A pattern with its commands up to `;;`; where the next begins."""
    pattern = _PATTERN.match(bare, at)
    stop = bare.find(";;", at)
    if pattern is None or stop < 0 or _WORD.search(bare, pattern.end(), stop):
        raise _UnsureError
    if len(_commands(code[pattern.end() : stop], bare[pattern.end() : stop])) > 1:
        raise _UnsureError
    rows.append("  " * depth + squeezed(code[at : stop + 2]))
    behind = stop + 2
    return behind + len(bare[behind:]) - len(bare[behind:].lstrip())


def _holds_two(bare: str) -> bool:
    """Whether commands may stand side by side: words behind a string, an assignment, one word twice."""
    words = [word for word in bare.split() if word[0] not in "-<>&|0123456789"]
    return bool(_BEHIND_STRING.search(bare)) or len(set(words)) < len(words)


def _commands(code: str, bare: str) -> list[str]:
    """The commands of a block, a line each.

    Raises:
        _UnsureError: There are several, and no `;` parts them.
    """
    if _COMMENT.search(bare):
        raise _UnsureError
    parts = []
    at = 0
    for match in [*re.finditer(r"(?<!;);(?!;)\s*", bare), None]:
        stop = match.end() if match else len(bare)
        parts.append((code[at:stop].strip(), bare[at:stop]))
        at = stop
    found = []
    for written, plain in parts:
        heads = [m for m in _COMMAND.finditer(plain) if not _JOINER.search(plain[: m.start()])]
        if len(heads) > 1 or (heads and plain[: heads[0].start()].strip()) or _holds_two(plain):
            raise _UnsureError
        if written:
            found.append(squeezed(written))
    return found
