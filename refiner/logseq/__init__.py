"""Logseq's Markdown, exactly: bytes to an outline of blocks with byte spans, and back."""

from refiner.logseq.block import Block
from refiner.logseq.config import ConfigError, GraphConfig, read_config
from refiner.logseq.model import BlockKind, Property, Protected, ProtectedKind, Span, Tag
from refiner.logseq.names import NameFormat, file_name_from_title, page_key, title_from_file_name
from refiner.logseq.page import DecodeError, Page, parse, render
from refiner.logseq.splice import Edit, SpliceError, splice
from refiner.logseq.write import child_edit, continuation, property_edit

__all__ = [
    "Block",
    "BlockKind",
    "ConfigError",
    "DecodeError",
    "Edit",
    "GraphConfig",
    "NameFormat",
    "Page",
    "Property",
    "Protected",
    "ProtectedKind",
    "Span",
    "SpliceError",
    "Tag",
    "child_edit",
    "continuation",
    "file_name_from_title",
    "page_key",
    "parse",
    "property_edit",
    "read_config",
    "render",
    "splice",
    "title_from_file_name",
]
