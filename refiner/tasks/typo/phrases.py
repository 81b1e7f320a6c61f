"""Forms of words that are always wrong: contractions, agreement, questions of a foreign hand.

The forms are the language's own data (`[typo]` in its file); here is how they are looked for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from refiner.lang.language import language
from refiner.lang.lexicon import frequency
from refiner.tasks.typo.slips import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.lang.language import Replacement

# No form begins inside a word, behind protected text or behind an apostrophe.
_BEFORE = r"(?<![\w·¤'’.-])"


class _Form(NamedTuple):
    """A form of words, ready to be looked for."""

    regex: re.Pattern[str]
    replacement: Replacement


class _Word(str):
    """What a group holds; in a template `{verb:base}` and `{verb:gerund}` are forms of it."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec == "base":
            return base_form(self)
        return gerund(self) if spec == "gerund" else str(self)


def base_form(verb: str) -> str:
    """The base of an English verb's third person: `stores`, `goes`, `carries`."""
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    bases = [verb[:-1], verb[:-2]] if verb.endswith("es") else [verb.removesuffix("s")]
    return max(bases, key=lambda base: frequency(base.lower(), "en"))


def gerund(verb: str) -> str:
    """The `-ing` form of an English verb: of the three ways to write it, the one that is met."""
    forms = [f"{verb}ing", f"{verb}{verb[-1]}ing"]
    if verb.endswith("e"):
        forms.append(f"{verb[:-1]}ing")
    return max(forms, key=lambda form: frequency(form.lower(), "en"))


def phrases(
    plain: str, start: int, end: int, lang: str, *, only: str = "prose", written: str | None = None
) -> Iterator[Slip]:
    """Find the forms of words that are wrong in a stretch of text.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without data has none.
        only: Which of the forms: of all prose, of a typed question, of its beginning.
        written: The text as written, n characters as `plain`: what the replacements are made
            of; `plain` itself where nothing is protected.
    """
    text = plain if written is None else written
    for form in _forms(lang, only):
        matches = (
            filter(None, [form.regex.match(plain, start, end)])
            if only == "question-start"
            else form.regex.finditer(plain, start, end)
        )
        for match in matches:
            at, stop = match.span("old" if "old" in form.regex.groupindex else 0)
            groups = {
                name: _Word(text[match.start(name) : match.end(name)])
                for name in form.regex.groupindex
            }
            new = form.replacement.new.format(**groups)
            if at == stop:  # an insertion is shown with the word before it
                at = match.start() + max(0, text.rfind(" ", match.start(), at) - match.start() + 1)
                new = text[at:stop] + new
            yield Slip(at, stop, new, form.replacement.rule)


@cache
def _forms(lang: str, only: str) -> tuple[_Form, ...]:
    known = language(lang)
    if known is None:
        return ()
    return tuple(
        _Form(re.compile(_BEFORE + known.typo.expanded(one.pattern)), one)
        for one in known.typo.replacements
        if one.only == only
    )
