"""Drafts that set a `refiner-flag::` property on the block that something is wrong with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.lang.language import union, values
from refiner.logseq import Edit, property_edit
from refiner.proposals.flags import FLAG_KEY, JOINT, flag_value, has_flag, join_flags, parse_flags
from refiner.tasks.model import Draft, Flag, TaskName

if TYPE_CHECKING:
    from refiner.cards import Item, Text
    from refiner.logseq import Property

# Flags that a new question makes moot.
MOOT = frozenset({"vague", "continuation", "private-remark", "duplicate"})
# What people write where a card goes on from the one before.
CONTINUATION = re.compile(
    rf"\s*(?:<{{2,}}|>{{2,}}|\+{{3,}}|\(?\b(?:{union('continuation.words')})\b[.)]*"
    rf"|\((?:{union('continuation.bracketed')})\.?\))\s*",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    rf"\b(?P<noun>{'|'.join(values('references.nouns'))})\s+(?P<number>\d+(?:[.\-–]\d+)*)",
    re.IGNORECASE,
)
_CHAPTER = re.compile(
    rf"\b(?P<noun>{'|'.join(values('references.chapters'))})\s+(?P<number>\d+(?:\.\d+)*)",
    re.IGNORECASE,
)


def is_continuation(item: Item) -> bool:
    """Whether the card's question says that it goes on from the one before."""
    question = item.question.text
    marked = CONTINUATION.match(question)
    if marked is None:
        return False
    is_word = any(char.isalpha() for char in marked[0])
    return not is_word or marked[0].strip(" ().").isupper() or marked.end() == len(question)


def place_of(item: Item, text: Text) -> str:
    """Where in the book to look: the text's own listing or figure, else the chapter, or ""."""
    found = list(_REFERENCE.finditer(text.text)) or list(_REFERENCE.finditer(item.question.text))
    if not found:
        found = [match for above in reversed(item.chapter) for match in _CHAPTER.finditer(above)]
    if not found:
        return ""
    return f"{found[0]['noun'].lower()} {found[0]['number']}"


def flag_draft(
    task: TaskName,
    rule: str,
    text: Text,
    flag: Flag,
    reason: str,
    confidence: float,
) -> Draft | None:
    """A draft that puts the flag on the text's block, or None where it has that flag already."""
    value = flag_value(flag.name, flag.detail)
    present = next((p for p in text.block.properties if p.key == FLAG_KEY), None)
    if present is None:
        edit = property_edit(text.page, text.block, FLAG_KEY, value)
    elif has_flag(present.value, flag.name):
        return None
    else:
        end = present.value_span.end
        before = text.page.data[end - 1 : end]
        gap = JOINT if present.value.strip() else " " * (before == b":")
        edit = Edit(end, end, "", gap + value)
    return Draft(task, rule, (edit,), reason, "rule", confidence, flag)


def without_moot_flags(text: Text) -> tuple[Edit, ...]:
    """The edits that take off a block what a new question makes moot; none where nothing is.

    A property that holds nothing else goes with its line.
    """
    edits = []
    for prop in text.block.properties:
        flags = parse_flags(prop.value) if prop.key == FLAG_KEY else ()
        kept = [flag for flag in flags if flag.name not in MOOT]
        if len(kept) == len(flags):
            continue
        start, end = prop.value_span if kept else _whole_line(text.page.data, prop)
        old = text.page.data[start:end].decode()
        edits.append(Edit(start, end, old, join_flags(*(flag_value(*flag) for flag in kept))))
    return tuple(edits)


def _whole_line(data: bytes, prop: Property) -> tuple[int, int]:
    """A property's line with the newline before it; the bytes of its span where it shares one."""
    newline = data.rfind(b"\n", 0, prop.span.start)
    if newline < 0 or data[newline : prop.span.start].strip():
        return prop.span
    end = prop.span.end
    while data[end : end + 1] in {b" ", b"\t"}:
        end += 1
    return newline - (data[newline - 1 : newline] == b"\r"), end
