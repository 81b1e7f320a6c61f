"""Questions that a rule can word: around the topic's own form, or from the answer's first sentence.

`Types of X` becomes "What are the types of X?" where the answer lists several, `Acerca de cómo X`
becomes "¿Cómo X?", and an answer that begins "X is a …" answers "What is X?".
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import masked, prose_share, read_lines
from refiner.analysis.terms import WORD, stem
from refiner.lang.language import language, values
from refiner.lang.lexicon import plain_letters
from refiner.tasks.question.frames import question_by_frame
from refiner.tasks.question.vague import CODE_MARK, EMPHASIS, REPLACED, form_of

if TYPE_CHECKING:
    from refiner.cards import Item, Text
    from refiner.lang.sections.questions import Form
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


_HEADS = re.compile(
    r"^\s*(?:[-*•–]|\d+[.)])?\s*[^\s.:][^.:\n]{0,60}(?::|\s[-–—]+>?\s|—)", re.MULTILINE
)
_AND = "|".join(values("flag.conjunctions"))
_SERIES = re.compile(
    r"(?:[^\s,;:][^,;:.\n]{0,60}[,;]\s*){2,}"
    rf"|\w,\s(?:[^\s,.]+\s){{1,4}}(?:{_AND})\s\w|:\s(?:[^\s,.]+\s){{0,3}}[^\s,.]+(?:,\s|\s(?:{_AND})\s)"
)
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
    question = question_by_frame(item, _unmarked(item.question, topic, lang), lang)
    if question is None:
        return None
    edits = rewrite_edits(item.question, question)
    return Wording(question, edits, is_sure=True) if edits else None


def _unmarked(question: Text, topic: str, lang: str) -> str:
    """A topic without a person's own mark behind it: `type casting` of `type casting in .python`."""
    mark = CODE_MARK.search(question.plain())
    if mark is None or not topic.lower().endswith(mark[1]):
        return topic
    known = language(lang)
    ends = frozenset(known.cloze.phrase_ends) if known is not None else frozenset()
    words = topic[: -len(mark[1])].split()
    while words and words[-1].lower() in ends:
        words.pop()
    return " ".join(words) or topic


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
            is_asked = form.is_written or _is_used(bare[match.end() :])
            template = form.code_template if is_asked else ""
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
    return (edit,) if edit is not None else _line_edits(question, start, end, new)


def _line_edits(question: Text, start: int, end: int, new: str) -> tuple[Edit, ...]:
    """A new question in the place of the first line; properties between the lines stay.

    What stood in further lines goes, with the blank before a tag there.
    """
    edits = []
    for number, line in enumerate(re.finditer(r"[^\n]+", question.text[start:end])):
        at, behind = start + line.start(), start + line.end()
        edit = question.edit(at, behind, "" if number else new)
        if edit is None:
            return ()
        if number and question.page.data[edit.end : edit.end + 1] == b" ":
            edit = edit._replace(end=edit.end + 1, old=f"{edit.old} ")
        edits.append(edit)
    return tuple(edits)


def _form_of(term: str, text: str) -> str:
    """The word of a text that is another form of a term, or the term itself."""
    return next((word for word in WORD.findall(text) if stem(word) == stem(term)), term)


def _between(mark: str, found: re.Match[str]) -> str:
    return f"{mark}{found[0]}{mark}"


def question_key(text: str) -> str:
    """A question as equal ones are told: lower case, without accents, words alone."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", plain_letters(text.lower())).split())
