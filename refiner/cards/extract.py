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
# Real outlines are 8 deep; one that is 5,000 deep must not take 5,000 lines for each of its cards.
CHAPTER_LEVELS = 64
# Nobody learns a card of this size; without a bound, nested ones take time by the square of their depth.
LONGEST_ITEM_BYTES = 100_000
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
    lines = _FirstLines(page, options)
    too_large = _too_large(page)
    heading = ""
    for block in page.blocks:
        if block.kind == "heading":
            heading = lines.of(block)
        kind = item_kind(block, options)
        if kind is not None and block.index not in too_large:
            chapter = _chapter(block, heading, lines)
            items.append(_read_item(page, block, kind, options, chapter, len(items)))
    return tuple(items)


def left_out(page: Page, options: ExtractOptions) -> tuple[tuple[int, str], ...]:
    """Items that are too large to be looked at: line and reason."""
    too_large = _too_large(page)
    return tuple(
        (page.line_of(block.mark), f"holds more than {LONGEST_ITEM_BYTES // 1000} kB: left out")
        for block in page.blocks
        if block.index in too_large and item_kind(block, options) is not None
    )


def _too_large(page: Page) -> frozenset[int]:
    """Numbers of the blocks that are too large, with all below them."""
    if len(page.data) <= LONGEST_ITEM_BYTES:
        return frozenset()
    ends: dict[int, int] = {}
    for block in reversed(page.blocks):
        ends[block.index] = ends[block.children[-1].index] if block.children else block.end
    return frozenset(
        block.index for block in page.blocks if ends[block.index] - block.start > LONGEST_ITEM_BYTES
    )


class _FirstLines:
    """First lines of blocks, each read once: many items stand below one chapter."""

    def __init__(self, page: Page, options: ExtractOptions) -> None:
        self._page = page
        self._tags = options.item_names
        self._known: dict[int, str] = {}

    def of(self, block: Block) -> str:
        """The first line of a block's text."""
        line = self._known.get(block.index)
        if line is None:
            text = read_text(self._page, block, self._tags).text
            line = self._known[block.index] = text.partition("\n")[0].strip()
        return line


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
    _read_below(page, block, options, answers, metadata)
    answer = "\n\n".join(text.text for text in answers) if kind == "card" else ""
    lang = detect_language(question.plain())
    return Item(
        kind=kind,
        block=block,
        line=page.line_of(block.mark),
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
    """Sort the blocks below a card into answer and metadata, in page order, however deep."""
    left = block.children[::-1]
    while left:
        below = left.pop()
        if item_kind(below, options) is not None:
            continue
        text = read_text(page, below, options.item_names)
        if is_metadata(text, options):
            metadata.append(below)
        else:
            answers.append(text)
        left += below.children[::-1]


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


def _chapter(block: Block, heading: str, lines: _FirstLines) -> tuple[str, ...]:
    """The blocks above; a heading without dash stands above what follows it on its level."""
    above = _ancestors(block)
    chapter = tuple(lines.of(ancestor) for ancestor in above)
    if not heading or block.kind == "heading" or any(b.kind == "heading" for b in above):
        return chapter
    return (heading, *chapter)


def _ancestors(block: Block) -> list[Block]:
    """The blocks above, outermost first; of very many the nearest."""
    above: list[Block] = []
    parent = block.parent
    while parent is not None and len(above) < CHAPTER_LEVELS:
        above.append(parent)
        parent = parent.parent
    return above[::-1]


def words_of(page: Page) -> dict[str, int]:
    """How often each lower-case word occurs on the page."""
    return Counter(WORD.findall(page.data.decode().lower()))
