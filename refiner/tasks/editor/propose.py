"""What an answer proposes, beside what the rules do: on one text there is one proposal."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from refiner.logseq import Edit, child_edit
from refiner.tasks.cloze.hints import hint_for
from refiner.tasks.editor.clozes import Fit, judge_cloze
from refiner.tasks.editor.corrections import judge_correction
from refiner.tasks.editor.cuts import Seen, judge_cut
from refiner.tasks.editor.listings import Restored, judge_listing
from refiner.tasks.editor.overlaps import overlap
from refiner.tasks.editor.questions import EMPHASIS, kept_parts, question_language
from refiner.tasks.editor.safety import unsafe
from refiner.tasks.editor.words import UNSURE
from refiner.tasks.flagging import MOOT, flag_draft, without_moot_flags
from refiner.tasks.listing.task import fence_edit
from refiner.tasks.model import Abstention, Draft, Flag
from refiner.tasks.truncation.rest import place_to_look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refiner.cards import Text
    from refiner.tasks.editor.model import CardFlag, ItemAnswer
    from refiner.tasks.editor.view import ItemView
    from refiner.tasks.model import Finding, TaskOptions

REWRITTEN_WORDS = 45
WHY_LETTERS = 160
CLOZES_AT_MOST = 2
_RULES = {
    "spelling": "misspelling",
    "accent": "accent",
    "spacing": "glued",
    "grammar": "grammar",
    "word": "word",
}
_CONFIDENCE = {True: 0.85, None: 0.7, False: 0.5}
_CUT_CONFIDENCE = {True: 0.7, False: 0.45}
_FLAG_CONFIDENCE = 0.6
_CLOZE_CONFIDENCE = 0.7
# How people mark a card's subject behind its question: `.java`, `.code`.
_LABEL = re.compile(r"(?:\s+\.[^\W\d_][\w#+-]*)+\s*$")
_VAGUE = "the question asks nothing specific"
_FLAG_DETAILS = {
    "no-answer": "the card has no answer",
    "swapped-sides": "the question stands in the answer, and the answer in the question",
    "private-remark": "the question is a remark to yourself",
    "several-questions": "the card asks several questions at once",
    "too-long": "the card holds more than one can recall at once",
}


def drafts_of(
    answer: ItemAnswer, view: ItemView, findings: Sequence[Finding], options: TaskOptions
) -> list[Draft | Abstention]:
    """What a guarded answer proposes, part by part."""
    drafts: list[Draft | Abstention] = [
        *_question(answer, view, findings),
        *_listings(answer, view),
        *_corrections(answer, view),
        *_cut(answer, view),
        *_flags(answer, view),
        *_clozes(answer, view, options),
    ]
    return drafts


def _question(
    answer: ItemAnswer, view: ItemView, findings: Sequence[Finding]
) -> Iterator[Draft | Abstention]:
    found = next((f for f in findings if f.task == "question"), None)
    rule = "vague" if found is None else found.rule
    part = answer.part("question")
    if part is None:
        if found is not None and found.fix is None and hasattr(answer, "question"):
            yield Abstention("question", rule, "the model leaves it")
        return
    edits = question_edits(view.texts[0], _punctuated(part.new, question_language(view)))
    if not edits:
        yield Abstention("question", rule, "the question has parts that must stay")
        return
    why = " ".join(part.why.split()).rstrip(".")
    is_sound = why and len(why) <= WHY_LETTERS and unsafe(why, "") is None
    reason = found.detail if found is not None else why if is_sound else _VAGUE
    confidence = 0.6 if found is None else 0.75
    edits = (*edits, *without_moot_flags(view.texts[0]))
    yield Draft("question", rule, edits, _sentence(reason), "model", confidence)


def question_edits(old: Text, new: str) -> tuple[Edit, ...]:
    """Edits that put a new question in the place of the old one's words; none where they can't.

    Links and images beside the words stay by themselves. Code and refs among the words stay too:
    the new wording holds them, and what stands between them changes.
    """
    words = [match.span() for match in re.finditer(r"\S+", old.plain())]
    if len(words) > REWRITTEN_WORDS:
        return ()
    for mark, term in EMPHASIS.findall(old.plain()):
        if mark + term + mark not in new:
            new = re.sub(
                re.escape(term), partial(_between, mark), new, count=1, flags=re.IGNORECASE
            )
    kept = kept_parts(old)
    start, end = (words[0][0], words[-1][1]) if words else (0, 0)
    label = _LABEL.search(old.plain()[:end])
    if words and label is not None and label.start() > start:
        end = label.start()
        new = new.replace(label[0], "")
    if kept:
        inner = [p for p in old.protected if old.text[p.start : p.end] in kept]
        start, end = min(start, inner[0].start), max(end, inner[-1].end)
        return _edits_between(old, new, (start, end), kept)
    edit = old.edit(start, end, new if words else f"{new} ")
    return _line_edits(old, new) if edit is None else (edit,)


def _line_edits(old: Text, new: str) -> tuple[Edit, ...]:
    """A new question in the place of lines with a tag or property between them."""
    edits: list[Edit] = []
    data = old.page.data
    at = 0
    for line in old.plain().split("\n"):
        start, end = at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at += len(line) + 1
        if start >= end:
            continue
        edit = old.edit(start, end, "" if edits else new)
        if edit is None:
            return ()
        if edits:  # the line goes with its newline
            begin = data.rfind(b"\n", 0, edit.start)
            gap = data[begin : edit.start].decode()
            behind = data[edit.end : edit.end + 1]
            if behind == b" ":  # a tag stays behind it
                edit = Edit(edit.start, edit.end + 1, f"{edit.old} ", "")
            elif begin < 0 or gap.strip() or behind not in {b"\n", b"\r", b""}:
                return ()
            else:
                edit = Edit(begin, edit.end, gap + edit.old, "")
        edits.append(edit)
    return tuple(edits)


def _edits_between(
    old: Text, new: str, span: tuple[int, int], kept: Sequence[str]
) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    at, told = span[0], 0
    for part in [*kept, None]:
        stands = span[1] if part is None else old.text.find(part, at)
        said = len(new) if part is None else new.find(part, told)
        if stands < at or said < told:
            return ()
        if old.text[at:stands] != new[told:said]:
            edit = old.edit(at, stands, new[told:said])
            if edit is None or old.touches_protected(at, stands):
                return ()
            edits.append(edit)
        at, told = stands + len(part or ""), said + len(part or "")
    return tuple(edits)


def _between(mark: str, found: re.Match[str]) -> str:
    return f"{mark}{found[0]}{mark}"


def _punctuated(new: str, lang: str) -> str:
    """A Spanish question gets its opening mark."""
    return f"¿{new}" if lang == "es" and "¿" not in new else new


def _listings(answer: ItemAnswer, view: ItemView) -> Iterator[Draft]:
    for entry in answer.part("listings") or ():
        found = judge_listing(entry, view)
        if not isinstance(found, Restored):
            continue
        text = view.texts[found.place.part]
        fenced = f"```{found.language}\n{found.code}\n```"
        edit = _set_apart(text, found.place.start, found.place.end, fenced)
        if edit is None:
            continue
        how = {"one-line": "stands on one line", "lost-indentation": "lost its indentation"}
        reason = f"A listing {how[found.rule]}."
        confidence = _CONFIDENCE[found.is_parsed]
        yield Draft("listing", found.rule, (edit,), reason, "model", confidence)


def _set_apart(text: Text, start: int, end: int, fenced: str) -> Edit | None:
    """The edit that puts a fence on lines of its own, words before and behind it on theirs."""
    line_start = text.text.rfind("\n", 0, start) + 1
    line_end = text.text.find("\n", end)
    line_end = len(text.text) if line_end < 0 else line_end
    before, behind = text.text[line_start:start], text.text[end:line_end]
    if not before.strip() and not behind.strip():
        return fence_edit(text, start, end, fenced)
    first = start - (len(before) - len(before.rstrip()))
    last = end + (len(behind) - len(behind.lstrip()))
    if before.strip():
        fenced = f"\n{fenced}"
    else:
        first = start
    if behind.strip():
        fenced = f"{fenced}\n"
    else:
        return fence_edit(text, first, end, fenced)
    return text.edit(first, last, fenced)


def _corrections(answer: ItemAnswer, view: ItemView) -> Iterator[Draft]:
    for entry in answer.part("corrections") or ():
        judged = judge_correction(entry, view)
        if judged.guard:
            continue
        edits = []
        for place, new in judged.changes:
            edit = view.texts[place.part].edit(place.start, place.end, new)
            if edit is not None and edit.old != edit.new:
                edits.append(edit)
        if len(edits) != len(judged.changes) or not edits:
            continue
        old, new = " ".join(entry.old.split()), " ".join(entry.new.split())
        ordered = tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))
        if any(overlap(a, b) for a, b in pairwise(ordered)):
            continue
        reason = f"“{new}”, not “{old}”"
        if judged.confidence <= UNSURE:
            reason += " (both are words: look at it)"
        rule = _RULES[entry.kind]
        yield Draft("typo", rule, ordered, reason, "model", judged.confidence)


def _cut(answer: ItemAnswer, view: ItemView) -> Iterator[Draft]:
    cut = answer.part("cut")
    found = None if cut is None else judge_cut(cut, view)
    if cut is None or not isinstance(found, Seen):
        return
    text = view.texts[found.part]
    is_start = cut.cause == "starts-mid-sentence"
    seen = f'{"begins with" if is_start else "stops at"} "{found.words}"'
    where = place_to_look(view.item, view.book, text, cut.cause) or _near(cut.look, view)
    detail = f"{seen}; look at {where}" if where else seen
    flag = Flag("truncated", cut.cause, detail)
    reason = f"The text is cut: {seen}."
    confidence = _CUT_CONFIDENCE[found.is_sure]
    draft = _by_model(flag_draft("truncation", cut.cause, text, flag, reason, confidence))
    if draft is not None:
        yield draft


def _by_model(draft: Draft | None) -> Draft | None:
    return None if draft is None else replace(draft, source="model")


def _near(look: str, view: ItemView) -> str:
    before, after = view.book.neighbours(view.item)
    if look == "next-item" and after:
        return f"the next {after[0].kind} (line {after[0].line})"
    if look == "item-before" and before:
        return f"the {before[-1].kind} before (line {before[-1].line})"
    return ""


def _flags(answer: ItemAnswer, view: ItemView) -> Iterator[Draft]:
    has_question = answer.part("question") is not None
    for entry in answer.part("flags") or ():
        if has_question and entry.name in MOOT:
            continue
        detail = _flag_detail(entry)
        flag = Flag(entry.name, entry.name, detail)
        text = view.texts[0]
        reason = _sentence(detail)
        draft = _by_model(flag_draft("flag", entry.name, text, flag, reason, _FLAG_CONFIDENCE))
        if draft is not None:
            yield draft


def _flag_detail(entry: CardFlag) -> str:
    detail = _FLAG_DETAILS[entry.name]
    if not entry.split:
        return detail
    return f"{detail}; it could be: {' / '.join(' '.join(q.split()) for q in entry.split)}"


def _clozes(
    answer: ItemAnswer, view: ItemView, options: TaskOptions
) -> Iterator[Draft | Abstention]:
    if view.kind != "passage" or not hasattr(answer, "clozes"):
        return
    clozes = answer.part("clozes")
    worthless = answer.part("worthless")
    if worthless is not None or not clozes:
        yield Abstention("cloze", "fact", f"worthless: {worthless or 'no term'}")
        return
    text = view.texts[0]
    lang = view.lang(0)
    for entry in clozes[:CLOZES_AT_MOST]:
        found = judge_cloze(entry, view)
        if not isinstance(found, Fit):
            continue
        start = found.place.start
        terms = [text.text[start + a : start + b] for a, b in found.hidden]
        edits = _cloze_edits(view, found, lang, options)
        if not edits:
            continue
        names = ", ".join(dict.fromkeys(f"“{term}”" for term in terms))
        reason = f"The passage states a fact: hides {names}."
        yield Draft("cloze", "fact", edits, reason, "model", _CLOZE_CONFIDENCE)
        if options.cloze_place == "inline":
            return


def _cloze_edits(view: ItemView, found: Fit, lang: str, options: TaskOptions) -> tuple[Edit, ...]:
    text = view.texts[0]
    start, end = found.place.start, found.place.end

    def macro(term: str) -> str:
        hint = hint_for(term, lang) or (found.hint if len(found.hidden) == 1 else "")
        return f"{{{{cloze {term} \\\\ {hint}}}}}" if hint else f"{{{{cloze {term}}}}}"

    if options.cloze_place == "inline":
        edits = [
            text.edit(start + a, start + b, macro(text.text[start + a : start + b]))
            for a, b in found.hidden
        ]
        return tuple(edit for edit in edits if edit is not None)
    sentence = text.text[start:end]
    pieces: list[str] = []
    at = 0
    for a, b in found.hidden:
        pieces += [sentence[at:a], macro(sentence[a:b])]
        at = b
    line = "".join([*pieces, sentence[at:], f" #{options.cloze_tag}"])
    return (child_edit(text.page, view.item.block, [line]),)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else text
