"""Questions that a rule can word: around the topic's own form, or from the answer's first sentence.

`Types of X` becomes "What are the types of X?" where the answer lists several, `Acerca de cómo X`
becomes "¿Cómo X?", and an answer that begins "X is a …" answers "What is X?".
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import masked, prose_share, read_lines
from refiner.analysis.terms import WORD, content_words, stem
from refiner.lang.language import language, values
from refiner.lang.lexicon import is_listed, plain_letters
from refiner.tasks.question.vague import CODE_MARK, EMPHASIS, REPLACED, form_of

if TYPE_CHECKING:
    from refiner.cards import Item, Text
    from refiner.lang.sections.questions import Form, Frame
    from refiner.logseq import Edit


class Wording(NamedTuple):
    """A question that a rule words.

    Attributes:
        question: The whole new question, or its beginning where the topic stays as it stands.
        edits: What puts it in the place of the old one.
        is_sure: Whether a person would have typed it so; if not, a model is asked first.
    """

    question: str
    edits: tuple[Edit, ...]
    is_sure: bool


_SUBJECT = r"(?P<subject>[^.,;:!?\n]{2,70}?)(?:\s*\([^()\n]*\))?,?\s+"
_MARKS = re.compile(r"\*\*|__|\^\^|==|[*_`]")
_HEADS = re.compile(
    r"^\s*(?:[-*•–]|\d+[.)])?\s*[^\s.:][^.:\n]{0,60}(?::|\s[-–—]+>?\s|—)", re.MULTILINE
)
_AND = "|".join(values("flag.conjunctions"))
_SERIES = re.compile(
    r"(?:[^\s,;:][^,;:.\n]{0,60}[,;]\s*){2,}"
    rf"|\w,\s(?:[^\s,.]+\s){{1,4}}(?:{_AND})\s\w|:\s(?:[^\s,.]+\s){{0,3}}[^\s,.]+(?:,\s|\s(?:{_AND})\s)"
)
_ELISION = re.compile(r"^[^\W\d_]{1,2}['’](?=\w)")
_SUBJECT_WORDS = 6
_LEAST_LIST = 2
_CODE_SHARE = 0.5
# Code that lost its lines is told by its signs.
_CODE_SIGNS = frozenset("{}()[]=;<>_\"'@$|")
_SIGN_SHARE = 0.05
_SURE_SHARE = 0.1
_PROSE_SHARE = 0.15


def word_by_rule(item: Item, rule: str, topic: str, lang: str) -> Wording | None:
    """What a rule can ask in the place of a vague question, or None.

    Args:
        item: A card with a vague question.
        rule: The rule by which it is vague.
        topic: What the old question names, or "".
        lang: The language of the new question.
    """
    form = form_of(_own_words(item.question), (lang,))
    if form is not None:
        return _by_form(item, form, lang)
    if rule in {"types-of", "parts-of", "example-of"} or item.answer_lang not in {lang, ""}:
        return None
    question = _by_frame(item, topic, lang)
    if question is None:
        return None
    edits = rewrite_edits(item.question, question)
    return Wording(question, edits, is_sure=True) if edits else None


def _own_words(question: Text) -> str:
    bare = question.plain()
    return bare[len(bare) - len(bare.lstrip()) :]


def _by_form(item: Item, form: Form, lang: str) -> Wording | None:
    bare = _own_words(item.question)
    match = re.compile(form.pattern, re.IGNORECASE).match(bare)
    if match is None or len(bare.split()) > form.most_words or EMPHASIS.match(bare):
        return None
    template, is_sure = form.template, True
    if form.rule in {"types-of", "parts-of"}:
        named = match[1].split()[-1].lower()
        if not (lists_several(item) or re.search(rf"\b{named}\b", item.answer.lower())):
            return None
    elif form.rule == "example-of":
        template, is_sure = form.template, False
        if is_code(item):
            template = form.code_template if _is_used(bare[match.end() :]) else ""
    if not template:
        return None
    groups = [group.lower() for group in match.groups(default="")]
    beginning = template.format(*groups, asked=_asked(groups[0], lang) if groups else "")
    edits = _form_edits(item.question, match.end(), beginning)
    return Wording(beginning, edits, is_sure) if edits else None


def _is_used(topic: str) -> bool:
    """Whether one uses what a topic names in code: a construct, not a program by its name."""
    words = topic.strip(" .:").split()
    return not (words and words[0][:1].isupper())


def _asked(word: str, lang: str) -> str:
    """A word that asks, with its accents and a capital."""
    written = " ".join(word.split())
    known = language(lang)
    written = known.question.accents.get(written, written) if known else written
    return written[:1].upper() + written[1:]


def _form_edits(question: Text, length: int, beginning: str) -> tuple[Edit, ...]:
    """Edits that put a beginning before the topic and a question mark behind it."""
    bare = question.plain()
    start = len(bare) - len(bare.lstrip())
    line_end = bare.find("\n", start)
    line_end = len(bare) if line_end < 0 else line_end
    mark = CODE_MARK.search(bare[:line_end])
    words_end = line_end if mark is None else mark.start()
    topic_end = len(bare[:words_end].rstrip(" .:;,"))
    inside = [part.end for part in question.protected if part.kind not in REPLACED]
    topic_end = max([topic_end, *(end for end in inside if end <= line_end)])
    behind = bare[topic_end:]
    tail = topic_end + len(behind) - len(behind.lstrip(" .:;,")) if mark is None else words_end
    tail = tail if bare[topic_end:tail].strip() else topic_end
    head = question.edit(start, start + length, beginning)
    end = question.edit(topic_end, tail, "?")
    return (head, end) if head and end else ()


def is_code(item: Item) -> bool:
    """Whether the answer is code, fenced or not."""
    if any(part.kind == "fence" for text in item.answers for part in text.protected):
        return True
    lines = [line for text in item.answers for line in read_lines(masked(text))]
    shown = [line for line in lines if line.kind != "blank"]
    flat = item.answer
    signs = sum(char in _CODE_SIGNS for char in flat)
    share = signs / max(1, len(flat))
    if share > _SURE_SHARE or (share > _SIGN_SHARE and prose_share(flat) < _PROSE_SHARE):
        return True
    return sum(line.kind == "code" for line in shown) >= _CODE_SHARE * max(1, len(shown))


def lists_several(item: Item) -> bool:
    """Whether the answer lists several things, and doesn't speak of one of them only."""
    blocks = [text for text in item.answers if text.text.strip()]
    if len(blocks) > _LEAST_LIST:
        return True
    for text in blocks:
        shown = masked(text)
        lines = [line for line in read_lines(shown) if line.kind not in {"blank", "caption"}]
        items = [line for line in lines if line.kind == "item"]
        heads = _HEADS.findall(shown)
        if len(items) >= _LEAST_LIST or len(heads) >= _LEAST_LIST or _SERIES.search(shown):
            return True
    return len(blocks) == _LEAST_LIST and all(_HEADS.match(masked(text)) for text in blocks)


