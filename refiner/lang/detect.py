"""Which language a text is in: function words first, a trained detector where they are silent.

Prose of a few words is settled by its function words alone, which costs microseconds and no
model. What is left (bare topics, text of another language) goes to py3langid, whose 4.5 MB
naive Bayes model is looked at then and only then. On 48 card texts it was as right as lingua, at
a twentieth of the size and four times the speed.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from refiner.lang.detector import Detector

_DATA = files(__package__) / "data" / "detection.toml"

_NOISE = re.compile(
    r"```.*?```"
    r"|~~~.*?~~~"
    r"|`[^`\n]*`"
    r"|\{\{|\}\}|\(\([^)\n]*\)\)"
    r"|!?\[[^\]\n]*\]\([^)\s]*\)"
    r"|\w+://\S+"
    r"|#\S+"
    r"|\S*[\w/]\.\w\S*"  # file and host names
    r"|\S*\w[_/=(){}<>\\:]\w\S*"  # identifiers, paths, assignments
    r"|\b\w*[a-zà-ÿ]\w*[A-Z]\w*"  # CamelCase
    r"|(?<!\w)--?[\w-]+"  # options of commands
    r"|\S*\d\S*",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_]+")

_LONGEST = 600
# (score, its least ratio to the next): one telling word alone has to be undisputed.
_CLEAR = ((1.5, 2.0), (1.0, 4.0))
_LEAST_CONFIDENCE = 0.5
_LEAST_RATIO = 2.0
_LEAST_LETTERS = 6


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@cache
def _shares() -> dict[str, tuple[tuple[str, float], ...]]:
    """For each telling word the languages that have it; a language's own file wins."""
    from refiner.lang.language import languages  # a run that meets no text needs no language

    telling = {lang: tuple(words.split()) for lang, words in _data()["telling_words"].items()}
    telling |= {
        one.code: one.detection.telling_words for one in languages() if one.detection.telling_words
    }
    owners: dict[str, list[str]] = {}
    for lang, words in telling.items():
        for word in words:
            owners.setdefault(word, []).append(lang)
    return {word: tuple((lang, 1 / len(langs)) for lang in langs) for word, langs in owners.items()}


@cache
def _detector() -> Detector:
    from refiner.lang.detector import Detector

    return Detector(_data()["candidates"].split())


@lru_cache(maxsize=8192)
def detect_language(text: str) -> str:
    """Find the language that a text is written in.

    Code, links, identifiers and numbers are not looked at. A text that is only code or
    names, or that two languages could claim, gets no language.

    Args:
        text: A side of a card, or a passage, with or without markup.

    Returns:
        An ISO 639-1 code, or "" when unsure.
    """
    prose = _NOISE.sub(" ", text[: 4 * _LONGEST])[:_LONGEST]
    words = _WORD.findall(prose)
    if sum(map(len, words)) < _LEAST_LETTERS:
        return ""
    scores: dict[str, float] = {}
    shares = _shares()
    for word in words:
        for lang, share in shares.get(word.lower(), ()):
            scores[lang] = scores.get(lang, 0.0) + share
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if ranked:
        best, score = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        if any(score >= least and score >= ratio * second for least, ratio in _CLEAR):
            return best
    return _by_detector(" ".join(prose.split()), scores)


def _by_detector(prose: str, scores: dict[str, float]) -> str:
    (best, confidence), (_, second), *_ = _detector().rank(prose)
    # A language whose function words are all missing has to be surer than one with some.
    least = _LEAST_CONFIDENCE if scores.get(best) else _LEAST_CONFIDENCE + 0.1
    if confidence < least or confidence < _LEAST_RATIO * second:
        return ""
    return best
