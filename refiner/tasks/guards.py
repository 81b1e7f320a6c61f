"""What no new text may bring into a page, whoever wrote it: a guard that every task can use.

A model may be led by the text that it reads, and a page renders HTML, loads images, runs macros
and follows links. So new text may only hold such parts as the old text held.
"""

from __future__ import annotations

import re
import unicodedata

_KINDS = {
    "an image": re.compile(r"!\[[^\]\n]*\]?"),
    "a link": re.compile(
        r"\[[^\]\n]*\]\([^)\n]*\)?|\[[^\]\n]+\]\[[^\]\n]*\]|\[\[[^\]\n]*\]?\]?|\(\([^)\n]*\)?\)?"
        r"|(?:[a-z][a-z0-9+.-]{1,20}:)?//[^\s/]\S*|\bwww\.\S+|\b(?:javascript|vbscript|data|mailto|file)\s*:\s*\S+",
        re.IGNORECASE,
    ),
    "HTML": re.compile(
        r"<\s*[!/?]?\s*[a-z][^>\n]*>?|<!--|&(?:#x?[0-9a-f]+|[a-z]+\d*);", re.IGNORECASE
    ),
    "a macro": re.compile(r"\{\{[^}\n]*\}?\}?|#\+\w+|\{%|%\}|\$\{"),
    "math": re.compile(r"\$\$|\\[(\[]|\$[^\s$][^$\n]*\$|\\[a-z]{2,}\b"),
    "a tag": re.compile(r"(?<![\w&])#(?:\[\[|[^\W\d_])[\w-]*"),
    "a property": re.compile(r"(?<![\w:])[\w-]+::(?!\w)|^\s*:[A-Z-]+:", re.MULTILINE),
}
_ALLOWED_CONTROLS = "\n\t"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def forbidden_part(new: str, old: str) -> str | None:
    """What a new text holds that a page could act on and the old text did not hold, or None.

    Args:
        new: The text that shall stand in the page.
        old: The text that it shall replace, or where it stands, as the page has it.

    Returns:
        The part's kind in a few words: `a control character`, `HTML`, `a link`, …
    """
    for char in set(new) - set(old):
        if char not in _ALLOWED_CONTROLS and unicodedata.category(char) in _INVISIBLE:
            return "a control character"
    for kind, pattern in _KINDS.items():
        if any(found[0] not in old for found in pattern.finditer(new)):
            return kind
    for mark in ("```", "~~~"):
        if new.count(mark) % 2 != old.count(mark) % 2:
            return "an open code mark"
    if new.count("`") % 2 and not old.count("`") % 2:
        return "an open code mark"
    return None
