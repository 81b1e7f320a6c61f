"""Terms that a sentence itself shows to be what it is about: where it does, no model need choose.

Each rule has one form of sentence: a name that is given, the right one of two things, the points of
an enumeration, a definition, what is stated of a subject. They are tried in the order of how
seldom they err.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.terms import content_words, frequency_of, stem
from refiner.tasks.cloze.grammar import Grammar, grammar_of
from refiner.tasks.cloze.guards import TERMS_AT_MOST, WORDS_AT_MOST, find_term, is_fair
from refiner.tasks.cloze.guards import is_worth_hiding as is_short_enough

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = "\"'“”«»*_`"
_PHRASE = re.compile(r"[^,.;:()!?—–]+")
_CLAUSE_END = re.compile(r", |(?<=\w)—(?=\w)| [—–] ")
_EMPHASISED = re.compile(r"(?<!\w)(?P<mark>\*\*|\^\^|==)(?P<term>[^*^=\n]{2,40})(?P=mark)(?!\w)")
_QUOTED_BY = re.compile(
    r"[.!?][”\"»]?\s*[—–-]{1,2}\s*(?P<term>[A-ZÀ-Ý][\w.]+(?:\s[A-ZÀ-Ý][\w.'’-]*){1,3})$"
)
_AFTER_COLON = re.compile(r"[^:]{30,}:\s(?P<term>[^,.;:()]{3,40})[.]?$")
_CAPITAL = re.compile(r"[A-ZÀ-Ý][\w'’.-]*$")
# A single word commoner than this tells little of a passage: `disk`, `system`, `núcleo`.
_COMMON = 4.4
_IDENTIFIER = 2.5
_SUBJECT_WORDS = 8
_TERM_WORDS = 5
_FEW_WORDS = 3
_SEVERAL = 2
_BEFORE_SUBJECT = 2
_POINTS = range(2, TERMS_AT_MOST + 1)


class Chosen(NamedTuple):
    """The terms that a rule chose, as the sentence has them, and the rule's place in the order."""

    rank: int
    terms: tuple[str, ...]


def names_several(sentences: list[str], lang: str) -> bool:
    """Whether a passage tells of several things by their identifiers: none is what it is about."""
    grammar = grammar_of(lang)
    named = {found for one in sentences for found in _identified(" ".join(one.split()), grammar)}
    return len(named) > _SEVERAL


def chosen_terms(
    sentence: str, lang: str, topics: frozenset[str], *, is_one_of_several: bool = False
) -> Chosen | None:
    """The terms that a sentence shows by its form, or None.

    Args:
        sentence: A sentence that stands by itself.
        lang: Its language.
        topics: Stems of what the page is about: hidden, they would ask nothing.
        is_one_of_several: Whether the passage tells of several things by their identifiers.
    """
    folded = " ".join(sentence.split())
    grammar = grammar_of(lang)
    for rank, rule in enumerate(_RULES):
        if rule is _identified and is_one_of_several:
            continue
        for found in rule(folded, grammar):
            terms = tuple(filter(None, (_trimmed(term, grammar) for term in found)))
            if len(terms) == len(found) and _are_good(folded, terms, lang, topics):
                return Chosen(rank, tuple(whole_name(folded, term) for term in terms))
    return None


def marked_terms(sentence: str, lang: str) -> Iterator[str]:
    """The terms that a sentence names, emphasises or defines, by one word of its own."""
    folded = " ".join(sentence.split())
    grammar = grammar_of(lang)
    for rule in (_named, _emphasised, _defined):
        for found in rule(folded, grammar):
            for term in found:
                bare = _trimmed(term, grammar)
                if bare and not _is_no_term(bare, grammar):
                    yield bare


def is_telling(term: str, lang: str) -> bool:
    """Whether a term says what a passage is about: a name, a number, a rare word, several words."""
    words = content_words(term, lang)
    if len(words) > 1 or re.search(r"\d|\w[A-Z]|^[A-Z]{2,}|\w[/_.]\w", term):
        return True
    return any(frequency_of(word, lang) < _COMMON for word in words)


