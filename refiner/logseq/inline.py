r"""What stands inside a block's lines: tags, and the parts that no edit of prose may touch.

Source: mldoc 1.5.7, lib/syntax/inline.ml and extended/hash_tag.ml; each rule tried on the
parser itself.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from refiner.logseq.model import Protected, ProtectedKind, Span, Tag
from refiner.logseq.outline import HTML_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

# The lookbehind keeps a word of a megabyte from being tried at each of its letters.
SPECIAL = re.compile(rb"[\\`$\[!<{(*_~^=#]|(?<![A-Za-z])[A-Za-z]++://")
# What every protected part begins with.
OPENER = re.compile(rb"[\\`$\[<]|\{\{|\(\(|://")
# Everything before a tag that can't open anything: the common case of a tag at a line's end.
PLAIN = re.compile(rb"[^\\`$\[!<{(*_~^=#:]*\Z")
TAG_END = b" \t\n\r\x0c\x1a"
TAG_STOP = b",;.!?'\":#"
WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
PUNCTUATION = frozenset(b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

DOUBLE_CODE = re.compile(rb"``([^\n]+?)``")
CODE = re.compile(rb"`([^`\n]+)`")
DISPLAY_MATH = re.compile(rb"\$\$([^$]+)\$\$")
MATH = re.compile(rb"\$(?![ \t$])([^$\n\r]*?[^$\n\r \t])\$")
PAREN_MATH = {b"\\(": b"\\)", b"\\[": b"\\]"}
PAGE_REF = re.compile(rb"\[\[([^\[\]\n]+)\]\]")
LINK_LABEL = re.compile(rb"\[((?:[^\[\]\n\\]++|\\.|\[[^\[\]\n]*+\])*+)\]\(")
PARENTHESIS = re.compile(rb"[()\n\r]")
BLOCK_REF = re.compile(rb"\(\(([^()]+)\)\)")
MACRO = re.compile(rb"\{\{\{?([^{}\n]+)\}\}\}?")
AUTOLINK = re.compile(rb"<[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+>")
INLINE_HTML = re.compile(rb"<([a-zA-Z][a-zA-Z0-9]+)(?=[ >/\t])[^<>\n]*>")
URL = re.compile(rb"[A-Za-z]+://[^\s\[\]<>{}\"'`|^]+")
EMPHASES = (b"***", b"___", b"**", b"__", b"~~", b"^^", b"==", b"*", b"_")


def read_inline(data: bytes, start: int, end: int) -> tuple[list[Tag], list[Protected]]:
    """Find the tags and protected parts of a stretch of text.

    Args:
        data: The page.
        start: First byte of the stretch: one paragraph, title or cell.
        end: Its end.
    """
    reader = _Inline(data, start, end)
    reader.read()
    return reader.tags, reader.protected


def read_tags(data: bytes, start: int, end: int) -> list[Tag]:
    """Find the tags alone; fast where nothing but plain text stands before them."""
    first = data.find(b"#", start, end)
    if first < 0:
        return []
    if PLAIN.match(data, start, first):
        tag = read_tag(data, first, end)
        after = first + 1 if tag is None else tag.span.end
        found = [] if tag is None else [tag]
        if data.find(b"#", after, end) < 0:
            return found
    return read_inline(data, start, end)[0]


def read_tag(data: bytes, at: int, end: int) -> Tag | None:
    """Read the tag that begins at a `#`, or None where none does.

    Source: mldoc, lib/syntax/extended/hash_tag.ml.
    """
    position = at + 1
    while position < end:
        byte = data[position]
        if byte in TAG_END:
            break
        if data.startswith(b"[[", position):
            ref = PAGE_REF.match(data, position, end)
            if ref is None:
                break
            position = ref.end()
            continue
        if byte in TAG_STOP and not _goes_on(data, position, end):
            break
        position += 1
    if position == at + 1:
        return None
    name = normalised(data[at + 1 : position].decode())
    return Tag(name, Span(at, position)) if name else None


def _goes_on(data: bytes, position: int, end: int) -> bool:
    """Whether a `;` or `.` inside a tag's name is followed by more of the name."""
    if data[position] not in b";." or position + 1 >= end:
        return False
    following = data[position + 1]
    return following not in TAG_END and following not in TAG_STOP


def normalised(name: str) -> str:
    """A page's name as Logseq compares it: without brackets, NFC, lower case."""
    if name.startswith("[[") and name.endswith("]]"):
        name = name[2:-2]
    return unicodedata.normalize("NFC", name.strip("/")).lower()


