"""Code that lost its line breaks or its indentation: put back where only one way is right."""

from __future__ import annotations

import re
from itertools import pairwise

from refiner.tasks.listing.flat.python import indented_python
from refiner.tasks.listing.flat.yaml import nested
from refiner.tasks.listing.shell_lines import indented_shell, shell_blocks

_OPEN_CLOSE = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
_KEY = re.compile(r"\s*(?P<key>[A-Za-z_][\w./-]*):(?:\s+(?P<value>\S.*))?$")
# What may stand directly below `metadata:` of a Kubernetes object, and at its top.
_TOP = frozenset(
    ("apiVersion", "kind", "metadata", "spec", "data", "stringData", "status", "rules", "subjects")
)
_METADATA = frozenset(("name", "namespace", "generateName", "uid", "labels", "annotations"))
_PYTHON_HEADER = re.compile(
    r"\s*(?:def|class|if|elif|else|for|while|try|except|finally|with|async)\b.*:\s*(?:#.*)?$"
)


_SHELL_HEADER = re.compile(r"\s*(?:(?:for|while|until|if|elif|case)\s.*|then|do|else)\s*$")
_BRACED = frozenset(
    ("java", "javascript", "c", "go", "css", "typescript", "csharp", "rust", "php", "json")
)


def indented(code: str, lang: str) -> str | None:
    """A listing whose lines all stand in one column, indented again, or None where it is not sure.

    Args:
        code: Its lines.
        lang: Its language.
    """
    if lang == "yaml":
        return indented_yaml(code) or nested(code.split("\n"))
    if lang == "python":
        return indented_python(code.split("\n"))
    if lang == "bash":
        return indented_shell(code)
    return indented_by_braces(code, lang)


def indented_by_braces(code: str, lang: str) -> str | None:
    """A listing whose lines all stand in one column, indented again by its brackets.

    Args:
        code: Its lines.
        lang: Its language.

    Returns:
        The same lines indented, or None for a language without braces, or where one closes too many.
        A listing that stops before its last bracket is sure all the same; one with a text over
        several lines, whose blanks count, is not.
    """
    if lang not in _BRACED or "`" in code or '"""' in code:
        return None
    unit = "  " if lang in {"json", "javascript", "typescript", "css"} else "    "
    depth = 0
    rows = []
    for written in code.split("\n"):
        row = written.strip()
        bare = _OPEN_CLOSE.sub("", row)
        closing = len(bare) - len(bare.lstrip("}])"))
        if depth < closing:
            return None
        rows.append(unit * (depth - closing) + row if row else "")
        depth += len(re.findall(r"[{\[(]", bare)) - len(re.findall(r"[}\])]", bare))
        if depth < 0:
            return None
    return "\n".join(rows)


def indented_yaml(code: str) -> str | None:
    """YAML whose keys all stand in one column, indented again.

    A key without value holds what follows; after a value only Kubernetes' own schema tells
    where the next key stands. Anything that could stand in two places is not sure.

    Args:
        code: Lines `key: value`, all with the same indentation.

    Returns:
        The same lines indented, or None where they are not sure.
    """
    rows = [row.strip() for row in code.split("\n") if row.strip()]
    is_object = rows[0].startswith(("apiVersion:", "kind:"))
    result: list[str] = []
    above: list[str] = []
    opened = ""
    for row in rows:
        match = _KEY.match(row)
        place = match and _place(match["key"], above, opened, is_object=is_object)
        if match is None or place is None:
            return None
        above = place
        result.append("  " * len(above) + row)
        opened = match["key"] if match["value"] is None else ""
    return "\n".join(result)


def _place(key: str, above: list[str], opened: str, *, is_object: bool) -> list[str] | None:
    """The keys above a key, or None where there are two ways.

    Args:
        key: The key to place.
        above: The keys above the row before.
        opened: The key of the row before where it has no value, else "".
        is_object: Whether the listing is a whole Kubernetes object.
    """
    is_top = is_object and key in _TOP
    if opened:
        return None if is_top and opened != "template" else [*above, opened]
    if is_top and "template" not in above:
        return []
    if "metadata" in above and key in _METADATA:
        return above[: above.index("metadata") + 1]
    return None if above else above


def lost_indentation(rows: list[str], lang: str) -> bool:
    """Whether code that lives by its indentation has none left."""
    rows = [row for row in rows if row.strip()]
    if len({len(row) - len(row.lstrip()) for row in rows}) > 1:
        return False
    if lang == "yaml":
        bare = [row.strip() for row in rows]
        return any(
            row.endswith(":") and not following.startswith("-") for row, following in pairwise(bare)
        )
    if lang == "python":
        return any(_PYTHON_HEADER.match(row) for row in rows[:-1])
    if lang == "bash":
        return bool(shell_blocks(rows)) and any(_SHELL_HEADER.match(row) for row in rows[:-1])
    if lang in _BRACED:
        return any(row.rstrip().endswith(("{", "[")) for row in rows[:-1])
    return False
