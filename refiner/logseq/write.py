"""New blocks and properties in the shape in which Logseq itself saves them.

Source: logseq, src/main/frontend/modules/file/core.cljs (`transform-content`) and
util/property.cljs (`insert-property`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.logseq.splice import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.logseq.block import Block
    from refiner.logseq.page import Page


def continuation(block: Block) -> str:
    """What begins a further line of a block: its indentation, and two spaces behind a bullet."""
    indentation = block.page.data[block.start : block.mark].decode()
    return indentation + "  " if block.kind == "bullet" else indentation


def child_edit(page: Page, block: Block, lines: Sequence[str]) -> Edit:
    """The edit that appends a new block below another, as its last child.

    Args:
        page: The page of the block.
        block: The block that gets a child.
        lines: The new block's text, a line each; the first is put behind the bullet.
    """
    if block.children:
        first = block.children[0]
        indentation = page.data[first.start : first.mark].decode()
    elif block.kind == "heading":
        indentation = page.indent_unit
    else:
        indentation = page.data[block.start : block.mark].decode() + page.indent_unit
    text = page.newline.join(
        f"{indentation}{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines)
    )
    at = _text_end(page, block.subtree_end)
    return Edit(at, at, "", page.newline + text)


def property_edit(page: Page, block: Block, key: str, value: str) -> Edit:
    """The edit that gives a block a property.

    It joins the block's first group of properties, which is the only one that counts; a block
    without properties gets it behind its first line. A value that is there is replaced.
    """
    group = [prop for prop in block.properties if prop.group == 0]
    for prop in group:
        if prop.key == key:
            start, end = prop.value_span
            return Edit(start, end, page.data[start:end].decode(), value)
    line = f"{continuation(block)}{key}:: {value}"
    at = group[-1].span.end if group else _first_line_end(page, block)
    at = _line_text_end(page, at, block.end)
    return Edit(at, at, "", page.newline + line)


def _first_line_end(page: Page, block: Block) -> int:
    """The end of a block's first line; behind the fence where one begins on it."""
    region = page.region_at(block.body)
    if region is not None and region.kind == "fence":
        return min(region.end - 1, block.end)
    return block.lines[0].end


def _line_text_end(page: Page, at: int, limit: int) -> int:
    """Where the line that holds a byte ends, without its newline."""
    newline = page.scan.find(b"\n", at, limit)
    end = limit if newline < 0 else newline
    return end - 1 if page.data[end - 1 : end] == b"\r" else end


def _text_end(page: Page, end: int) -> int:
    """Where the text before a block's end stops: before its last newline and blank lines."""
    return len(page.data[:end].rstrip(b"\n\r")) if page.data[end - 1 : end] in b"\r\n" else end
