"""Text that speaks to a model instead of a reader: it is kept out of prompts and of what may be used.

The fence tells a model that text from the graph is data; a small model does not always heed it.
So sentences that give it orders are left out before anything is asked, together with the rest
of their line. What remains is what a question or a cloze may be made from. On the page nothing
changes.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from refiner.lang.language import union, values

_SENTENCE_START = re.compile(r"(?<=[.!?…])[\"”»')\]]*\s+")


@cache
def orders() -> re.Pattern[str]:
    """What speaks to a model, in any language; it takes long to compile and waits for a text."""
    roles = "|".join(values("injection.roles"))
    fields = "|".join(values("injection.fields"))
    marks = rf"""
        <\|[^|<>\n]{{1,40}}\|> | </?(?:s|data|card|passage|system|user|assistant)> | \[/?INST\]
      | <</?SYS>> | \{{%.*?%\}} | \{{\{{\s*[\w.]+\.__\w+
      | <(?:script|iframe|img|style|svg)\b
      | \#{{2,}}\s*(?:{union("injection.headings")})\b
      | (?:^|(?<=[.!?"'>}}\])]\s))(?:{roles})\s*(?:prompt\s*)?:\s
      | \{{\s*["'](?:{fields})["']\s*:
    """
    # Orders that look like statements are orders at a sentence's start.
    leads = "".join(rf"|(?<=\b{word}\s)" for word in values("injection.leads"))
    start = rf"""(?:^|(?<=[.!?:;,¡"'»}})\]]\s)|(?<=¡){leads})"""
    return re.compile(
        f"(?x:{marks})|{union('injection.commands')}|{start}(?:{union('injection.orders')})",
        re.IGNORECASE,
    )


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a model."""
    return orders().search(text) is not None


@lru_cache(maxsize=2048)
def without_orders(text: str) -> str:
    """The text without what speaks to a model: from that sentence on to the end of its line."""
    if orders().search(text) is None:
        return text
    kept = []
    for line in text.split("\n"):
        found = orders().search(line)
        if found is None:
            kept.append(line)
            continue
        starts = [match.end() for match in _SENTENCE_START.finditer(line, 0, found.start() + 1)]
        kept.append(line[: max([0, *(at for at in starts if at <= found.start())])].rstrip())
    return "\n".join(kept)
