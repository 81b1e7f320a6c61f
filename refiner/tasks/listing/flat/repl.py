"""Sessions of an interpreter or a database on one line: each prompt begins a line."""

from __future__ import annotations

import ast
import re
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

from refiner.analysis.prose import is_sentence, sentence_start, squeezed, without_strings
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_PYTHON = re.compile(r"(?<![\w>])>>>(?=\s+\S)")
_GOES_ON = re.compile(r"(?<![\w.])\.\.\.(?=\s)")
_OTHERS = (
    ("ruby", re.compile(r"(?<!\S)(?:irb(?:\([\w:]*\))?(?::\d+){0,2}[>*]|pry(?:\([\w:]*\))?>)\s")),
    ("sql", re.compile(r"(?<!\S)(?:mysql|MariaDB \[[\w()]*\]|sqlite|SQL|\w+[=(-][#>])>?(?=\s+[A-Za-z\\.])")),
    ("javascript", re.compile(r"(?<!\S)>(?=\s+(?:db\.\w|use \w|(?:const|let|var) \w))")),
)  # fmt: skip
_STATEMENT = re.compile(
    r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|SHOW|USE|DESCRIBE|EXPLAIN|GRANT|BEGIN|COMMIT|SET|\\)",
    re.IGNORECASE,
)
_PRINTED = re.compile(r"-{4,}|\+-{2,}\+|=>\s|\(\d+ rows?\)|\bQuery OK\b")
_HEADER = re.compile(r"(?:def|class|for|while|if|with|try|async|@)\b|@")
# What a statement prints, and no operator joins to it: `<Bed: north>`, `(1, 2)`.
_OUTPUT = re.compile(
    r"\s<\w|(?<![\w.])(?!(?:in|and|or|not|is|if|else|lambda|return|yield|import|del|assert|await|raise)\s)"
    r"[\w.]*[\w)\]}\"']\s+[\[({]"
)
_SHOWN = re.compile(r"\s*(<[^<>]*(?:<[^<>]*>[^<>]*)*>)")
_COMMENT = re.compile(r"(?<!\S)#\s")
_LEAST = 2


def find_repl(line: str) -> Iterator[Flattened]:
    """Sessions in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if ">" not in line and "=#" not in line:
        return
    bare = without_strings(line)
    prompts = list(_PYTHON.finditer(bare))
    if prompts:
        yield from _python(line, bare, [prompt.start() for prompt in prompts])
        return
    for lang, pattern in _OTHERS:
        starts = [match.start() for match in pattern.finditer(bare)]
        if lang == "sql":
            ends = [match.end() for match in pattern.finditer(bare)]
            starts = [
                a for a, b in zip(starts, ends, strict=True) if _STATEMENT.match(bare, b)
            ]  # fmt: skip
        found = _other(line, bare, starts, lang)
        if found is not None:
            yield found
            return


def _python(line: str, bare: str, starts: list[int]) -> Iterator[Flattened]:
    """A session of Python: what follows a statement was printed."""
    rows: list[str] = []
    is_sure = True
    end = starts[-1]
    for start, behind in pairwise([*starts, len(line)]):
        is_last = behind == len(line)
        read = _statement(line[start + 3 : behind], bare[start + 3 : behind])
        if read is None:
            is_sure = False
            end = behind
            continue
        statement, printed, length = read
        rows.append(">>> " + statement)
        end = start + 3 + length
        if printed and is_last:
            printed, length = _without_prose(line[end:behind])
            end += length
        if printed:
            is_sure = is_sure and _is_value(printed)
            rows.append(printed)
            end = end if is_last else behind
    if len(starts) < _LEAST and len(rows) < _LEAST and (is_sure or not _GOES_ON.search(bare)):
        return
    end = len(line[:end].rstrip())
    yield Flattened(starts[0], end, "pycon", "\n".join(rows) if is_sure else None)


def _statement(written: str, bare: str) -> tuple[str, str, int] | None:
    """A statement, what it printed, and its length in characters; None where that is not sure."""
    text = written.strip()
    if _GOES_ON.search(bare) or _COMMENT.search(bare) or _HEADER.match(text):
        return None
    offset = len(written) - len(written.lstrip())
    cuts = [match.start() for match in re.finditer(r"\s+(?=\S)", bare[offset:])] + [
        len(bare[offset:].rstrip())
    ]
    # The longest that is a statement: of what was printed nothing joins it with a sign.
    for cut in reversed(cuts):
        statement = written[offset : offset + cut]
        if _parses(statement) and not _OUTPUT.search(without_strings(statement)):
            rest = written[offset + cut :].strip()
            return squeezed(statement), " ".join(rest.split()), offset + cut
    return None


def _without_prose(written: str) -> tuple[str, int]:
    """What the last statement printed, without the sentence behind it, and its length."""
    at = len(written) - len(written.lstrip())
    shown = _SHOWN.match(written)
    if shown is not None:
        return " ".join(shown[1].split()), shown.end()
    if written[at : at + 1].isalpha() and is_sentence(written[at:]):
        return "", 0
    start = sentence_start(written, at + 1)
    printed = written[at:start].rstrip()
    return " ".join(printed.split()), at + len(printed)


def _is_value(printed: str) -> bool:
    """Whether a line prints one value: what an expression shows."""
    if re.fullmatch(r"<[^<>]*(?:<[^<>]*>[^<>]*)*>|\S*[^\s:]", printed):
        return True
    return _parses(printed) and not is_sentence(printed)


def _parses(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return len(ast.parse(code).body) == 1
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _other(line: str, bare: str, starts: list[int], lang: str) -> Flattened | None:
    """A session of which what was printed can't be told from what was typed, but for SQL's `;`."""
    if not starts:
        return None
    has_printed = _PRINTED.search(bare, starts[0]) is not None
    if len(starts) < _LEAST and not has_printed:
        return None
    end = sentence_start(bare, starts[-1] + 1, has_capitals=True) or len(line)
    rows = [squeezed(line[a:b]) for a, b in pairwise([*starts, end])]
    is_sure = not has_printed and lang == "sql" and all(row.endswith(";") for row in rows)
    end = len(line[:end].rstrip())
    return Flattened(starts[0], end, lang, "\n".join(rows) if is_sure else None)
