"""Proposals as diffs: of a page, as `git apply` takes it, and of words, for the eye."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
Change = Literal["same", "old", "new"]


def page_diff(path: str, old: bytes, new: bytes) -> str:
    r"""A unified diff of a page, with `\ No newline at end of file` where it belongs.

    Args:
        path: The page's path in the graph.
        old: Its bytes, UTF-8.
        new: Its bytes after the edits.
    """
    if old == new:
        return ""
    before, after = _git_lines(old.decode()), _git_lines(new.decode())
    parts = [f"diff --git {_quoted(f'a/{path}')} {_quoted(f'b/{path}')}\n"]
    tab = "\t" if " " in path else ""  # git ends a name with blanks so
    names = (_quoted(f"a/{path}") + tab, _quoted(f"b/{path}") + tab)
    for line in difflib.unified_diff(before, after, *names):
        if line.endswith("\n"):
            parts.append(line)
        else:
            parts.append(f"{line}\n\\ No newline at end of file\n")
    return "".join(parts)


def word_diff(old: str, new: str) -> Iterator[tuple[Change, str]]:
    """The words that stay, go and come, in reading order.

    A blank alone between two changes is part of them, so that a sentence that was rewritten
    reads as one.
    """
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    gone: list[str] = []
    come: list[str] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            gone += before[i:j]
            come += after[k:m]
            continue
        same = "".join(before[i:j])
        if same == " " and gone and come and j < len(before):
            gone.append(same)
            come.append(same)
            continue
        yield from _changes(gone, come)
        gone, come = [], []
        yield "same", same
    yield from _changes(gone, come)


def _changes(gone: list[str], come: list[str]) -> Iterator[tuple[Change, str]]:
    if gone:
        yield "old", "".join(gone)
    if come:
        yield "new", "".join(come)


def _git_lines(text: str) -> list[str]:
    """Lines as git counts them: only a line feed ends one."""
    lines = text.split("\n")
    kept = [f"{line}\n" for line in lines[:-1]]
    return [*kept, lines[-1]] if lines[-1] else kept


def _quoted(path: str) -> str:
    r"""A path as git writes it in a patch: in quotes where it holds quotes, `\` or controls."""
    if not re.search(r'["\\\x00-\x1f]', path):
        return path
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
