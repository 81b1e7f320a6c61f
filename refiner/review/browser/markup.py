"""A card's lines as HTML, much as Logseq shows them; every character of the graph is escaped."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from refiner.review.show import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refiner.review.card import Line

FENCE = re.compile(r"[ \t]*(?:```|~~~)")
IMAGES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|!\[(?P<alt>[^\]\n]*)\]\((?P<src>[^)\s]+)\)(?:\{[^}\n]*\})?"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<href>[^)\s]+)\)"
    r"|\[\[(?P<ref>[^\[\]\n]+)\]\]"
    r"|\{\{cloze (?P<cloze>[^}\n]+)\}\}"
    r"|\*\*(?P<bold>[^*\n]+)\*\*"
    r"|==(?P<marked>[^=\n]+)=="
    r"|~~(?P<struck>[^~\n]+)~~"
    r"|(?<![\w*])\*(?P<star>[^*\s][^*\n]*)\*(?![\w*])"
    r"|(?<!\w)_(?P<line>[^_\s][^_\n]*)_(?!\w)"
    r"|(?<![\w&])(?P<tag>#[^\s#,.;:!?()\[\]{}\"'`]+)"
)
WRAPPED = {"bold": "strong", "marked": "mark", "struck": "s", "star": "em", "line": "em"}


class Shown(NamedTuple):
    """A run of a card's lines: prose, or the code of one fence."""

    depth: int
    is_first: bool
    html: Markup


def rendered(lines: Iterable[Line]) -> list[Shown]:
    """Lines as HTML; those of one fence together, without the fence's marks."""
    shown: list[Shown] = []
    code: list[str] = []
    depth, is_first = 0, False
    for line in lines:
        if line.is_code:
            if not code:
                depth, is_first = line.depth, line.is_first
            code.append(line.text)
            continue
        if code:
            shown.append(Shown(depth, is_first, _code(code)))
            code = []
        shown.append(Shown(line.depth, line.is_first, inline(line.text)))
    if code:
        shown.append(Shown(depth, is_first, _code(code)))
    return shown


def inline(text: str) -> Markup:
    """One line's bold, code, links, images of the graph's own assets, clozes, refs and tags."""
    parts: list[Markup] = []
    at = 0
    for match in INLINE.finditer(text):
        parts.append(escape(visible(text[at : match.start()])))
        parts.append(_inline(match))
        at = match.end()
    parts.append(escape(visible(text[at:])))
    return Markup("").join(parts)


def ticked(text: str) -> Markup:
    """A message with what stands between backticks as code."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:
        return escape(visible(text))
    as_code = (
        Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts)
    )
    return Markup("").join(as_code)


def asset_address(source: str) -> str | None:
    """Where the server gives an image of the graph's `assets/`, or None for anything else."""
    path = unquote(source)
    while path.startswith(("../", "./", "/")):
        path = path.partition("/")[2]
    if not path.startswith("assets/") or PurePosixPath(path).suffix.lower() not in IMAGES:
        return None
    if ".." in PurePosixPath(path).parts or "\\" in path or "\0" in path:
        return None
    return f"/{quote(path)}"


def _inline(match: re.Match[str]) -> Markup:
    found = {name: visible(text) for name, text in match.groupdict().items() if text is not None}
    if "code" in found:
        return Markup("<code>{}</code>").format(found["code"][1:-1])
    if "src" in found:
        return _image(found["src"], found["alt"])
    if "href" in found:
        return _link(found["href"], found["label"])
    if "ref" in found:
        return Markup('<span class="ref">[[{}]]</span>').format(found["ref"])
    if "cloze" in found:
        return Markup('<span class="cloze">{}</span>').format(found["cloze"])
    if "tag" in found:
        return Markup('<span class="tag">{}</span>').format(found["tag"])
    name = next(iter(found))
    return Markup("<{0}>{1}</{0}>").format(Markup(WRAPPED[name]), found[name])  # noqa: S704 - a constant


def _image(source: str, alt: str) -> Markup:
    address = asset_address(source)
    if address is None:
        return Markup('<span class="image">image: {}</span>').format(alt or source)
    return Markup('<img src="{}" alt="{}" loading="lazy">').format(address, alt or "image")


def _link(address: str, label: str) -> Markup:
    if not address.lower().startswith(("https://", "http://")):
        return Markup('<span class="ref">{}</span>').format(label)
    return Markup('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>').format(
        address, label
    )


def _code(lines: list[str]) -> Markup:
    first = 1 if FENCE.match(lines[0]) else 0
    last = len(lines) - 1 if len(lines) > first and FENCE.match(lines[-1]) else len(lines)
    return Markup("<pre><code>{}</code></pre>").format(visible("\n".join(lines[first:last])))
