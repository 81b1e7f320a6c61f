"""Terms that a passage itself marks as what it is about: defined, named, emphasised.

`X is a …`, `is called X`, `llamado X`, `**X**`: where a text does that, no model need choose.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.analysis.terms import content_words, frequency_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a definition begins with, the term that it defines, and the verb.
DEFINES = {
    "en": re.compile(
        r"(?:(?:The term |An? |The )(?P<named>[\w-]+(?: [\w-]+){0,2}?)|(?P<bare>[A-Z][\w-]*(?: [\w-]+)?))"
        r" (?:is|are|means|refers to) (?:an?|the|any|one)\b"
    ),
    "es": re.compile(
        r"(?:(?:El |La |Los |Las |Una? )(?P<named>[\w-]+(?: [\w-]+){0,2}?)|(?P<bare>[A-ZÁÉÍÓÚÑ][\w-]*))"
        r" (?:es|son|significa) (?:una?|el|la|los|las)\b"
    ),
    "ca": re.compile(
        r"(?:(?:El |La |Els |Les |Una? |L['’])(?P<named>[\w-]+(?: [\w-]+){0,2}?)|(?P<bare>[A-ZÀÉÍÓÚ][\w-]*))"
        r" (?:és|són|significa) (?:una?|el|la|els|les)\b"
    ),
}
# A noun phrase that begins so defines nothing: "Because your app is a …", "A running container is a …".
NO_TERM = re.compile(
    r"(?:because|if|when|while|although|though|since|as|but|and|or|so|once|in|on|at|for|by|with|from|all|each|both"
    r"|such|another|other|same|only|first|second|next|last|result|reason|purpose|goal|problem|idea|following|above"
    r"|your|our|my|their|its|his|her|one|some|many|most|porque|si|cuando|mientras|aunque|como|pero|y|o|en|por|para"
    r"|con|de|tu|su|mi|nuestr[oa]|cada|tod[oa]s?|otr[oa]|mism[oa]|sól?o|primer[oa]?|resultado|razón|objetivo|problema"
    r"|idea|siguiente|anterior|perquè|quan|mentre|però|i|amb|per|el seu|cada|altre|raó|objectiu|\w+ing\b.+)\b",
    re.IGNORECASE,
)
PRONOUN = re.compile(
    r"\b(?:this|that|it|there|these|those|what|which|he|she|they|we|you|esto|eso|este|esta|ello|això|aquest)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:(?:is|are|was|were|be|so-|also|often|usually)\s?(?:called|named|termed|known as|referred to as)|this is called"
    r"|(?:llamad|denominad|conocid)[oa]s?(?: como)?|se (?:llaman?|denominan?|conocen? como)|recibe el nombre de"
    r"|(?:anomenad|dit|conegut)[ae]?s?(?: com a?)?|s['’]anomenen?|es coneix com a?)\s+"
    r"(?:an?\s|the\s|el\s|la\s|los\s|las\s|els\s|les\s|una?\s)?[\"“«*_]*"
    r"(?P<term>[\w-]+(?:\s[\w-]+){0,2}?)[\"”»*_]*(?=[.,;:()]|\s(?:and|or|if|which|that|because|when|y|o|que|si|cuando|i|perquè|quan|and)\b|$)"
)
_EMPHASISED = re.compile(
    r"(?<!\w)(?P<mark>\*\*|__|\^\^|==)(?P<term>[^*_^=\n]{2,40})(?P=mark)(?!\w)"
)
# A single word commoner than this tells little of a passage: `disk`, `system`, `núcleo`.
_COMMON = 4.4


def defined_term(sentence: str, lang: str) -> str | None:
    """The term that a sentence defines by its form, or None."""
    pattern = DEFINES.get(lang)
    match = pattern.match(sentence) if pattern is not None else None
    if match is None:
        return None
    term: str = match["named"] or match["bare"]
    return None if PRONOUN.search(term) or NO_TERM.match(term) else term


def marked_terms(sentence: str, lang: str) -> Iterator[str]:
    """The terms that a sentence defines, names or emphasises."""
    term = defined_term(sentence, lang)
    if term is not None:
        yield term
    for pattern in (_NAMED, _EMPHASISED):
        for match in pattern.finditer(sentence):
            yield match["term"]


def is_telling(term: str, lang: str) -> bool:
    """Whether a term says what a passage is about: a name, a number, a rare word, several words."""
    words = content_words(term, lang)
    if len(words) > 1 or re.search(r"\d|\w[A-Z]|^[A-Z]{2,}", term):
        return True
    return any(frequency_of(word, lang) < _COMMON for word in words)