def whole_name(sentence: str, term: str) -> str:
    """The name that a term is a part of: "Mesta" stands for "Honrado Concejo de la Mesta" no more.

    Args:
        sentence: The sentence, with single spaces.
        term: The term as it stands there.
    """
    at = sentence.find(term)
    if at < 0 or not term:
        return term
    start, end = at, at + len(term)
    while _CAPITAL.match(term.rsplit(" ", 1)[-1]):
        after = re.match(r"\s([A-ZÀ-Ý][\w'’-]*)", sentence[end:])
        if after is None:
            break
        end += after.end()
        term = sentence[start:end]
    while term[:1].isupper():
        before = re.search(r"(?<=[\w,] )([A-ZÀ-Ý][\w'’-]*)\s$", sentence[:start])
        if before is None:
            break
        start = before.start(1)
        term = sentence[start:end]
    return term if len(term.split()) <= WORDS_AT_MOST else sentence[at : at + len(term)]


def opens(sentence: str, term: str, lang: str) -> bool:
    """Whether a sentence begins with a term, behind its article or a preposition at the most."""
    at = sentence.lower().find(term.lower())
    before = sentence[: max(at, 0)].lower().split()
    small = grammar_of(lang).articles | grammar_of(lang).phrase_ends
    return at >= 0 and len(before) <= _BEFORE_SUBJECT and all(word in small for word in before)


def is_about(term: str, lang: str, topics: frozenset[str]) -> bool:
    """Whether a term only says what the whole page is about."""
    words = content_words(term, lang) or [term]
    return all(stem(word) in topics for word in words)


