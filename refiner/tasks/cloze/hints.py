"""Hints for hidden terms, where the term itself tells its kind for sure: a year, a share, an acronym.

A 1.5B model asked for a hint was measured: of 33, five were of the wrong kind, and a wrong hint is
worse than none (`eval/README.md`).
"""

from __future__ import annotations

import re

_KINDS = (
    ("year", re.compile(r"(?:1[0-9]|20)\d\d")),
    ("percentage", re.compile(r"\d[\d.,]*\s?%")),
    ("address", re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?")),
    ("number", re.compile(r"[\d.,]*\d")),
    ("quantity", re.compile(r"[\d.,]*\d\s?[^\W\d_]+")),
    ("acronym", re.compile(r"[A-Z]{2,6}s?")),
)
_NAMES = {
    "en": {
        "year": "year",
        "percentage": "percentage",
        "address": "address",
        "number": "number",
        "quantity": "quantity",
        "acronym": "acronym",
    },
    "es": {
        "year": "año",
        "percentage": "porcentaje",
        "address": "dirección",
        "number": "número",
        "quantity": "cantidad",
        "acronym": "sigla",
    },
    "ca": {
        "year": "any",
        "percentage": "percentatge",
        "address": "adreça",
        "number": "nombre",
        "quantity": "quantitat",
        "acronym": "sigla",
    },
}


def hint_for(term: str, lang: str) -> str:
    """What kind of thing a term is, in a word of the passage's language, or "" where it does not show.

    Args:
        term: The term as it will be hidden.
        lang: Language of the passage; one without words of ours has no hints.
    """
    names = _NAMES.get(lang)
    if names is None:
        return ""
    return next((names[kind] for kind, pattern in _KINDS if pattern.fullmatch(term.strip())), "")
