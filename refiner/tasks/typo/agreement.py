"""Articles and adjectives that don't agree with their noun: `una servidor`, `la misma fichero`.

A language's file lists its nouns by gender. They were counted in public manuals and help pages:
a noun is on the list where nearly all articles before it are of one gender, so that what stands
against it is a slip.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from refiner.lang.language import language
from refiner.lang.lexicon import LANGS, frequency, spelling
from refiner.tasks.typo.slips import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.lang.sections.spelling import Agreement

_VERB = 2.0
# Vowels that the stress changes in a verb: `prueba` of `probar`.
_STRESSED = (("ue", "o"), ("ie", "e"))
_LEAST_STEM = 2


class _Form(NamedTuple):
    """A form of a determiner or an adjective: its row and its column there.

    The columns are masculine and feminine, then the same in the plural.
    """

    row: tuple[str, ...]
    column: int


class _Noun(NamedTuple):
    """A form of a noun: its column as of an adjective, and its form in the other number."""

    column: int
    other: str


class _Grammar(NamedTuple):
    """A language's determiners, adjectives and nouns by form, and the pattern that finds them."""

    determiners: dict[str, tuple[_Form, ...]]
    adjectives: dict[str, tuple[_Form, ...]]
    nouns: dict[str, _Noun]
    pattern: re.Pattern[str]
    rules: Agreement


def agreement(plain: str, start: int, end: int, lang: str) -> Iterator[Slip]:
    """Find the determiners of a stretch of prose that don't agree with their noun.

    Args:
        plain: The text with its protected parts filled.
        start: First character of the stretch.
        end: Its end.
        lang: Its language; one without a list of nouns has none.
    """
    grammar = _grammar(lang)
    if grammar is None:
        return
    rules = grammar.rules
    for match in grammar.pattern.finditer(plain, start, end):
        noun = grammar.nouns.get(match["noun"])
        if noun is None:
            continue
        before = plain[max(start, match.start() - 24) : match.start()].lower()
        words = before.split()
        if match["determiner"].lower() in rules.counting and words and words[-1] in rules.joining:
            continue  # `treinta y una páginas`
        is_free = bool(words) and words[-1] in rules.prepositions
        if match["determiner"].lower() in rules.pronouns and not is_free:
            first = match["adjective"] or match["noun"]
            if _may_be_verb(first, lang) or _may_be_verb(match["noun"], lang):
                continue
        new = _agreeing(match, noun, grammar, rules)
        if new is None:
            continue
        at = match.start()
        joined = rules.contractions
        if is_free and (pair := f"{words[-1]} {new.split()[0]}") in joined:
            gap = re.search(r"\w+[ \u00a0]+$", before)
            if gap is not None:
                at -= len(gap[0])
                new = new.replace(new.split()[0], joined[pair], 1)
        yield Slip(at, match.end(), new, "grammar")


def _agreeing(
    match: re.Match[str], noun: _Noun, grammar: _Grammar, rules: Agreement
) -> str | None:
    """What a determiner, an adjective and a noun should read; None where they agree."""
    written = match["noun"]
    determiner, adjective = match["determiner"], match["adjective"]
    forms = grammar.determiners[determiner.lower()]
    between = grammar.adjectives.get(adjective or "", ())
    if adjective and not between:
        return None
    column = noun.column
    columns = {form.column for form in forms}
    beside = {form.column for form in between}
    if column in columns and (not between or column in beside):
        return None
    if not adjective and written in rules.stressed and column % 2:
        return None
    is_singular = column < _PLURAL
    same_number = {one for one in columns if (one < _PLURAL) == is_singular}
    if same_number or (between and column in beside):
        # The noun decides; an adjective in another number is too unsure.
        if between and not any((one < _PLURAL) == is_singular for one in beside):
            return None
        row = next((form.row for form in forms if form.column in same_number), forms[0].row)
        parts = [_cased(row[column], determiner)]
        if between:
            parts.append(between[0].row[column])
        if row[column] == "-":
            return None
        return " ".join((*parts, written))
    if not any(one % 2 == column % 2 for one in columns):
        return None  # neither gender nor number
    if between and not any(one in columns for one in beside):
        return None
    longer = forms[0].row[column]
    if (
        not between
        and column >= _PLURAL
        and len(longer) == len(determiner) + 1
        and longer.startswith(determiner.lower()[:-1])
        and determiner.lower() not in rules.counting
    ):
        return f"{_cased(longer, determiner)} {written}"
    if not noun.other:
        return None
    return " ".join(filter(None, (determiner, adjective, noun.other)))


_PLURAL = 2


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[0].isupper() else word


def _may_be_verb(word: str, lang: str) -> bool:
    """Whether a word is a form of a verb too, before which the article is a pronoun."""
    stem = word.removesuffix("s").removesuffix("n")[:-1]
    stems = [stem, *(stem.replace(old, new) for old, new in _STRESSED if old in stem)]
    return len(stem) >= _LEAST_STEM and any(
        frequency(one + ending, lang) >= _VERB
        for one in stems
        for ending in spelling(lang).infinitives
    )


@cache
def _grammar(lang: str) -> _Grammar | None:
    known = language(lang)
    rules = known.typo.agreement if known is not None else None
    if rules is None or not rules.masculine or lang not in LANGS:
        return None
    determiners = _rows(rules.determiners)
    adjectives = _rows(rules.adjectives)
    nouns: dict[str, _Noun] = {}
    unsure: set[str] = set()
    for gender, words in enumerate((rules.masculine, rules.feminine)):
        for word in words:
            plural = plural_of(word, rules)
            forms = [(word, _Noun(gender, plural)), (plural, _Noun(gender + _PLURAL, word))]
            for form, noun in forms:
                if form in nouns:  # of two nouns: `regla`, `regle`
                    unsure.add(form)
                nouns[form] = noun
    for form in (*unsure, ""):
        nouns.pop(form, None)
    alone = "|".join(sorted(one for one in determiners if " " not in one))
    between = "|".join(adjectives) or "(?!)"
    pattern = re.compile(
        rf"(?<![\w·¤'’./@-])(?P<determiner>(?i:{alone}))[ \u00a0]+"
        rf"(?:(?P<adjective>{between})[ \u00a0]+)?"
        r"(?P<noun>[^\W\d_A-Z]{3,}(?:·[^\W\d_]+)?)(?![\w¤@/\\=#$&>~^+|(_\u0300-\u036f-]|['’.:]\w)"
    )
    return _Grammar(determiners, adjectives, nouns, pattern, rules)


def _rows(rows: tuple[str, ...]) -> dict[str, tuple[_Form, ...]]:
    """The forms of determiners or adjectives; `_` is a blank, `-` a form that there is not."""
    found: dict[str, list[_Form]] = {}
    for row in rows:
        forms = tuple(form.replace("_", " ") for form in row.split())
        for column, form in enumerate(forms):
            if form != "-":
                found.setdefault(form, []).append(_Form(forms, column))
    return {form: tuple(places) for form, places in found.items()}


def plural_of(noun: str, rules: Agreement) -> str:
    """A noun's plural by its ending; empty where the ending has none of its own."""
    for ending, plural in rules.plurals.items():
        if noun.endswith(ending):
            return "" if plural == "-" else noun.removesuffix(ending) + plural
    return f"{noun}s"
