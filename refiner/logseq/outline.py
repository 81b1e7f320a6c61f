r"""Where blocks begin, and which constructs swallow the lines that look like blocks.

One pass over the page, from one interesting line to the next. Whatever opens a construct is
looked for once, and a closer that was not found is not looked for again, so that the time
grows with the page's length alone.

Source: mldoc 1.5.7: lib/syntax/heading0.ml (`level`), markdown_code_block.ml, drawer.ml,
lists0.ml, block0.ml, raw_html.ml, latex_env.ml, markdown_front_matter.ml, markdown_definition.ml;
each rule tried on the parser itself.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

RegionKind = Literal[
    "fence", "drawer", "math", "html", "env", "begin", "list", "quote", "footnote", "front_matter"
]

# Blanks of mldoc's `is_space`; LF and CR end a line.
BLANK = rb"[ \t\x0c\x1a]"
BULLET = rb"-(?=#*(?:[ \t\n\r\x0c]|\Z))"
HEADING = rb"#+(?=[ \t\n\r\x0c]|\Z)"

# A line that begins a block (group 1), or may open a construct (group 2 is what it begins with).
LINE = re.compile(
    rb"^" + BLANK + rb"*(?:(" + BULLET + rb"|" + HEADING + rb")"
    rb"|(?=(```|~~~|[:<>]|\[\^|\$\$|\\begin\{|#\+|(?:[*+]|\d+\.)[ \t]+[^\s])))",
    re.MULTILINE,
)
# A fence is closed by any fence, of either kind and any length, with any text behind it.
FENCE_CLOSER = re.compile(rb"^" + BLANK + rb"*(?:```|~~~)[^\n]*\n?", re.MULTILINE)
DRAWER = re.compile(rb":[^:\s]+:\r?\n")
DRAWER_CLOSER = re.compile(
    rb"^" + BLANK + rb"*:end:" + BLANK + rb"*(?:\r?\n|\Z)", re.MULTILINE | re.IGNORECASE
)
LIST_END = re.compile(
    rb"^(?:\r?$|[^ \t\x0c\x1a*+\d\r\n]|"
    + BLANK
    + rb"*-(?: |\r?$)|(?!(?:[*+]|\d+\.)[ \t]+[^\s])[*+\d])",
    re.MULTILINE,
)
QUOTE = re.compile(rb">" + BLANK + rb"*(?!- |# |id:: )[^\s]")
# A quote goes on over whatever follows, lazily, until one of these.
QUOTE_END = re.compile(
    rb"^" + BLANK + rb"*(?:>" + BLANK + rb"*)?(?:- |# |id:: |[-#]\r?$)|^" + BLANK + rb"*\r?$",
    re.MULTILINE,
)
FOOTNOTE = re.compile(rb"\[\^[^\]\s]+\]:[ \t]*[^\s][^\r\n]")
FOOTNOTE_END = re.compile(rb"^" + BLANK + rb"*(?:\r?$|[-#*+]|\[\^|\d+\. )", re.MULTILINE)
# What may stand between the bullet and the text.
# Source: mldoc, lib/syntax/heading0.ml (`size`, `marker`, `priority`).
HEAD = re.compile(
    rb"(?:#+[ \t]+)?"
    rb"(?:(TODO|DOING|WAITING|WAIT|DONE|CANCELED|CANCELLED|STARTED|IN-PROGRESS|NOW|LATER)"
    rb"(?:[ \t]+|\Z))?"
    rb"(?:\[#([^\n\]])\][ \t]*)?"
)
BEGIN = re.compile(rb"#\+BEGIN_(\w+)[^\n]*\n", re.IGNORECASE)
# `#+BEGIN_…` blocks whose content is text; the others hold code, or what is not shown.
TEXT_BLOCKS = frozenset(
    {b"quote", b"note", b"tip", b"important", b"caution", b"warning", b"pinned"}
)
ENV = re.compile(rb"\\begin\{([^{}\n]+)\}")
DEFINITION = re.compile(rb":[ \t]")
DEFINITION_END = re.compile(rb"^" + BLANK + rb"*\r?$", re.MULTILINE)
FRONT_MATTER = re.compile(rb"---\r?\n")

# Source: `known_tags` of mldoc's lib/syntax/raw_html.ml, found by trying every HTML element.
HTML_ELEMENTS = frozenset(
    b"a abbr address area article aside audio b base bdi bdo blockquote body br button canvas "
    b"caption cite code col colgroup data datalist dd del details dfn div dl dt em embed fieldset "
    b"figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins "
    b"kbd label legend li link main map mark meta meter nav noscript object ol optgroup option "
    b"output p param pre progress q rp rt ruby s samp script section select small source span "
    b"strong style sub summary sup table tbody td template textarea tfoot th thead time title tr "
    b"track u ul var video wbr".split()
)
HTML_OPENER = re.compile(rb"<([a-zA-Z][a-zA-Z0-9]*)(?=[ >/\t])[^<>\n]*>")


class Head(NamedTuple):
    """The first line of a block.

    `start` is where the block begins (its indentation), `mark` where its bullet or heading
    mark stands, `body` where its text begins, behind marker (`TODO`) and priority (`A`).
    """

    start: int
    mark: int
    body: int
    is_heading: bool
    marker: bytes | None
    priority: bytes | None


class Region(NamedTuple):
    """A construct in which no block, property or tag is seen (but tags in a list)."""

    kind: RegionKind
    start: int
    end: int


def read_outline(scan: bytes) -> tuple[list[Head], list[Region]]:
    """Find the heads of all blocks, and the constructs that swallow lines.

    Args:
        scan: The page, with a lone CR read as LF.

    Returns:
        Heads and regions, each ascending.
    """
    heads: list[Head] = []
    constructs = _Constructs(scan)
    regions = constructs.found
    position = constructs.front_matter()
    search = LINE.search
    add = heads.append
    length = len(scan)
    while match := search(scan, position):
        mark, body = match.span(1)
        if mark < 0:
            opener = match.start(2)
            position = constructs.read(match.start(), opener, heads)
            if position < 0:
                position = opener + 1
            continue
        is_heading = scan[mark] == 35  # noqa: PLR2004 - "#"
        while body < length and scan[body] in b" \t\x0c\x1a":
            body += 1
        marker = priority = None
        if body < length and scan[body] in b"TDWCSINL[#" and (head := HEAD.match(scan, body)):
            body = head.end()
            marker, priority = head.groups()
        add(Head(match.start(), mark, body, is_heading, marker, priority))
        position = body
        if body < length and scan[body] in b"`~:$<>\\#[":
            end = constructs.read_after_bullet(body)
            if end >= 0:
                position = end
    return heads, regions


class _Constructs:
    """Reads what opens at a place, and remembers which closers are not to come."""

    def __init__(self, scan: bytes) -> None:
        self.scan = scan
        self.found: list[Region] = []
        self.missing: set[bytes] = set()

    def front_matter(self) -> int:
        """Where the front matter ends, 0 where there is none."""
        if not FRONT_MATTER.match(self.scan):
            return 0
        closer = self.scan.find(b"---", 4)
        return 0 if closer < 0 else self._add("front_matter", 0, closer + 3)

    def read(self, line: int, opener: int, heads: list[Head]) -> int:
        """Read the construct whose opener begins a line; its end, or -1 where it is none."""
        first = self.scan[opener : opener + 1]
        if first in b"*+0123456789":
            return self._list(line, opener)
        end = self.read_after_bullet(opener)
        if end < 0 and first == b":" and DEFINITION.match(self.scan, opener):
            return self._definition(line, heads)
        return end

    def read_after_bullet(self, opener: int) -> int:
        """Read a construct that may also begin right after a bullet; its end, or -1."""
        match self.scan[opener : opener + 1]:
            case b"`" | b"~":
                return self._fence(opener)
            case b":":
                return self._drawer(opener)
            case b"$":
                return self._math(opener)
            case b"<":
                return self._html(opener)
            case b">":
                return self._quote(opener)
            case b"\\":
                return self._env(opener)
            case b"[":
                return self._footnote(opener)
            case _:
                return self._begin(opener)

    def _add(self, kind: RegionKind, start: int, end: int) -> int:
        self.found.append(Region(kind, start, end))
        return end

    def _closed_by(self, closer: re.Pattern[bytes], start: int) -> int:
        """Where the first closer from `start` on ends, or -1; a missing one is remembered."""
        if closer.pattern in self.missing:
            return -1
        match = closer.search(self.scan, start)
        if match is None:
            self.missing.add(closer.pattern)
            return -1
        return match.end()

    def _found_after(self, closer: bytes, start: int) -> int:
        """As `_closed_by`, for a closer that may stand anywhere in a line."""
        if closer in self.missing:
            return -1
        at = self.scan.find(closer, start)
        if at < 0:
            self.missing.add(closer)
            return -1
        return at + len(closer)

    def _line_end(self, start: int) -> int:
        end = self.scan.find(b"\n", start)
        return len(self.scan) if end < 0 else end + 1

    def _fence(self, opener: int) -> int:
        if self.scan[opener : opener + 3] not in (b"```", b"~~~"):
            return -1
        end = self._closed_by(FENCE_CLOSER, self._line_end(opener))
        return -1 if end < 0 else self._add("fence", opener, end)

    def _drawer(self, opener: int) -> int:
        match = DRAWER.match(self.scan, opener)
        if match is None:
            return -1
        end = self._closed_by(DRAWER_CLOSER, match.end())
        return -1 if end < 0 else self._add("drawer", opener, end)

    def _math(self, opener: int) -> int:
        if self.scan[opener : opener + 2] != b"$$":
            return -1
        end = self._found_after(b"$$", opener + 2)
        return -1 if end < 0 else self._add("math", opener, end)

    def _html(self, opener: int) -> int:
        if self.scan.startswith(b"<!--", opener):
            end = self._found_after(b"-->", opener + 4)
            return -1 if end < 0 else self._add("html", opener, end)
        match = HTML_OPENER.match(self.scan, opener)
        if match is None or match[1].lower() not in HTML_ELEMENTS:
            return -1
        end = self._found_after(b"</" + match[1] + b">", match.end())
        return -1 if end < 0 else self._add("html", opener, end)

    def _quote(self, opener: int) -> int:
        if not QUOTE.match(self.scan, opener):
            return -1
        match = QUOTE_END.search(self.scan, self._line_end(opener))
        return self._add("quote", opener, len(self.scan) if match is None else match.start())

    def _footnote(self, opener: int) -> int:
        if not FOOTNOTE.match(self.scan, opener):
            return -1
        match = FOOTNOTE_END.search(self.scan, self._line_end(opener))
        return self._add("footnote", opener, len(self.scan) if match is None else match.start())

    def _env(self, opener: int) -> int:
        match = ENV.match(self.scan, opener)
        if match is None:
            return -1
        end = self._found_after(b"\\end{" + match[1] + b"}", match.end())
        return self._add("env", opener, len(self.scan) if end < 0 else end)

    def _begin(self, opener: int) -> int:
        match = BEGIN.match(self.scan, opener)
        if match is None:
            return -1
        closer = re.compile(
            rb"^" + BLANK + rb"*#\+END_" + re.escape(match[1]) + rb"[^\n]*\n?",
            re.MULTILINE | re.IGNORECASE,
        )
        end = self._closed_by(closer, match.end())
        kind: RegionKind = "begin" if match[1].lower() in TEXT_BLOCKS else "fence"
        return -1 if end < 0 else self._add(kind, opener, end)

    def _list(self, line: int, opener: int) -> int:
        match = LIST_END.search(self.scan, self._line_end(opener))
        return self._add("list", line, len(self.scan) if match is None else match.start())

    def _definition(self, line: int, heads: list[Head]) -> int:
        """A definition's term is the line above, and may be neither blank nor a block's first."""
        term = self.scan.rfind(b"\n", 0, max(line - 1, 0)) + 1
        is_first = bool(heads) and term <= heads[-1].mark
        if line == 0 or is_first or not self.scan[term:line].strip():
            return -1
        match = DEFINITION_END.search(self.scan, line)
        return self._add("list", term, len(self.scan) if match is None else match.start())
