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
# Columns of the singular, which stand before those of the plural.
_PLURAL = 2
_LONGEST_BEFORE = 24
_BEFORE = re.compile(r"(?P<word>[^\W\d_]+)[ \u00a0]+\Z")


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
        if noun is None or noun.column in _columns(grammar, match):
            continue
        determiner = match["determiner"].lower()
        before = _BEFORE.search(plain, max(start, match.start() - _LONGEST_BEFORE), match.start())
        word = before["word"].lower() if before is not None else ""
        if determiner in rules.counting and word in rules.joining:
            continue  # `treinta y una páginas`
        if determiner in rules.pronouns and word not in rules.prepositions:
            first = match["adjective"] or match["noun"]
            if _may_be_verb(first, lang) or _may_be_verb(match["noun"], lang):
                continue
        new = _with_other_gender(match, noun, grammar) or _with_other_number(match, noun, grammar)
        if new is None:
            continue
        first, _, rest = new.partition(" ")
        joined = rules.contractions.get(f"{word} {first}")
        if before is not None and joined is not None:
            yield Slip(before.start("word"), match.end(), f"{joined} {rest}", "grammar")
        else:
            yield Slip(match.start(), match.end(), new, "grammar")


def _columns(grammar: _Grammar, match: re.Match[str]) -> set[int]:
    """The columns that all words before the noun have."""
    found = {form.column for form in grammar.determiners[match["determiner"].lower()]}
    if match["adjective"]:
        found &= {form.column for form in grammar.adjectives[match["adjective"]]}
    return found


def _with_other_gender(match: re.Match[str], noun: _Noun, grammar: _Grammar) -> str | None:
    """The words as they should read where only the gender is the noun's other one."""
    if not match["adjective"] and match["noun"] in grammar.rules.stressed:
        return None
    parts: list[str] = []
    for word, forms in (
        (match["determiner"], grammar.determiners),
        (match["adjective"], grammar.adjectives),
    ):
        if not word:
            continue
        same_number = [
            form for form in forms[word.lower()] if form.column // _PLURAL == noun.column // _PLURAL
        ]
        if not same_number:
            return None
        parts.append(_cased(same_number[0].row[noun.column], word))
    return None if "-" in parts else " ".join((*parts, match["noun"]))


def _with_other_number(match: re.Match[str], noun: _Noun, grammar: _Grammar) -> str | None:
    """The words as they should read where only the number is the noun's other one."""
    adjective, determiner = match["adjective"], match["determiner"]
    forms = grammar.determiners[determiner.lower()]
    if adjective and noun.column in {form.column for form in grammar.adjectives[adjective]}:
        right = forms[0].row[noun.column]
        is_other = any(form.column % _PLURAL == noun.column % _PLURAL for form in forms)
        return f"{_cased(right, determiner)} {adjective} {match['noun']}" if is_other else None
    columns = _columns(grammar, match)
    if not any(column % _PLURAL == noun.column % _PLURAL for column in columns):
        return None
    longer = forms[0].row[noun.column]
    lost_its_end = (
        noun.column >= _PLURAL
        and len(longer) == len(determiner) + 1
        and longer.startswith(determiner.lower()[:-1])
    )
    if lost_its_end and not adjective and determiner.lower() not in grammar.rules.counting:
        return f"{_cased(longer, determiner)} {match['noun']}"
    if not noun.other:
        return None
    return " ".join(filter(None, (determiner, adjective, noun.other)))


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
