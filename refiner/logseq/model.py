"""What a page is made of: blocks, and spans of bytes in it.

Every position is a byte offset in the page as read, and every span is half-open, so that
`page.data[span.start:span.end]` is the text as written. Nothing is normalised here but the
names that Logseq itself compares normalised (tags, property keys).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

BlockKind = Literal["bullet", "heading"]

ProtectedKind = Literal[
    "fence",
    "code",
    "url",
    "link",
    "image",
    "block_ref",
    "page_ref",
    "macro",
    "math",
    "html",
    "drawer",
]


class Span(NamedTuple):
    """A half-open range of bytes in a page."""

    start: int
    end: int


class Property(NamedTuple):
    """A `key:: value` line. Only group 0, a block's first run of properties, counts in Logseq.

    `span` covers the line from its key to the end of its value, without indentation and
    newline; `key` is as Logseq compares it, `value` as written, stripped.
    """

    key: str
    value: str
    span: Span
    value_span: Span
    group: int


class Tag(NamedTuple):
    """A `#tag` in a block's text. `name` is NFC and lower case, without `#` and brackets."""

    name: str
    span: Span


class Protected(NamedTuple):
    """A part of a block's text that no edit of prose may touch."""

    kind: ProtectedKind
    span: Span
