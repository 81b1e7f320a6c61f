"""Questions that a sentence of the answer answers by its form: "X is a …", "… is called X".

The first sentence is what a card mostly asks for. Where it says nothing of the topic, the answer
may still define it further on, and a question for a definition is answered all the same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from refiner.analysis.terms import content_words, frequency_of, stem
from refiner.lang.language import language, word_union
from refiner.lang.lexicon import is_listed
from refiner.tasks.cloze.grammar import grammar_of

if TYPE_CHECKING:
    from refiner.cards import Item
    from refiner.lang.sections.questions import Frame, Question

_SUBJECT = r"(?P<subject>[^.,;:!?\n]{2,70}?)(?:\s*\([^()\n]*\))?,?\s+"
_MARKS = re.compile(r"\*\*|__|\^\^|==|[*_`]")
_ELISION = re.compile(r"^[^\W\d_]{1,2}['’](?=\w)")
_OPEN_BLOCK = re.compile(r"(?<![\s.!?:;,…])[ \t]*\n\s*\n\s*")
_SENTENCE_START = r"(?:^|[.!?…:]\s+|,\s+|\n\s*)"
_SUBJECT_WORDS = 8
_HEADING_LETTERS = 80
_STARTS = 3
_FIRST_LETTERS = 400
_READ_LETTERS = 900
_COMMON = 5.2


def question_by_frame(item: Item, topic: str, lang: str) -> str | None:
    """The question that a sentence of the answer answers, by its verb, or None.

    Args:
        item: A card with a vague question.
        topic: What the old question names, or "".
        lang: The language of the new question.
    """
    known = language(lang)
    if not item.answers or known is None:
        return None
    first = _plain(item.answers[0].text[:_FIRST_LETTERS])
    whole = _plain(item.answer[:_READ_LETTERS])
    return (
        _by_first(first, item, topic, lang)
        or _by_pronoun(first, item, topic, lang)
        or _by_definition(whole, item, topic, lang)
    )


def defines(answer: str, subject: str, lang: str, *, is_named: bool) -> bool:
    """Whether an answer says what a thing is or does: by its name, or by a pronoun for it.

    Args:
        answer: The card's answer.
        subject: What a question asks for.
        lang: The answer's language.
        is_named: Whether the old question names something, which a pronoun can stand for.
    """
    known = language(lang)
    if known is None:
        return True
    plain = _plain(answer)
    rules = known.question
    verbs = "|".join(f"(?:{frame.pattern})" for frame in rules.frames) or "(?!)"
    describing = "|".join(f"(?:{pattern})" for pattern in rules.describing) or "(?!)"
    name = _named(_core(_bare(subject, rules), lang))
    named = rf"(?:\w+['’\s]\s*){{0,2}}{name}(?:\s[\w-]+){{0,2}}(?:\s*\([^()]*\))?,?\s+"
    says = rf"(?:{verbs}|{describing})"
    if re.search(rf"{_SENTENCE_START}\W*{named}{says}", plain, re.IGNORECASE):
        return True
    stands = rf"(?:^|[.!?…]\s+){_pronoun(rules)}{says}"
    if is_named and re.search(stands, plain, re.IGNORECASE):
        return True
    return _is_given_name(plain, name, lang)


def in_sentences(answer: str) -> str:
    """Prose with a full stop behind each block and each heading that lost its line end."""
    return _glued_heading().sub(r"\g<0>. ", _OPEN_BLOCK.sub(". ", answer))


@cache
def _glued_heading() -> re.Pattern[str]:
    """The end of a heading that lost its line end: `Type castingThe process`, `of a gardenLoam is`.

    Behind a capitalised word only an article tells it from a name, as `ReplicaSets are`.
    """
    articles = "|".join(sorted(re.escape(word.title()) for word in word_union("question.articles")))
    return re.compile(
        r"(?<!\w)[^\W\dA-ZÀ-Ý_]{4,}(?=[A-ZÀ-Ý][a-zà-ÿ]*\s[a-zà-ÿ])"
        rf"|[^\W\dA-ZÀ-Ý_]{{4}}(?=(?:{articles})\s[a-zà-ÿ])"
    )


def _plain(text: str) -> str:
    return " ".join(in_sentences(_MARKS.sub("", text)).split())


@cache
def _frames(lang: str) -> tuple[tuple[re.Pattern[str], Frame], ...]:
    known = language(lang)
    frames = known.question.frames if known is not None else ()
    return tuple(
        (re.compile(rf"{_SUBJECT}{frame.pattern}", re.IGNORECASE), frame) for frame in frames
    )


def _by_first(sentence: str, item: Item, topic: str, lang: str) -> str | None:
    """What the first sentence answers: its subject and its verb."""
    head = sentence[:_HEADING_LETTERS]
    ends = [*re.finditer(r"\.\s", head), *grammar_of(lang).heading_end.finditer(head)]
    for start in [0, *(found.end() for found in ends)][:_STARTS]:
        found = []
        for pattern, frame in _frames(lang):
            match = pattern.match(sentence, start)
            if match is not None:
                found.append((match.end("subject"), match, frame))
        # The sentence's own verb is its first.
        for _, match, frame in sorted(found, key=lambda one: one[0])[:1]:
            subject = _subject(match["subject"], item, topic, lang)
            if subject is not None:
                return _filled(frame, match.groups()[1:], subject)
    return None


def _by_pronoun(sentence: str, item: Item, topic: str, lang: str) -> str | None:
    """What a first sentence answers that leaves its subject to the question: "Es un …"."""
    known = language(lang)
    if known is None or not _is_name(topic, item, lang):
        return None
    for frame in known.question.frames:
        pattern = rf"{_pronoun(known.question)}{frame.pattern}"
        match = re.match(pattern, sentence, re.IGNORECASE)
        if match is not None:
            return _filled(frame, match.groups(), topic)
    return None


def _by_definition(text: str, item: Item, topic: str, lang: str) -> str | None:
    """The question for a definition that the answer gives somewhere, or for what it names so."""
    known = language(lang)
    if known is None or not known.question.definition:
        return None
    subject = _subject(topic, item, topic, lang)
    if subject is None:
        return None
    name = _named(_core(_bare(topic, known.question), lang))
    for frame in known.question.frames:
        if not frame.defines:
            continue
        pattern = rf"{_SENTENCE_START}(?:[\w]{{1,4}}['’\s]\s*)?{name}(?:\s*\([^()]*\))?,?\s+{frame.pattern}"
        match = re.search(pattern, text, re.IGNORECASE)
        if match is not None:
            return _filled(frame, match.groups(), subject)
    if _is_given_name(text, name, lang):
        return known.question.definition.format(subject=subject)
    return None


def _is_given_name(text: str, name: str, lang: str) -> bool:
    """Whether a text gives something this name: "… is also called X"."""
    known = language(lang)
    namings = known.cloze.namings if known is not None else ()
    naming = "|".join(f"(?:{pattern})" for pattern in namings) or "(?!)"
    return bool(
        re.search(rf"\b(?:{naming})\s+(?:\w{{1,4}}\s+)?{name}(?=[\s.,;:)]|$)", text, re.IGNORECASE)
    )


def _filled(frame: Frame, groups: tuple[str | None, ...], subject: str) -> str:
    given = [group.lower() for group in groups if group is not None]
    return frame.template.format(*given, subject=subject)


def _pronoun(rules: Question) -> str:
    """What stands in the place of a subject that the question names."""
    return "(?:" + "|".join(f"(?:{one})" for one in rules.pronouns or ("(?!)",)) + ")"


def _named(words: str) -> str:
    return r"\s+".join(rf"{re.escape(word)}s?" for word in words.split()) or "(?!)"


def _bare(topic: str, rules: Question) -> str:
    """A topic without its article."""
    first, blank, rest = topic.strip().partition(" ")
    if blank and first.lower() in rules.articles:
        return rest
    return _ELISION.sub("", topic.strip())


def _core(topic: str, lang: str) -> str:
    """A topic without where it is: `type casting` of `type casting in Python`."""
    known = language(lang)
    ends = frozenset(known.cloze.phrase_ends) if known is not None else frozenset()
    words = topic.split()
    end = next((n for n, word in enumerate(words) if n and word.lower() in ends), len(words))
    return " ".join(words[:end])


def _is_name(topic: str, item: Item, lang: str) -> bool:
    """Whether a topic names one thing, so that a pronoun in the answer is it.

    A common noun needs its article there, and a plural another verb.
    """
    known = language(lang)
    if known is None or _subject(topic, item, topic, lang) is None:
        return False
    bare = _bare(topic, known.question)
    words = content_words(bare, lang)
    has_article = bare != topic.strip()
    is_name = topic[:1].isupper() and frequency_of(words[0], lang) < _COMMON
    is_plural = any(word.islower() and word.endswith("s") for word in words)
    return not is_plural and (has_article or (is_name and not is_listed(words[0].lower(), lang)))


def _subject(written: str, item: Item, topic: str, lang: str) -> str | None:
    """A sentence's subject as a question names it, or None where it names nothing."""
    known = language(lang)
    if known is None:
        return None
    rules = known.question
    article, mark, noun = (
        re.split(r"(['’])", written, maxsplit=1) if _ELISION.match(written) else ("", "", written)
    )
    if article.lower() in rules.articles:
        subject = _subject(noun, item, topic, lang)
        return None if subject is None else f"{article.lower()}{mark}{subject}"
    words = written.split()
    if not 0 < len(words) <= _SUBJECT_WORDS:
        return None
    lower = [word.lower() for word in words]
    if lower[0] in rules.no_subjects or set(lower) & set(rules.subject_breaks):
        return None
    own = {stem(word) for word in content_words(written, lang)}
    first = next(iter(content_words(topic, lang)), "")
    if not own or (topic and stem(_ELISION.sub("", first)) not in own):
        return None
    if lower[0] in rules.articles:
        return " ".join([lower[0], *words[1:]])
    return " ".join([_cased(words[0], item, lang), *words[1:]])


def _cased(word: str, item: Item, lang: str) -> str:
    """A sentence's first word as it is written inside one."""
    if not word.istitle():
        return word
    elsewhere = f"{item.question.text}\n{item.answer}"
    if re.search(rf"(?<=[^\W\dA-Z_,] ){re.escape(word)}(?!\w)", elsewhere):
        return word
    lower = word.lower()
    if re.search(rf"(?<!\w){re.escape(lower)}(?!\w)", elsewhere) or is_listed(lower, lang):
        return lower
    return word
