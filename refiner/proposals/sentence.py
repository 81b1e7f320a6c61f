"""An edit in its sentence: what a decision is remembered by when other words of the item change."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refiner.proposals.draft import Draft

CLOZE = re.compile(r"\{\{cloze ((?:[^}\\]|\\(?!\\))+?)\s*(?:\\\\[^}]*)?\}\}")
# A sentence ends at a mark with a blank behind it, and at a line's end.
END = re.compile(r"[.!?…][\"”»')\]]*(?=\s)|\n")
LEAST_LETTERS = 12


def sentence_digest(data: bytes, draft: Draft, block_start: int) -> str:
    """16 hex digits over an edit and the sentence that it stands in, or "".

    Short sentences say too little: the same correction in "See above." elsewhere is another one.

    Args:
        data: The page's bytes.
        draft: What is proposed.
        block_start: Where the item begins: a flag is remembered by what stands before its edit.
    """
    task, edits, flag = draft.task, draft.edits, draft.flag
    if flag is not None:
        text = data[block_start : edits[0].start].decode(errors="replace")
        sentence, parts = _last_sentence(text), [flag.name, flag.cause]
    elif task == "cloze":
        written = "\n".join(edit.new for edit in edits)
        terms = [match[1] for match in CLOZE.finditer(written)]
        first = CLOZE.search(written)
        if first is None:
            return ""
        bare = CLOZE.sub(lambda match: match[1], written)
        sentence, parts = _around(bare, first.start(), first.start() + len(first[1])), terms
    else:
        start, end = edits[0].start, edits[-1].end
        before = data[block_start:start].decode(errors="replace")
        inner = data[start:end].decode(errors="replace")
        text = before + inner + data[end : end + 2000].decode(errors="ignore")
        sentence = _around(text, len(before), len(before) + len(inner))
        parts = [part for edit in edits for part in (edit.old, edit.new)]
    folded = [_folded(text) for text in (sentence, *parts)]
    if len(folded[0]) < LEAST_LETTERS:
        return ""
    return hashlib.sha256("\x00".join([task, *folded]).encode()).hexdigest()[:16]


def _around(text: str, start: int, end: int) -> str:
    """The sentence, or the sentences, from before a place to behind it."""
    first = max((match.end() for match in END.finditer(text, 0, start)), default=0)
    last = END.search(text, end)
    return text[first : last.end() if last else len(text)]


def _last_sentence(text: str) -> str:
    bare = text.rstrip()
    ends = [match.end() for match in END.finditer(bare) if match.end() < len(bare)]
    return bare[ends[-1] if ends else 0 :]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).lstrip("-*\t ")
