"""Where code ends and a sentence begins, on one line."""

from __future__ import annotations

import re

from refiner.analysis.lines import is_sentence_word

_CAPITAL = re.compile(r"(?:(?<=\s)|^)[¿¡(\"“«]?[A-ZÀ-ÖØ-Þ]")
_KEYWORD = re.compile(r"[\"“(]?[A-Z]{2,}(?![a-zà-ÿ])")
_OPENING = '¿¡("“«'
_END = re.compile(r"[.!?…:](?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+")
_SOLID = re.compile(r"\S+")
_SYMBOL = re.compile(r"[{}=;<>|$]|\w\(")
# How far the first words of a sentence have to read as one.
_WINDOW = 90
_WORDS = 8
_EARLY = 5
_LEAST_WORDS = 3
_SHARE = 0.2

# An apostrophe of "don't" opens none.
STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?!(?<=\w\')(?:s|t|ll|re|ve|d|m)\b)(?:\\.|[^\'\\])*\'')


# LaTeX: between its marks, or a command beside an index.
_FORMULA = re.compile(
    r"\$\$.*\$\$|\\begin\{|\\\[.*\\\]|\\[A-Za-z]{2,}.*[_^]\{|[_^]\{.*\\[A-Za-z]{2,}"
    r"|\\(?:frac|sqrt|sum|prod|int|text|left|right|mathrm|mathbf|mathcal|cdot|times|ldots|leq|geq|alpha|beta"
    r"|gamma|delta|epsilon|theta|lambda|phi|sigma|omega|pi|mu|Delta|Sigma|Omega)(?![A-Za-z])",
    re.DOTALL,
)


def holds_formula(text: str) -> bool:
    """Whether a text holds LaTeX, which is no listing."""
    return _FORMULA.search(text) is not None


def without_strings(text: str) -> str:
    """The text with what stands between quotes filled, character for character."""
    return STRING.sub(lambda match: match[0][0] + "·" * (len(match[0]) - 2) + match[0][-1], text)


def sentence_start(text: str, at: int = 0, *, has_capitals: bool = False) -> int | None:
    """Where the first sentence begins, or None where only code follows.

    Args:
        text: Code that prose may follow, n characters.
        at: Where to begin, 0 to n.
        has_capitals: Whether the code's keywords are in capitals: none of them begins a sentence.
    """
    for match in _CAPITAL.finditer(text, at):
        if has_capitals and _KEYWORD.match(text, match.start()):
            continue
        if _is_name_before(text, match.start()):
            continue
        if is_sentence(text[match.start() :]):
            return match.start()
    return None


def _is_name_before(text: str, at: int) -> bool:
    """Whether a capital word is no sentence's first: the next one is, as in `HEAD The…`."""
    words = text[at : at + _WINDOW].split(maxsplit=2)[:2]
    return (
        len(words) > 1
        and words[1][0].isupper()
        and is_sentence_word(words[1].lower())
        and not is_sentence_word(words[0].lower())
    )


def is_sentence(text: str) -> bool:
    """Whether the first words of a text read as a sentence."""
    window = text[:_WINDOW]
    end = _END.search(window)
    if end is not None:
        window = window[: end.start()]
    words = [match[0].lower() for match in _WORD.finditer(window)][:_WORDS]
    if len(words) < _LEAST_WORDS or _SYMBOL.search(" ".join(window.split()[:_LEAST_WORDS])):
        return False
    known = [is_sentence_word(word) for word in words]
    return any(known[:_EARLY]) and sum(known) >= _SHARE * len(words)


def is_rest_prose(text: str) -> bool:
    """Whether nothing, a tag or a sentence follows the code."""
    bare = text.strip()
    return (
        not bare
        or bare[0] == "#"
        or ((bare[0].isalpha() or bare[0] in _OPENING) and is_sentence(bare))
    )


def squeezed(text: str) -> str:
    """The text with blanks outside of strings made single, and none at its ends."""
    bare = without_strings(text)
    return " ".join(text[word.start() : word.end()] for word in _SOLID.finditer(bare))
