"""The words that carry a text's meaning: what a rewritten question has to keep, and may use."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from refiner.lang.language import union, values
from refiner.lang.lexicon import (
    LANGS,
    frequency,
    highest_frequency,
    is_at_least,
    plain_letters,
)

WORD = re.compile(r"[^\W_](?:[\w'’+#.-]*[\w+#])?")
_NUMBERED = "|".join(values("references.nouns"))
NOISE = re.compile(
    rf"https?://\S+|!?\[[^\]]*\]\([^)]*\)|\((?:{'|'.join(values('references.pages'))})\s\w+\)"
    rf"|\(?\b(?:{union('references.pointers')})(?:{_NUMBERED})\s[\d.\-]+\)?"
    rf"|\b(?:{_NUMBERED})\s[\d.\-]+\.?:?",
    re.IGNORECASE,
)
FOLD = re.compile(r"\s+")
# Words too common to tell what a question is about, on the Zipf scale.
COMMON = 5.2
RARE = 4.6
LEAST_LETTERS = 3
STEM = 5


def cleaned(text: str, limit: int = 900) -> str:
    """Text for a prompt: no links, captions' numbers and emphasis marks, cut at a sentence.

    Args:
        text: Text of a side.
        limit: Characters to keep at the most.
    """
    bare = FOLD.sub(" ", NOISE.sub(" ", text).replace("**", "").replace("__", "")).strip()
    if len(bare) <= limit:
        return bare
    cut = bare[:limit]
    stop = max(cut.rfind(". "), cut.rfind("; "))
    return cut[: stop + 1] if stop > limit // 2 else cut.rsplit(" ", 1)[0]


def content_words(text: str, lang: str) -> list[str]:
    """The words of a text that are no function words, as written, in order."""
    return [
        word
        for word in WORD.findall(text)
        if len(word) >= LEAST_LETTERS and not word.isdigit() and is_rarer(word, lang, COMMON)
    ]


def rare_terms(text: str, lang: str, count: int = 4) -> list[str]:
    """The terms that a text is about: rare or capitalised words, the most frequent first."""
    words = content_words(text, lang)
    counts = Counter(stem(word) for word in words)
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(stem(word), word)
    rare = [
        key
        for key, word in first.items()
        if word[1:] != word[1:].lower() or is_rarer(word, lang, RARE)
    ]
    order = {key: place for place, key in enumerate(first)}
    rare.sort(key=lambda key: (-counts[key], order[key]))
    return [first[key] for key in rare[:count]]


def frequency_of(word: str, lang: str) -> float:
    """How common a word is, Zipf; in an unknown language the most common reading counts."""
    lower = word.lower()
    return frequency(lower, lang) if lang in LANGS else highest_frequency(lower)


def is_rarer(word: str, lang: str, least: float) -> bool:
    """Whether `frequency_of` is below a bound; where that is high, fewer words are loaded."""
    lower = word.lower()
    return not any(is_at_least(lower, one, least) for one in ((lang,) if lang in LANGS else LANGS))


@lru_cache(maxsize=8192)
def lemma(word: str, lang: str) -> str:
    """The form under which a dictionary lists a lower-case word; itself where none is known."""
    if lang not in LANGS:
        return word
    import simplemma

    found: str = simplemma.lemmatize(word, lang=lang)
    return found


def stem(word: str) -> str:
    """What the forms of a word share: its first letters, without accents."""
    bare = plain_letters(word.lower()).strip("'’.-")
    return bare[:STEM] if len(bare) > STEM else bare.rstrip("s") or bare
