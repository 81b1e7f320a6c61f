"""Sentences in which a book speaks of itself, or to its reader: they state nothing to learn.

"In the next chapter we'll see…", "do the exercises at the end", "I hope that you enjoyed…",
"click on Download".
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from refiner.lang.language import union, word_union


@cache
def _talk() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{union('talk.patterns')})", re.IGNORECASE)


@cache
def _orders() -> re.Pattern[str]:
    objects = "|".join(sorted(map(re.escape, word_union("talk.order_objects"))))
    return re.compile(
        rf"\W*(?:\d+[.)]\s*)?(?:{union('talk.orders')})\s+(?:{objects}|[`\"“¤])(?=\W|$)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=2048)
def speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence is about the book, its author, or what its reader should do at a screen."""
    return bool(_talk().search(sentence) or _orders().match(sentence))
