"""XML and HTML on one line: their tags tell how they stood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(
    r"""<(?:
      (?P<close>/)?(?P<name>[A-Za-z_][\w:.-]*)
      (?:\s+[\w:.@*\#()\[\]-]+(?:\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>=]+))?)*\s*(?P<empty>/)?
    | (?P<other>!--.*?--|\?[A-Za-z][^<>?]*\?|!(?i:DOCTYPE)\s[^<>\[\]]*)
    )>""",
    re.VERBOSE,
)
# Tags without an end.
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
# What people write into notes so that it is shown, not read: no listing by itself.
_SHOWN = frozenset(
    ("a", "abbr", "b", "big", "blockquote", "br", "center", "code", "dd", "del", "details", "div", "dl",
     "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "iframe", "img", "ins", "kbd",
     "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "small", "span", "strike", "strong",
     "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
     "video", "audio", "source")
)  # fmt: skip
_PAGE = frozenset(
    ("html", "head", "body", "title", "meta", "link", "script", "style", "form", "input", "button",
     "label", "select", "option", "textarea", "nav", "header", "footer", "main", "section", "article",
     "aside", "canvas", "template", "fieldset", "legend", "figure", "figcaption")
)  # fmt: skip
# Elements that stand within a line of text.
_INLINE = frozenset(
    ("a", "abbr", "b", "br", "code", "em", "i", "kbd", "label", "mark", "small", "span", "strong",
     "sub", "sup", "u")
)  # fmt: skip
_RAW = frozenset(("script", "style"))
_LEAST_ELEMENTS = 2
_MOST_ELEMENTS = 200
_LEAST_OPEN = 3
# A tag whose attributes stood on lines of their own, and a template's statements.
_LONE_TAG = re.compile(r"<[A-Za-z][\w:.-]*(?:\s+[\w:.-]+\s*=\s*\"[^\"]*\"){4,}\s*/?>")
_TEMPLATE = re.compile(
    r"\{%-?\s*(?:if|for|block|load|extends|with|include|set|macro)\s+[\w\"'][^%]*%\}.*(?:\{%-?\s*end\w+[^%]*%\}|<[a-z][^<>]*>.*</\w+>)"
)
# Beyond this a tag's attributes stood on lines of their own.
_LONGEST_TAG = 110


@dataclass
class _Element:
    """An element: half-open range of its first tag, what it holds, and where it ends."""

    name: str
    start: int
    open_end: int
    children: list[_Element] = field(default_factory=list)
    has_text: bool = False
    end: int = 0


class _UnsureError(Exception):
    """How an element stood is not sure."""


def find_markup(line: str) -> Iterator[Flattened]:
    """Nested elements in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    template = _TEMPLATE.search(line)
    if template is not None:
        yield Flattened(template.start(), template.end(), "html", None)
        return
    if "</" not in line and "/>" not in line:
        return
    at = 0
    lone = _LONE_TAG.search(line)
    if lone is not None and lone.end() - lone.start() > _LONGEST_TAG:
        yield Flattened(lone.start(), lone.end(), "xml", None)
    while (first := _TAG.search(line, at)) is not None:
        if first["close"]:
            at = first.end()
            continue
        one, at = _read(line, first.start())
        if one is not None:
            yield one


def _read(line: str, start: int) -> tuple[Flattened | None, int]:
    """The elements that stand side by side from a tag on, and where to look further."""
    roots: list[_Element] = []
    above: list[_Element] = []
    end = at = start
    count = 0
    while (tag := _TAG.search(line, at)) is not None:
        has_text = bool(line[at : tag.start()].strip())
        if above:
            above[-1].has_text |= has_text
        elif has_text:
            break
        at = tag.end()
        name = (tag["name"] or "").lower()
        if tag["close"]:
            while above and above[-1].name != name and above[-1].name in {"li", "p", "td", "tr"}:
                above.pop().end = tag.start()
            if not above or above[-1].name != name:
                break
            above.pop().end = end = at
            continue
        one = _Element(name, tag.start(), at, end=at)
        count += bool(name)
        (above[-1].children if above else roots).append(one)
        if not name or tag["empty"] or name in _VOID:
            end = at if not above else end
        else:
            above.append(one)
    if above:
        roots = [root for root in roots if root.end > root.open_end or root is not above[0]]
    return _flattened(line, roots, above, count, end), max(end, at)


def _flattened(
    line: str, roots: list[_Element], above: list[_Element], count: int, end: int
) -> Flattened | None:
    names = {one.name for root in [*roots, *above[:1]] for one in _all(root)}
    start = min((one.start for one in [*roots, *above[:1]]), default=0)
    if not _LEAST_ELEMENTS <= count <= _MOST_ELEMENTS or not names - _SHOWN - {""}:
        return None
    lang = "html" if names & _PAGE and not names - _PAGE - _SHOWN - {""} else "xml"
    if above:
        is_code = count >= _LEAST_OPEN and "</" in line[start:end]
        return Flattened(start, len(line.rstrip()), lang, None) if is_code else None
    if not any(root.children for root in roots):
        return None
    try:
        rows = [row for root in roots for row in _rows(line, root, 0, lang)]
    except _UnsureError:
        return Flattened(start, end, lang, None)
    code = "\n".join(rows)
    is_sure = lang == "html" or _parses(line[start:end])
    return Flattened(start, end, lang, code if is_sure else None)


def _all(one: _Element) -> Iterator[_Element]:
    yield one
    for child in one.children:
        yield from _all(child)


def _rows(line: str, one: _Element, depth: int, lang: str) -> Iterator[str]:
    """An element's lines: alone where it holds text, else each child on its own."""
    blanks = "  " * depth
    first = _squeezed(line[one.start : one.open_end])
    is_text = lang == "html" and all(child.name in _INLINE for child in one.children)
    if len(first) > _LONGEST_TAG or (one.name in _RAW and one.has_text):
        raise _UnsureError
    if not one.children or (one.has_text and is_text):
        yield from _text_rows(line, one, blanks)
        return
    if one.has_text:
        raise _UnsureError
    yield blanks + first
    for child in one.children:
        yield from _rows(line, child, depth + 1, lang)
    last = line.rfind("</", one.start, one.end)
    if not line.startswith(f"</{one.name}", last) and one.name not in line[last : one.end].lower():
        raise _UnsureError
    yield blanks + line[last : one.end]


def _text_rows(line: str, one: _Element, blanks: str) -> Iterator[str]:
    """An element that holds text: on one line, or the text on its own where blanks part it."""
    last = line.rfind("<", one.start, one.end)
    text = line[one.open_end : last] if last >= one.open_end else ""
    if not (text.strip() and text[0].isspace() and text[-1].isspace()):
        yield blanks + _squeezed(line[one.start : one.end])
        return
    if len(text) > _LONGEST_TAG:
        raise _UnsureError
    yield blanks + _squeezed(line[one.start : one.open_end])
    yield blanks + "  " + _squeezed(text)
    yield blanks + line[last : one.end]


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _parses(code: str) -> bool:
    """Whether elements are well-formed; a declaration may stand before them."""
    bare = re.sub(r"<[?!][^<>]*>", "", code)
    try:
        # No document type, so that nothing is there to expand.
        expat.ParserCreate().Parse(f"<r>{bare}</r>", True)  # noqa: FBT003
    except expat.ExpatError:
        return False
    return True