@cache
def _frames(lang: str) -> tuple[tuple[re.Pattern[str], Frame], ...]:
    known = language(lang)
    frames = known.question.frames if known is not None else ()
    return tuple(
        (re.compile(rf"{_SUBJECT}{frame.pattern}", re.IGNORECASE), frame) for frame in frames
    )


def _by_frame(item: Item, topic: str, lang: str) -> str | None:
    """The question that the answer's first sentence answers, by its verb, or None."""
    if not item.answers:
        return None
    sentence = " ".join(_MARKS.sub("", item.answers[0].text[:400]).split())
    found = []
    for pattern, frame in _frames(lang):
        match = pattern.match(sentence)
        if match is not None:
            found.append((match.end("subject"), match, frame))
    # The sentence's own verb is its first.
    for _, match, frame in sorted(found, key=lambda one: one[0]):
        subject = _subject(match["subject"], item, topic, lang)
        if subject is None:
            return None
        groups = [group for group in match.groups()[1:] if group is not None]
        return frame.template.format(*map(str.lower, groups), subject=subject)
    return None


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


def edit_place(question: Text) -> tuple[int, int] | None:
    """The characters that a rewrite replaces: the words, on one side of links and images.

    None where something protected stands among the words: it could not stay in its place.
    """
    bare = question.plain()
    mark = CODE_MARK.search(bare)
    words = [match.span() for match in re.finditer(r"\S+", bare[: mark.start()] if mark else bare)]
    if not words:
        return 0, 0
    start, end = words[0][0], words[-1][1]
    if any(part.start < end and start < part.end for part in question.protected):
        return None
    return start, end


def rewrite_edits(question: Text, new: str) -> tuple[Edit, ...]:
    """The edits that put a whole new question in the place of the old one's words."""
    place = edit_place(question)
    if place is None:
        return ()
    start, end = place
    for mark, term in EMPHASIS.findall(question.plain()):
        written = term if term.lower() in new.lower() else _form_of(term, new)
        new = re.sub(
            rf"(?<!\w){re.escape(written)}(?!\w)",
            partial(_between, mark),
            new,
            count=1,
            flags=re.IGNORECASE,
        )
    edit = question.edit(start, end, new if end > start else f"{new} ")
    return (edit,) if edit is not None else ()


def _form_of(term: str, text: str) -> str:
    """The word of a text that is another form of a term, or the term itself."""
    return next((word for word in WORD.findall(text) if stem(word) == stem(term)), term)


def _between(mark: str, found: re.Match[str]) -> str:
    return f"{mark}{found[0]}{mark}"


def question_key(text: str) -> str:
    """A question as equal ones are told: lower case, without accents, words alone."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", plain_letters(text.lower())).split())
