"""Cards as lines of a file that Anki imports.

Source: Anki manual, "Importing text files": header lines `#separator`, `#html`, `#guid column`,
`#notetype column`, `#tags column`.
"""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refiner.cards.model import Item

HEADER = (
    "#separator:tab",
    "#html:true",
    "#guid column:1",
    "#notetype column:2",
    "#tags column:5",
)
CLOZE = re.compile(r"\{\{cloze (?P<term>[^}\n]+?)(?:\s*\\\\\s*(?P<hint>[^}\n]+?))?\s*\}\}")
# Anki takes `::` in a cloze for the beginning of its hint, as in `std::vector`.
HINT_MARK, AS_TEXT = "::", ":&#58;"
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>[^*\n]+)\*\*"
    r"|(?P<image>!)?\[(?P<label>[^\]\n]*)\]\((?P<address>https?://[^)\s]+)\)"
    r"|\$\$(?P<block>[^$]+)\$\$"
    r"|(?<![\w$\\])\$(?P<math>[^\s$](?:[^$\n]*[^\s$\\])?)\$(?![\w$])"
)
FENCED = re.compile(
    r"^[ \t]*(?:```|~~~)[^\n]*\n(?P<code>.*?)\n?[ \t]*(?:```|~~~)[ \t]*$", re.MULTILINE | re.DOTALL
)


def anki_line(page_title: str, item: Item) -> str | None:
    """One note: id, note type, two fields and tags, tabs between; None for what asks nothing.

    The id is the block's own, or else made of page and content: the same from export to export.

    Args:
        page_title: The item's page; with the chapter it becomes a tag.
        item: A card, or a passage, which becomes a note only where it has clozes.
    """
    is_cloze = CLOZE.search(item.question.text) is not None
    if item.kind == "passage" and not is_cloze:
        return None
    if not is_cloze and not item.answer.strip():
        return None
    kind, front = "Basic", _html(item.question.text)
    if is_cloze:
        kind, front = "Cloze", _with_clozes(front)
    digest = hashlib.sha256(f"{page_title}\x00{item.hash}".encode()).hexdigest()[:20]
    fields = (item.id or digest, kind, front, _html(item.answer), _tags(page_title, item))
    return "\t".join(fields)


def _with_clozes(field: str) -> str:
    """Logseq's clozes in a field as Anki's, numbered in order."""
    number = 0

    def numbered(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        term = match["term"].replace(HINT_MARK, AS_TEXT)
        hint = f"{HINT_MARK}{match['hint'].replace(HINT_MARK, AS_TEXT)}" if match["hint"] else ""
        return f"{{{{c{number}{HINT_MARK}{term}{hint}}}}}"

    return CLOZE.sub(numbered, field)


def _html(text: str) -> str:
    """A field: escaped, on one line, code kept as it is indented."""
    parts: list[str] = []
    at = 0
    for match in FENCED.finditer(text):
        parts += [_prose(text[at : match.start()]), _code(match["code"])]
        at = match.end()
    return "".join([*parts, _prose(text[at:])])


def _prose(text: str) -> str:
    text = text.strip("\n").replace("\t", " ").replace("\r", "")
    parts: list[str] = []
    at = 0
    for match in INLINE.finditer(text):
        parts += [html.escape(text[at : match.start()]), _inline(match)]
        at = match.end()
    return "".join([*parts, html.escape(text[at:])]).replace("\n", "<br>")


def _inline(match: re.Match[str]) -> str:
    """Code, bold, a link, a picture from the web or a formula, as Anki shows them."""
    found = {name: html.escape(text) for name, text in match.groupdict().items() if text}
    if "code" in found:
        return f"<code>{found['code']}</code>"
    if "bold" in found:
        return f"<b>{found['bold']}</b>"
    if "image" in found:
        return f'<img src="{found["address"]}" alt="{found.get("label", "")}">'
    if "address" in found:
        return f'<a href="{found["address"]}">{found.get("label", "") or found["address"]}</a>'
    return f"\\[{found['block']}\\]" if "block" in found else f"\\({found['math']}\\)"


def _code(text: str) -> str:
    escaped = html.escape(text).replace("\t", "&#9;").replace("\r", "").replace("\n", "<br>")
    return f"<pre><code>{escaped}</code></pre>"


def _tags(page_title: str, item: Item) -> str:
    """Page and chapter, a tag each; Anki's tags hold no blanks."""
    names = (page_title, *item.chapter[-1:])
    return " ".join(tag for name in names if (tag := re.sub(r"[\s\"]+", "_", name.strip())))
