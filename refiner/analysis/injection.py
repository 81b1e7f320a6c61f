"""Text that speaks to a model instead of a reader: it is kept out of prompts and of what may be used.

The fence tells a model that text from the graph is data; a small model does not always heed it.
So sentences that give it orders are left out before anything is asked, together with the rest
of their line. What remains is what a question or a cloze may be made from. On the page nothing
changes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from refiner.lang.language import union, values

_ROLES = "|".join(values("injection.roles"))
_FIELDS = "|".join(values("injection.fields"))
_MARKS = rf"""
    <\|[^|<>\n]{{1,40}}\|> | </?(?:s|data|card|passage|system|user|assistant)> | \[/?INST\] | <</?SYS>>
  | \{{%.*?%\}} | \{{\{{\s*[\w.]+\.__\w+
  | <(?:script|iframe|img|style|svg)\b
  | \#{{2,}}\s*(?:{union("injection.headings")})\b
  | (?:^|(?<=[.!?"'>}}\])]\s))(?:{_ROLES})\s*(?:prompt\s*)?:\s
  | \{{\s*["'](?:{_FIELDS})["']\s*:
"""
# Orders that look like statements are orders at a sentence's start.
_LEADS = "".join(rf"|(?<=\b{word}\s)" for word in values("injection.leads"))
_START = rf"""(?:^|(?<=[.!?:;,¡"'»}})\]]\s)|(?<=¡){_LEADS})"""
ORDER = re.compile(
    f"(?x:{_MARKS})|{union('injection.commands')}|{_START}(?:{union('injection.orders')})",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?<=[.!?…])[\"”»')\]]*\s+")


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a model."""
    return ORDER.search(text) is not None


@lru_cache(maxsize=2048)
def without_orders(text: str) -> str:
    """The text without what speaks to a model: from that sentence on to the end of its line."""
    if ORDER.search(text) is None:
        return text
    kept = []
    for line in text.split("\n"):
        found = ORDER.search(line)
        if found is None:
            kept.append(line)
            continue
        starts = [match.end() for match in _SENTENCE_START.finditer(line, 0, found.start() + 1)]
        kept.append(line[: max([0, *(at for at in starts if at <= found.start())])].rstrip())
    return "\n".join(kept)