def _quoted_by(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:  # noqa: ARG001
    found = _QUOTED_BY.search(sentence)
    if found is not None:
        yield (found["term"],)


def _named(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:
    for match in grammar.naming.finditer(sentence):
        phrase = _phrase(sentence[match.end() :], grammar)
        if phrase:
            yield (phrase,)


def _emphasised(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:  # noqa: ARG001
    for match in _EMPHASISED.finditer(sentence):
        yield (match["term"],)


def _contrasted(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:
    for match in grammar.contrast.finditer(sentence):
        phrase = _phrase(sentence[match.end() :], grammar, longest=_SUBJECT_WORDS)
        if phrase:
            yield (phrase,)


def _identified(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:
    """The identifier that the sentence's subject bears: "the uptime command", "el comando uptime"."""
    words = sentence.split()[:4]
    is_article = bool(words) and words[0].lower() in grammar.articles
    for one, other in zip(words[is_article:], words[is_article + 1 :], strict=False):
        for kind, name in ((one, other), (other, one)):
            if kind.lower() in grammar.kinds and _is_identifier(name):
                yield (_whole_command(sentence, name.rstrip(",;"), grammar),)
        break


def _whole_command(sentence: str, name: str, grammar: Grammar) -> str:
    """A command with the words of its own that follow it: "git rebase"."""
    words = sentence.split()
    at = words.index(name) if name in words else len(words)
    end = at + 1
    while end < len(words) and (words[end].startswith("-") or _is_foreign(words[end], grammar)):
        end += 1
    return " ".join(words[at:end]) or name


def _is_foreign(word: str, grammar: Grammar) -> bool:
    return word.isalpha() and word.islower() and frequency_of(word, grammar.lang) < _IDENTIFIER


def _enumerated(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:
    """The points that a number announces: "two kinds of syntax: declarative and scripted"."""
    head, colon, tail = sentence.rstrip(".").partition(": ")
    if not colon or not set(head.lower().split()) & grammar.numerals:
        return
    joins = "|".join(sorted(map(re.escape, grammar.joins)))
    points = [part for part in re.split(rf",\s(?:(?:{joins})\s)?|\s(?:{joins})\s", tail) if part]
    if len(points) in _POINTS and all(len(point.split()) <= _TERM_WORDS for point in points):
        yield tuple(points)


def _stated(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:
    match = grammar.complement.search(sentence)
    if match is None or not _is_subject(sentence[: match.start()], grammar):
        return
    rest = sentence[match.end() :]
    phrase, short = _phrase(rest, grammar, few=_FEW_WORDS), _phrase(rest, grammar)
    if phrase:
        yield (phrase,)
    if short and rest[len(short) :].lstrip().split(" ", 1)[0] in grammar.joins:
        yield (short,)
    yield (_last_clause(sentence[: match.start()]),)


def _defined(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:
    """What a definition defines; where it names the one thing that has a property, that thing."""
    match = grammar.defining.search(sentence)
    if match is None or not _is_subject(sentence[: match.start()], grammar):
        return
    subject = _last_clause(sentence[: match.start()])
    if len(subject.split()) > _TERM_WORDS:
        return
    if not (_is_definite(match[0], grammar) and _is_definite(subject, grammar)):
        yield (subject,)


def _defined_as(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:
    """What a subject is said to be, where it is more than the name of its kind."""
    match = grammar.defining.search(sentence)
    if match is None or not _is_subject(sentence[: match.start()], grammar):
        return
    rest = sentence[match.end() :]
    phrase = _phrase(rest, grammar, few=_FEW_WORDS)
    behind = rest[len(phrase) :].lstrip().split(" ", 1)[0]
    is_list = behind.startswith(",") or behind in grammar.joins
    own = {stem(word) for word in content_words(sentence[: match.start()], grammar.lang)}
    is_more = len(phrase.split()) > 1 and not any(
        stem(word) in own for word in content_words(phrase, grammar.lang)
    )
    if is_more and not is_list:
        yield (phrase,)


def _announced(sentence: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:  # noqa: ARG001
    found = _AFTER_COLON.match(sentence)
    if found is not None and len(found["term"].split()) <= _TERM_WORDS - 1:
        yield (found["term"],)


_RULES = (
    _quoted_by,
    _named,
    _emphasised,
    _enumerated,
    _contrasted,
    _identified,
    _stated,
    _defined,
    _defined_as,
    _announced,
)


def _phrase(rest: str, grammar: Grammar, longest: int = WORDS_AT_MOST, few: int = 0) -> str:
    """The phrase that a text begins with, "" where it is long.

    Args:
        rest: The text.
        grammar: Its language's.
        longest: Words that it may have.
        few: Words behind a joining word or a preposition that still belong to it where they end
            the clause: "compiled and interpreted language".
    """
    found = _PHRASE.match(rest)
    words = found[0].split() if found is not None else []
    end = next((at for at, word in enumerate(words) if at and word in grammar.phrase_ends), None)
    if end is not None and len(words) - end > few:
        words = words[:end]
    return " ".join(words) if len(words) <= longest else ""


def _is_definite(words: str, grammar: Grammar) -> bool:
    return any(word.lower() in grammar.definite for word in words.split()[:2])


def _is_subject(before: str, grammar: Grammar) -> bool:
    """Whether what stands before a verb is its subject alone, with a frame before a comma."""
    clause = _last_clause(before)
    words = clause.split()
    return (
        0 < len(words) <= _SUBJECT_WORDS
        and not any(word.lower() in grammar.pronouns for word in words)
        and not any(
            word in grammar.phrase_ends - {"a", "con", "por", "for", "in"} for word in words
        )
    )


def _last_clause(before: str) -> str:
    return _CLAUSE_END.split(before)[-1].strip()


def _trimmed(term: str, grammar: Grammar) -> str:
    """A term without its quotes, its emphasis, its article, and a label as in `the term X`."""
    bare = term.strip(f" {_MARKS}")
    first, blank, rest = bare.partition(" ")
    if blank and first.lower() in grammar.articles:
        label, blank, name = rest.partition(" ")
        bare = name if blank and label.lower() in grammar.labels else rest
    elided = next((one for one in grammar.elided if bare.lower().startswith(one)), "")
    bare = bare[len(elided) :]
    return bare.strip(f" {_MARKS}")


def _is_no_term(term: str, grammar: Grammar) -> bool:
    words = {word.lower() for word in term.split()}
    return bool(words & grammar.pronouns) or grammar.no_term.match(term) is not None


def _are_good(sentence: str, terms: tuple[str, ...], lang: str, topics: frozenset[str]) -> bool:
    grammar = grammar_of(lang)
    places = [place for term in terms for place in find_term(sentence, term)]
    return is_fair(sentence, places) and all(
        is_short_enough(term, lang)
        and is_telling(term, lang)
        and not _is_no_term(term, grammar)
        and not is_about(term, lang, topics)
        and not _gives_itself_away(sentence, term, lang)
        for term in terms
    )


def _gives_itself_away(sentence: str, term: str, lang: str) -> bool:
    """Whether another form of a term's only word stands beside it."""
    words = content_words(term, lang)
    if len(words) != 1 or re.search(r"\w[_/.]\w", term):
        return False
    own = words[0].lower()
    return any(
        stem(word) == stem(own) and word.lower() != own for word in content_words(sentence, lang)
    )


def _is_identifier(word: str) -> bool:
    bare = word.strip(",;")
    if re.search(r"[^\w,;-]|\w[A-Z_]|\d", bare) or bare.startswith("-"):
        return True
    return bare.isalpha() and bare.islower() and frequency_of(bare, "") < _IDENTIFIER
