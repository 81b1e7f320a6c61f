"""Forms of words that are always wrong: contractions, agreement, questions of a foreign hand.

The forms are the language's own data (`[typo]` in its file); here is how they are looked for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from refiner.lang.gates import gate
from refiner.lang.language import language
from refiner.lang.lexicon import frequency, plain_letters
from refiner.tasks.typo.slips import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.lang.sections.spelling import Replacement

# No form begins inside a word, behind protected text or behind an apostrophe.
_BEFORE = r"(?<![\w·¤'’.-])"


# Forms of Spanish words that a change of the ending makes.
_ENDINGS = {
    "infinitive": ("n$", "r"),
    "masculine": ("a(s?)$", r"o\1"),
    "feminine": ("o(s?)$", r"a\1"),
}


class _Form(NamedTuple):
    """A form of words: its pattern, compiled once a text holds a word of its gate."""

    pattern: str
    gate: tuple[str, ...]
    replacement: Replacement

    @property
    def regex(self) -> re.Pattern[str]:
        return _compiled(self.pattern)


class _Word(str):
    """What a group holds; in a template its format says which form of it is meant."""

    __slots__ = ("forms",)
    forms: dict[str, str]

    def __format__(self, spec: str) -> str:
        if spec == "base":
            return base_form(self)
        if spec == "gerund":
            return gerund(self)
        if spec == "third":
            return third_person(self)
        if spec == "plural":
            return spanish_plural(self)
        if spec in _ENDINGS:
            old, new = _ENDINGS[spec]
            return re.sub(old, new, self)
        return (
            self.forms[self] if spec == "form" else self.lower() if spec == "lower" else str(self)
        )


def base_form(verb: str) -> str:
    """The base of an English verb's third person: `stores`, `goes`, `carries`."""
    if verb == "has":
        return "have"
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    bases = [verb[:-1], verb[:-2]] if verb.endswith("es") else [verb.removesuffix("s")]
    return max(bases, key=lambda base: frequency(base.lower(), "en"))


def third_person(verb: str) -> str:
    """The third person of an English verb: `stores`, `has`, `applies`."""
    if verb == "have":
        return "has"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}{'es' if verb.endswith(('s', 'sh', 'ch', 'x', 'o')) else 's'}"


def spanish_plural(noun: str) -> str:
    """The plural of a Spanish noun, or of an English one in Spanish: the one that is met."""
    forms = [f"{noun}s", f"{noun}es", f"{plain_letters(noun)}es", f"{noun[:-1]}ces"]
    return max(forms, key=lambda form: frequency(form.lower(), "es"))


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
    for form in _forms_of(text[start:end].lower(), lang, only):
        matches = (
            filter(None, [form.regex.match(plain, start, end)])
            if only == "question-start"
            else form.regex.finditer(plain, start, end)
        )
        for match in matches:
            at, stop = match.span("old" if "old" in form.regex.groupindex else 0)
            new = _filled(form, match, text)
            if at == stop:  # an insertion is shown with the word before it
                at = match.start() + max(0, text.rfind(" ", match.start(), at) - match.start() + 1)
                new = text[at:stop] + new
            yield Slip(at, stop, new, form.replacement.rule)


def _forms_of(lower: str, lang: str, only: str) -> Iterator[_Form]:
    """The forms that may stand in a text; a plain loop, since a line has hardly one of them."""
    for form in _forms(lang, only):
        for word in form.gate:
            if word in lower:
                yield form
                break
        else:
            if not form.gate:
                yield form


def _filled(form: _Form, match: re.Match[str], text: str) -> str:
    groups = {}
    for name in form.regex.groupindex:
        word = _Word(text[match.start(name) : match.end(name)] if match[name] else "")
        word.forms = form.replacement.forms
        groups[name] = word
    return form.replacement.new.format(**groups)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _forms(lang: str, only: str) -> tuple[_Form, ...]:
    known = language(lang)
    if known is None:
        return ()
    return tuple(
        _Form(_BEFORE + pattern, gate(pattern), one)
        for one in known.typo.replacements
        if one.only == only and (pattern := known.typo.expanded(one.pattern))
    )
