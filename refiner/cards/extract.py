"""From a page's blocks to its cards and passages."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from refiner.cards.model import Item, ItemKind
from refiner.cards.text import Text, read_text
from refiner.lang.detect import detect_language

if TYPE_CHECKING:
    from refiner.logseq import Block, Page

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
METADATA_PATTERNS = (
    r"\((?:Page|Página|Pàgina)[\s\u00a0]+\w+\)",
    r"\(?\[(?:Location|Posición|Ubicación|Page|Página)[\s\u00a0]*[^\]]*\]\([^)]*\)\)?",
    r"\(?\[View Highlight\]\([^)]*\)\)?",
)


@dataclass(frozen=True)
class ExtractOptions:
    """What makes a block a card, a passage, or metadata.

    Attributes:
        card_tags: Names of tags, compared as Logseq compares them.
        passage_tags: Likewise.
        metadata_patterns: Regular expressions; a block whose whole text matches one is metadata.
    """

    card_tags: tuple[str, ...] = ("car", "card", "flashcard")
    passage_tags: tuple[str, ...] = ("ñspace",)
    metadata_patterns: tuple[str, ...] = METADATA_PATTERNS

    @cached_property
    def card_names(self) -> frozenset[str]:
        """The card tags as Logseq compares them."""
        return frozenset(map(tag_name, self.card_tags))

    @cached_property
    def passage_names(self) -> frozenset[str]:
        """The passage tags as Logseq compares them."""
        return frozenset(map(tag_name, self.passage_tags))

    @cached_property
    def item_names(self) -> frozenset[str]:
        """Names of all tags that make an item."""
        return self.card_names | self.passage_names

    @cached_property
    def metadata(self) -> re.Pattern[str]:
        """One pattern that matches the whole text of a metadata block."""
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.metadata_patterns))


def extract(page: Page, options: ExtractOptions) -> tuple[Item, ...]:
    """Find the cards and passages of a page, in page order.

    A block with a card tag is a card, also where it has a passage tag besides. The blocks below
    it are its answer, but for metadata and for items of their own.
    """
    items: list[Item] = []
    heading = ""
    for block in page.blocks:
        if block.kind == "heading":
            heading = _first_line(page, block, options)
        kind = item_kind(block, options)
        if kind is not None:
            chapter = _chapter(page, block, options, heading)
            items.append(_read_item(page, block, kind, options, chapter, len(items)))
    return tuple(items)


def item_kind(block: Block, options: ExtractOptions) -> ItemKind | None:
    """Whether the block's tags make it a card or a passage."""
    names = {tag.name for tag in block.tags}
    if names & options.card_names:
        return "card"
    if names & options.passage_names:
        return "passage"
    return None


def _read_item(
    page: Page,
    block: Block,
    kind: ItemKind,
    options: ExtractOptions,
    chapter: tuple[str, ...],
    index: int,
) -> Item:
    question = read_text(page, block, options.item_names)
    answers: list[Text] = []
    metadata: list[Block] = []
    for child in block.children:
        _read_below(page, child, options, answers, metadata)
    answer = "\n\n".join(text.text for text in answers) if kind == "card" else ""
    lang = detect_language(question.plain())
    return Item(
        kind=kind,
        block=block,
        line=page.line_of(_bullet(page.data, block)),
        tags=tuple(dict.fromkeys(tag.name for tag in block.tags)),
        question=question,
        answers=tuple(answers) if kind == "card" else (),
        metadata=tuple(metadata),
        chapter=chapter,
        lang=lang,
        answer_lang=detect_language("\n".join(t.plain() for t in answers)) if answer else "",
        hash=content_hash(kind, question.text, answer),
        index=index,
    )


def _read_below(
    page: Page, block: Block, options: ExtractOptions, answers: list[Text], metadata: list[Block]
) -> None:
    """Sort a block below a card, and those below it, into answer and metadata."""
    if item_kind(block, options) is not None:
        return
    text = read_text(page, block, options.item_names)
    if is_metadata(text, options):
        metadata.append(block)
    else:
        answers.append(text)
    for child in block.children:
        _read_below(page, child, options, answers, metadata)


def is_metadata(text: Text, options: ExtractOptions) -> bool:
    """Whether a block says something about the highlight instead of being a part of it."""
    tags = sum(part.end - part.start for part in text.protected if part.kind == "tag")
    bare = text.text.strip()
    if tags and not re.sub(r"\s", "", _without_tags(text)):
        return True
    return bare in {"", "-"} or options.metadata.fullmatch(bare) is not None


def content_hash(kind: str, question: str, answer: str) -> str:
    """16 hex digits over an item's content, the same wherever it stands.

    White space is folded and letters are composed (NFC), so that a re-export that wraps lines
    in another way meets its decisions again.
    """
    parts = (kind, folded(question), folded(answer))
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def folded(text: str) -> str:
    """Text as content is compared: NFC, every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tag_name(name: str) -> str:
    """A tag's name as Logseq compares it: without its `#`, NFC, lower case."""
    return unicodedata.normalize("NFC", name.lstrip("#")).lower()


def _without_tags(text: Text) -> str:
    chars = list(text.text)
    for part in text.protected:
        if part.kind == "tag":
            chars[part.start : part.end] = " " * (part.end - part.start)
    return "".join(chars)


def _chapter(page: Page, block: Block, options: ExtractOptions, heading: str) -> tuple[str, ...]:
    """The blocks above; a heading without dash stands above what follows it on its level."""
    above = _ancestors(block)
    lines = tuple(_first_line(page, ancestor, options) for ancestor in above)
    if not heading or block.kind == "heading" or any(b.kind == "heading" for b in above):
        return lines
    return (heading, *lines)


def _ancestors(block: Block) -> list[Block]:
    """The blocks above, outermost first."""
    above = []
    parent = block.parent
    while parent is not None:
        above.append(parent)
        parent = parent.parent
    return above[::-1]


def _first_line(page: Page, block: Block, options: ExtractOptions) -> str:
    return read_text(page, block, options.item_names).text.partition("\n")[0].strip()


def _bullet(data: bytes, block: Block) -> int:
    """Where the block's bullet or heading mark stands."""
    at = block.start
    while at < block.end and data[at] in b" \t\r\n\x0c\x1a":
        at += 1
    return at


def words_of(page: Page) -> dict[str, int]:
    """How often each lower-case word occurs on the page."""
    return Counter(WORD.findall(page.data.decode().lower()))
