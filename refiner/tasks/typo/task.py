"""Slips of the pen and of the export: misspelled, cut, glued and doubled words, wrong articles.

Rules alone decide, and only where they are sure. A 1.5B model as judge of doubtful words was
tried: of 34 slips it let 26 pass where the strict rules found 30, and it let a wrong one pass
too. As a proofreader of typed questions it mended 6 of 24 faulty ones, spoilt 1 and changed 15
of 124 right ones: far from nine right edits in ten. So it is not asked.

On 8,200 paragraphs and questions of public handbooks and references (English, Spanish, Catalan)
the rules make about 245 edits; read one by one, two paragraphs in a thousand got a wrong one.
Gender and number by the lists of nouns: 147 edits in 50,000 Spanish paragraphs of manuals, help
pages and sayings, 141 of them right. The forms of English verbs and nouns and the words that stand
twice: 44 edits in 74,000 paragraphs of the same kind, none wrong but 3 in songs; 166 in 120,000
one-line summaries of packages, of which 150 were read and 147 are right. Spanish accents on words
that are a verb's form without them: 111 edits in the Spanish paragraphs, none wrong.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from refiner.analysis.hyphenation import broken_words
from refiner.analysis.lines import masked, read_lines
from refiner.cards import language_of
from refiner.lang.language import language
from refiner.lang.lexicon import LANGS
from refiner.tasks.model import Abstention, Ask, Draft, Finding, TaskName, TaskOptions
from refiner.tasks.typo.agreement import agreement
from refiner.tasks.typo.ghost import Fallen, fallen_letters, ghost_draft
from refiner.tasks.typo.glued import glued
from refiner.tasks.typo.misspelling import limits_for, misspellings, renders_speech
from refiner.tasks.typo.names import names
from refiner.tasks.typo.phrases import phrases
from refiner.tasks.typo.slips import Slip, slips
from refiner.tasks.typo.spacing import spacing
from refiner.tasks.typo.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from refiner.analysis.lines import Line
    from refiner.cards import Book, Item, Side, Text
    from refiner.logseq import Edit

_PROSE = frozenset({"prose", "item", "heading", "caption"})
_REASONS = {
    "misspelling": "“{old}” is no word; “{new}” is",
    "accent": "“{old}” lacks its accent: “{new}”",
    "hyphenation": "“{new}” is cut in two and lost a letter",
    "glued": "a space is missing: “{new}”",
    "cut-word": "a space cuts “{new}” in two",
    "spacing": "the spaces around the mark are not right: “{new}”",
    "ghost-letters": "letters of “{new}” fell out of the question and stand as its answer",
    "footnote": "a footnote's number is left in the text",
    "doubled-word": "“{new}” stands twice",
    "grammar": "“{new}”, not “{old}”",
    "contraction": "“{new}”, not “{old}”",
    "question-form": "“{new}”, not “{old}”",
}
_CONFIDENCE = {
    "ghost-letters": 0.8,
    "misspelling": 0.85,
    "glued": 0.85,
    "footnote": 0.8,
    "grammar": 0.85,
}
_QUESTION = re.compile(r"(?P<mark>¿\s*)?(?P<word>[^\W\d_]+)(?=\s)[^?\n]*\?")
_LONGEST_QUESTION = 160
_SAID = re.compile(r"“[^”]*”|«[^»]*»|‘[^’]*’(?!\w)|(?<!\w)\"[^\"\n]*\"(?!\w)")
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class TypoTask:
    """Mends slips, one draft for each, so that one can be taken and another left."""

    name: TaskName = "typo"

    def detect(self, item: Item, book: Book) -> list[Finding]:
        """What the rules see in the item, in page order."""
        findings: list[Finding] = []
        fallen = fallen_letters(item, book)
        for part, (side, text) in enumerate(item.sides()):
            lang = language_of(item, book, side)
            found = list(_slips(text, side, part, lang, book))
            if fallen is not None and side == "question":
                found[:0] = _finding(text, side, part, Slip(*fallen[:3], "ghost-letters"))
            found.sort(key=lambda finding: finding.start)
            end = -1
            for finding in found:
                if finding.start >= end:
                    findings.append(finding)
                    end = finding.end
        return findings

    def ask(self, item: Item, book: Book, findings: list[Finding]) -> Ask | None:  # noqa: ARG002
        """Nothing: rules decide."""
        return None

    def propose(
        self,
        item: Item,
        book: Book,  # noqa: ARG002
        findings: list[Finding],
        answer: BaseModel | None,  # noqa: ARG002
        options: TaskOptions,  # noqa: ARG002
    ) -> list[Draft | Abstention]:
        """One draft for each slip."""
        texts = [text for _, text in item.sides()]
        drafts: list[Draft | Abstention] = []
        for finding in findings:
            if finding.fix is None:
                continue
            confidence = _CONFIDENCE.get(finding.rule, 0.95)
            if finding.rule == "ghost-letters":
                letters = item.answer.strip()
                fallen = Fallen(finding.start, finding.end, finding.fix, letters)
                ghost = ghost_draft(item, fallen, finding.detail, confidence)
                drafts += [] if ghost is None else [ghost]
                continue
            edits = _edits(texts[finding.part], finding.start, finding.end, finding.fix)
            if not edits:
                drafts.append(Abstention("typo", finding.rule, "stands around a tag or property"))
                continue
            drafts.append(Draft("typo", finding.rule, edits, finding.detail, "rule", confidence))
        return drafts


def _slips(text: Text, side: Side, part: int, lang: str, book: Book) -> Iterator[Finding]:
    plain = masked(text)
    words = _vocabulary(text, lang, book)
    limits = limits_for(lang, is_typed=side == "question")
    if side == "question":  # first: of two findings at one place the first one stays
        yield from _interrogative(text, plain, part, lang)
        first = len(plain) - len(plain.lstrip(" \n*_"))
        for slip in phrases(
            plain, first, len(plain), lang, only="question-start", written=text.text
        ):
            yield from _finding(text, side, part, slip)
        for slip in phrases(plain, 0, len(plain), lang, only="question", written=text.text):
            yield from _finding(text, side, part, slip)
    for cut in broken_words(text, lang, book.words):
        if cut.how == "repair":
            yield from _finding(text, side, part, Slip(cut.start, cut.end, cut.word, "hyphenation"))
    for line in read_lines(plain):
        if line.kind not in _PROSE:
            continue
        for slip in _line_slips(text, plain, line, lang, words):
            if slip.rule == "grammar" and side != "question" and _is_said(plain, slip, lang):
                continue
            yield from _finding(text, side, part, slip)
        for word in misspellings(plain, line.start, line.end, lang, words, limits):
            yield from _finding(text, side, part, Slip(word.start, word.end, word.new, word.rule))


def _vocabulary(text: Text, lang: str, book: Book) -> Vocabulary:
    langs = dict.fromkeys(one for one in (lang, "en", *book.langs) if one in LANGS)
    return Vocabulary(book.words, text.page.data, tuple(langs))


def _line_slips(text: Text, plain: str, line: Line, lang: str, words: Vocabulary) -> Iterator[Slip]:
    yield from spacing(plain, line.start, line.end, lang, words)
    yield from glued(plain, line.start, line.end, lang, words)
    yield from slips(plain, line.start, line.end, lang)
    yield from phrases(plain, line.start, line.end, lang, written=text.text)
    yield from agreement(plain, line.start, line.end, lang)
    yield from names(plain, line.start, line.end, words)


def _is_said(plain: str, slip: Slip, lang: str) -> bool:
    """Whether somebody speaks there, as people do: in dialect, or between quotation marks."""
    if renders_speech(plain, lang):
        return True
    return any(
        said.start() < slip.start and slip.end < said.end() for said in _SAID.finditer(plain)
    )


def _interrogative(text: Text, plain: str, part: int, lang: str) -> Iterator[Finding]:
    """`¿Que es…?`: in a question the word that asks has its accent."""
    known = language(lang)
    if known is None:
        return
    for match in _QUESTION.finditer(plain):
        word = match["word"]
        right = known.typo.interrogatives.get(word.lower())
        at = match.start("word")
        if right is None or not (match["mark"] or not plain[:at].strip()):
            continue
        if len(match[0]) <= _LONGEST_QUESTION:
            new = right[0].upper() + right[1:] if word[0].isupper() else right
            yield from _finding(text, "question", part, Slip(at, match.end("word"), new, "accent"))
    why = _why_pattern(lang).match(plain)
    if why is not None:
        at, end = why.span("word")
        new = known.typo.why[why["word"].lower()]
        new = new.capitalize() if plain[at].isupper() else new
        yield from _finding(text, "question", part, Slip(at, end, new, "accent"))


@cache
def _why_pattern(lang: str) -> re.Pattern[str]:
    """`¿Por que…?`, `¿Porque…?`: asked, these are other words than told."""
    known = language(lang)
    words = "|".join(known.typo.why) if known is not None else ""
    return re.compile(
        rf"\s*(?:¿\s*)?(?P<word>{words or '(?!)'})(?=\s[^?\n]{{3,140}}\?)", re.IGNORECASE
    )


def _finding(text: Text, side: Side, part: int, slip: Slip) -> Iterator[Finding]:
    start, end, new, rule = slip
    old = text.text[start:end]
    if old == new:
        return
    if text.touches_protected(start, end) and not _around(text, start, end, new):
        return
    detail = _REASONS[rule].format(old=" ".join(old.split()), new=new)
    yield Finding("typo", rule, side, part, start, end, detail, fix=new)


def _edits(text: Text, start: int, end: int, new: str) -> tuple[Edit, ...]:
    """The edits that make a part of the text read `new`: one, or more around what is protected."""
    if text.touches_protected(start, end):
        return _around(text, start, end, new)
    edit = text.edit(start, end, new)
    return () if edit is None else (edit,)


def _around(text: Text, start: int, end: int, new: str) -> tuple[Edit, ...]:
    """The edits of the words that change, or none where one of them is protected."""
    old_words = _TOKEN.findall(text.text[start:end])
    new_words = _TOKEN.findall(new)
    changes = SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes()
    edits: list[Edit] = []
    for kind, first, last, new_first, new_last in changes:
        if kind == "equal":
            continue
        at = start + len("".join(old_words[:first]))
        stop = start + len("".join(old_words[:last]))
        if text.touches_protected(at, stop):
            return ()
        edit = text.edit(at, stop, "".join(new_words[new_first:new_last]))
        if edit is None:
            return ()
        edits.append(edit)
    return tuple(edits)


TASK = TypoTask()
