"""Cards and passages: what people learn from, found in a page's blocks."""

from refiner.cards.dates import added_on
from refiner.cards.extract import (
    METADATA_PATTERNS,
    ExtractOptions,
    extract,
    folded,
    is_metadata,
    item_kind,
    left_out,
    tag_name,
    words_of,
)
from refiner.cards.model import Book, Item, ItemKind, Side, language_of
from refiner.cards.text import Guarded, Piece, Text, read_text

__all__ = [
    "METADATA_PATTERNS",
    "Book",
    "ExtractOptions",
    "Guarded",
    "Item",
    "ItemKind",
    "Piece",
    "Side",
    "Text",
    "added_on",
    "extract",
    "folded",
    "is_metadata",
    "item_kind",
    "language_of",
    "left_out",
    "read_text",
    "tag_name",
    "words_of",
]
