"""What a person wrote on a review page besides decisions: nothing of it is lost when it is rewritten.

Blocks of their own stay where they stood between ours, or go to the end where what they stood
behind is decided; page properties stay on top. Words inside a block of ours become its comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refiner.logseq import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from refiner.logseq import Block, Page

ID_PROPERTY = "refiner"
# What Logseq itself puts into a block.
LOGSEQ_LINE = re.compile(
    r":LOGBOOK:|CLOCK:.*|:END:|(?:id|collapsed|background-color|heading)::.*|(?:SCHEDULED|DEADLINE):.*",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class OwnBlock:
    """A block of the person's own, with all below it.

    Attributes:
        text: As written, at the margin.
        behind: Ids of our blocks that stand before it on the page, nearest first.
    """

    text: str
    behind: tuple[str, ...]


@dataclass(frozen=True)
class Notes:
    """What the person wrote between our blocks.

    Attributes:
        preamble: The text before the first block: page properties, mostly.
        blocks: In page order.
    """

    preamble: str = ""
    blocks: tuple[OwnBlock, ...] = ()


def id_of(block: Block) -> str | None:
    """The proposal that a block tells of, or None for a block of the person's own."""
    return next((p.value for p in block.properties if p.key == ID_PROPERTY), None)


def read_notes(data: bytes, is_ours: Callable[[Page, Block], bool] | None = None) -> Notes:
    """Find what is the person's own on a review page.

    Args:
        data: The page's bytes.
        is_ours: Tells our blocks on the outermost level; by default those that tell of a proposal.

    Raises:
        DecodeError: It is not UTF-8.
    """
    page = parse(data)
    first = page.blocks[0].start if page.blocks else len(data)
    blocks: list[OwnBlock] = []
    behind: list[str] = []
    for block in page.blocks:
        id_ = id_of(block)
        if id_ is not None:
            behind.insert(0, id_)
        if block.parent is not None or (is_ours or _tells_of_one)(page, block):
            continue
        text = own_text(page, block)
        if text.strip(" \t\n-"):
            blocks.append(OwnBlock(text, tuple(behind)))
    return Notes(data[:first].decode().strip("\n"), tuple(blocks))


def merged(ours: Sequence[tuple[str, str]], notes: Notes) -> str:
    """The review page of our blocks and the person's.

    Args:
        ours: Id and text of each of our blocks.
        notes: What the person wrote.
    """
    waiting = {id_ for id_, _ in ours}
    below: dict[str | None, list[str]] = {}
    for block in notes.blocks:
        place = next((id_ for id_ in block.behind if id_ in waiting), None)
        if place is None and not block.behind and ours:
            below.setdefault("", []).append(block.text)  # it stood above all of ours
        else:
            below.setdefault(place, []).append(block.text)
    lines = [*below.get("", ())]
    for id_, text in ours:
        lines += [text, *below.get(id_, ())]
    lines += below.get(None, ())
    body = "\n".join(lines)
    if not notes.preamble.strip():
        return body
    return f"{notes.preamble}\n\n{body}" if body else notes.preamble


def own_text(page: Page, block: Block) -> str:
    """A block with all below it as written, at the margin, without blocks of ours inside it."""
    parts: list[bytes] = []
    inside_until = -1
    for part in page.blocks[block.index :]:
        if part.start >= block.subtree_end:
            break
        if part.start < inside_until:
            continue
        if part is not block and id_of(part) is not None:
            inside_until = part.subtree_end
            continue
        parts.append(page.data[part.start : part.end])
    indentation = page.data[block.start : block.mark].decode()
    lines = b"".join(parts).decode().rstrip("\n").split("\n")
    return "\n".join(line.removeprefix(indentation) for line in lines)


def added_words(line: str, ours: str, allowed: Iterable[str] = ()) -> str:
    """What a person put into a line of ours: the words behind it, or the whole line, or "".

    Args:
        line: As it stands on the page.
        ours: As we write it today.
        allowed: Texts whose words the line may hold besides, as it was written by an older version.
    """
    line, ours = line.strip(), ours.strip()
    if line == ours:
        return ""
    if line.startswith(ours):
        return line.removeprefix(ours).strip()
    known = {word for text in (ours, *allowed) for word in WORD.findall(text)}
    return "" if set(WORD.findall(line)) <= known else line


def foreign_lines(lines: Iterable[str]) -> list[str]:
    """The lines below a block's first that neither we nor Logseq put there, stripped."""
    found = []
    for line in lines:
        bare = line.strip()
        if bare and not bare.startswith(f"{ID_PROPERTY}::") and not LOGSEQ_LINE.fullmatch(bare):
            found.append(bare)
    return found


def _tells_of_one(_page: Page, block: Block) -> bool:
    return id_of(block) is not None
