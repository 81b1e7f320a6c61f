"""JavaScript and TypeScript on one line, with or without `;`: operands side by side part statements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.prose import is_rest_prose, is_sentence, without_strings
from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.reader import UnsureError
from refiner.tasks.listing.flat.script_reader import UNIT, ScriptReader

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(
    r"""(?<![\w.$@"'-])(?:['"]use\ strict['"]\s*;?\s*)?(?:
      (?:export\s+)?(?:const|let|var)\s+(?:[\w$]+|\{[^{}]*\}|\[[^\[\]]*\])\s*(?::\s*[\w<>\[\].]+\s*)?=(?!=)
    | import\s+(?:(?:type\s+)?[\w*{}, $]+\sfrom\s+)?["'][^"']+["']
    | (?:export\s+)?(?:default\s+)?(?:async\s+)?function\s*\*?\s*[\w$]*\s?\([^()]*\)[^(){}]{0,40}\{
    | module\.exports\s*=
    | (?:export\s+)?(?:interface|enum|class)\s+[A-Z]\w*(?:<[^<>]*>)?(?:\s+(?:extends|implements)\s+[\w.<>, ]+)?\s*\{
    | (?:export\s+)?type\s+[A-Z]\w*(?:<[^<>]*>)?\s*=
    | (?:await\s+)?[A-Za-z_$][\w$]*(?:\s?\.[\w$]+|\([^()]*\))*\(\s*(?:["'][^"']*["']\s*,\s*)?
      (?:async\s*)?(?:function\s*\w*\s*\(|(?:\([\w\s,:{}]*\)|\w+)\s*=>)
    | [A-Za-z_$][\w$]*\.[\w$]+\(\s*(?:["'][^"']*["']\s*,\s*)?\{\s*[\w$]+\s*[:,}]
    )""",
    re.VERBOSE,
)  # fmt: skip
_SIGN = re.compile(
    r"\b(?:const|let)\s|=>|\bfunction\b|\brequire\(|\bimport\b.*[\"']|\bmodule\.exports|\bconstructor\("
    r"|\.\w+\(\{|\bvar\s\w+\s=\s(?!new\b)"
)
# What Java and C# have, and no script.
_OTHERS = re.compile(
    r"\b(?:public|private|protected)\s+(?:static\s+|final\s+|async\s+|override\s+)*[\w<>\[\]]+\s+\w+\s*[({;=]|\bSystem\."
    r"|\busing\s+[\w.]+;|\bfn\s|->\s|\bfunc\s|:="
)
_TYPED = re.compile(
    r"\w\??:\s*(?:string|number|boolean|any|unknown|void|Promise<)|\binterface\s|\btype\s\w+.*="
    r"|\bas\s+const\b|\w<[A-Z]\w*>\("
)
_UNREAD = re.compile(r"/\*|[(,=:]\s*/[^/\s]|[(>=]\s*<[A-Za-z]|\breturn\s*<|\.\.\.\s|\.\.\.$")
_STATED = re.compile(r"[({=:;]")
_LEAST_ROWS = 2
_LEAST_LENGTH = 30
_LEAST_UNSURE = 60


def find_script(line: str) -> Iterator[Flattened]:
    """Statements in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if not ("{" in line or "=" in line or "import" in line):
        return
    bare = without_strings(line)
    at = 0
    while (head := _HEAD.search(bare, at)) is not None:
        start, at = head.start(), head.end()
        reader = ScriptReader(line, start)
        is_sure = not _UNREAD.search(bare, start)
        try:
            reader.read()
        except (UnsureError, IndexError, RecursionError):
            is_sure = False
        end = max(reader.end, head.end())
        code = line[start : end if is_sure else len(line)]
        plain = without_strings(code)
        if not (_SIGN.search(plain) or _TYPED.search(plain)) or _OTHERS.search(plain):
            continue
        lang = "typescript" if _TYPED.search(plain) else "javascript"
        if not is_sure:
            if len(list(_HEAD.finditer(bare, start))) > 1 and len(code) >= _LEAST_UNSURE:
                yield Flattened(start, len(line.rstrip()), lang, None)
                return
            continue
        at = max(at, end)
        if len(reader.rows) < _LEAST_ROWS or end - start < _LEAST_LENGTH:
            continue
        if any(is_sentence(row) and not _STATED.search(row) for _, row in reader.rows):
            continue
        restored = "\n".join(UNIT * depth + row for depth, row in reader.rows)
        yield Flattened(start, end, lang, restored if is_rest_prose(line[end:]) else None)
