"""Cards and passages: what people learn from, found in a page's blocks."""

from refiner.cards.model import Book, Item, ItemKind, Side
from refiner.cards.text import Guarded, Piece, Text

__all__ = ["Book", "Guarded", "Item", "ItemKind", "Piece", "Side", "Text"]