class _Inline:
    """Reads a stretch of text from one special character to the next."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self.data = data
        self.start = start
        self.end = end
        self.tags: list[Tag] = []
        self.protected: list[Protected] = []
        self.missing: set[bytes] = set()
        self.closers: dict[int, int] = {}
        self.paired = start
        self.rules: dict[int, Callable[[int], int]] = {
            ord("\\"): self._escape,
            ord("`"): self._code,
            ord("$"): self._math,
            ord("["): self._bracket,
            ord("!"): self._image,
            ord("<"): self._angle,
            ord("{"): self._macro,
            ord("("): self._block_ref,
            ord("#"): self._tag,
        }

    def read(self) -> None:
        position = self.start
        while match := SPECIAL.search(self.data, position, self.end):
            at = match.start()
            byte = self.data[at]
            rule = self.rules.get(byte)
            if rule is not None:
                position = rule(at)
            elif byte in b"*_~^=":
                position = self._emphasis(at)
            else:
                position = self._url(at)

    def _protect(self, kind: ProtectedKind, start: int, end: int) -> int:
        self.protected.append(Protected(kind, Span(start, end)))
        return end

    def _closer(self, mark: bytes, at: int) -> int:
        """Where a mark stands at or behind a byte, or -1; one that is missing is sought once."""
        if mark in self.missing:
            return -1
        found = self.data.find(mark, at, self.end)
        if found < 0:
            self.missing.add(mark)
        return found

    def _escape(self, at: int) -> int:
        closer = PAREN_MATH.get(self.data[at : at + 2])
        if closer is not None and (close := self._closer(closer, at + 3)) >= 0:
            return self._protect("math", at, close + 2)
        following = at + 1
        return at + 2 if following < self.end and self.data[following] in PUNCTUATION else at + 1

    def _code(self, at: int) -> int:
        match = DOUBLE_CODE.match(self.data, at, self.end) or CODE.match(self.data, at, self.end)
        return at + 1 if match is None else self._protect("code", at, match.end())

    def _math(self, at: int) -> int:
        match = DISPLAY_MATH.match(self.data, at, self.end) or MATH.match(self.data, at, self.end)
        return at + 1 if match is None else self._protect("math", at, match.end())

    def _bracket(self, at: int) -> int:
        if match := PAGE_REF.match(self.data, at, self.end):
            return self._protect("page_ref", at, match.end())
        end = self._link_end(at)
        return at + 1 if end < 0 else self._protect("link", at, end)

    def _image(self, at: int) -> int:
        end = self._link_end(at + 1)
        if end < 0:
            return at + 1
        if self.data.startswith(b"{", end) and (close := self.data.find(b"}", end, self.end)) > 0:
            end = close + 1
        return self._protect("image", at, end)

    def _link_end(self, at: int) -> int:
        """Where the link that begins at a `[` ends, its target's parentheses balanced, or -1."""
        match = LINK_LABEL.match(self.data, at, self.end)
        if match is None:
            return -1
        self._pair_parentheses(match.end())
        return self.closers.get(match.end() - 1, -1)

    def _pair_parentheses(self, at: int) -> None:
        """Find the partner of each parenthesis on the lines up to the one that holds a byte."""
        opened: list[int] = []
        while self.paired < at:
            opened.clear()
            while match := PARENTHESIS.search(self.data, self.paired, self.end):
                self.paired = match.end()
                byte = match[0]
                if byte == b"(":
                    opened.append(match.start())
                elif byte == b")":
                    if opened:
                        self.closers[opened.pop()] = match.end()
                else:
                    break
            else:
                self.paired = self.end

    def _angle(self, at: int) -> int:
        if self.data.startswith(b"<!--", at, self.end):
            close = self._closer(b"-->", at + 4)
            if close >= 0:
                return self._protect("html", at, close + 3)
        if match := AUTOLINK.match(self.data, at, self.end):
            return self._protect("url", at, match.end())
        match = INLINE_HTML.match(self.data, at, self.end)
        if match and match[1].lower() in HTML_ELEMENTS:
            closer = b"</" + match[1] + b">"
            close = self._closer(closer, match.end())
            if close >= 0:
                return self._protect("html", at, close + len(closer))
        return at + 1

    def _macro(self, at: int) -> int:
        match = MACRO.match(self.data, at, self.end)
        return at + 1 if match is None else self._protect("macro", at, match.end())

    def _block_ref(self, at: int) -> int:
        match = BLOCK_REF.match(self.data, at, self.end)
        return at + 1 if match is None else self._protect("block_ref", at, match.end())

    def _url(self, at: int) -> int:
        match = URL.match(self.data, at, self.end)
        return at + 1 if match is None else self._protect("url", at, match.end())

    def _tag(self, at: int) -> int:
        tag = read_tag(self.data, at, self.end)
        if tag is None:
            return at + 1
        self.tags.append(tag)
        return tag.span.end

    def _emphasis(self, at: int) -> int:
        """Skip an emphasised stretch: no tag is seen in it, code and links are."""
        for mark in EMPHASES:
            if self.data.startswith(mark, at):
                close = self._emphasis_end(at, mark)
                if close >= 0:
                    inner = _Inline(self.data, at + len(mark), close - len(mark))
                    inner.read()
                    self.protected += inner.protected
                    return close
        return at + 1

    def _emphasis_end(self, at: int, mark: bytes) -> int:
        """Where the emphasis that begins at `at` ends, or -1 where it is none."""
        data = self.data
        inside = at + len(mark)
        if mark in self.missing or inside >= self.end or data[inside] in b" \t\n\r" + mark[:1]:
            return -1
        if mark[:1] == b"_" and at > self.start and data[at - 1] in WORD_BYTES:
            return -1
        close = data.find(mark, inside + 1, self.end)
        while close >= 0:
            after = close + len(mark)
            is_loose = data[close - 1] in b" \t\n\r" and data[after : after + 1] != mark[:1]
            is_inside_word = mark[:1] == b"_" and after < self.end and data[after] in WORD_BYTES
            if not (is_loose or is_inside_word):
                return after
            close = data.find(mark, close + 1, self.end)
        self.missing.add(mark)
        return -1
