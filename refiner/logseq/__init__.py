"""Logseq's Markdown, exactly: bytes to an outline of blocks with byte spans, and back."""

from refiner.logseq.model import BlockKind, Property, Protected, ProtectedKind, Span, Tag
from refiner.logseq.splice import Edit

__all__ = ["BlockKind", "Edit", "Property", "Protected", "ProtectedKind", "Span", "Tag"]
