"""Lossless, tiled, never raising: what holds for every page, and for the nastiest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bench.nasty_pages import SHAPES, deep_page, nasty_page
from refiner.logseq import DecodeError, Page, parse, render
from tests.conftest import ROOT
from tests.logseq.shapes import BULLETS, INDENTS, INLINE, LINES, TAGS, WORDS, make_pages

if TYPE_CHECKING:
    from pathlib import Path

SHAPE_PAGES = sorted((ROOT / "fixtures" / "shapes").glob("*.md"))
LARGE = 5_000_000

pieces = st.sampled_from(
    [*INDENTS, *BULLETS, *WORDS, *TAGS, *INLINE, *LINES, "\n", "\n", "\r", " "]
)
pages = st.lists(pieces | st.text(max_size=4), max_size=40).map("".join)


def check(data: bytes) -> Page:
    """Whatever the bytes are, the page is whole and every span lies in its block."""
    page = parse(data)
    assert render(page) == data
    at = page.pre.end
    for number, block in enumerate(page.blocks):
        assert block.index == number
        assert block.start == at < block.end
        at = block.end
        assert block.start <= block.mark < block.body <= block.end
        assert block.parent is None or (
            block in block.parent.children and block.parent.level < block.level
        )
        last = 0
        for part in block.protected:
            assert last <= part.span.start < part.span.end <= block.end
            last = part.span.start
        last = 0
        for span in block.prose:
            assert last <= span.start < span.end <= block.end
            last = span.end
        for prop in block.properties:
            assert data[prop.value_span.start : prop.value_span.end].decode() == prop.value
        for tag in block.tags:
            assert data[tag.span.start : tag.span.start + 1] == b"#"
            assert block.start <= tag.span.start < tag.span.end <= block.end
    assert at == len(data)
    return page


@given(pages)
@settings(max_examples=400, deadline=None)
def test_any_page_of_odd_pieces_is_whole(text: str) -> None:
    check(text.encode())


@given(st.text(max_size=300))
def test_any_text_is_whole(text: str) -> None:
    check(text.encode())


@given(st.text(max_size=20), st.sampled_from([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80"]))
def test_what_is_not_utf_8_is_said_with_its_place(text: str, bad: bytes) -> None:
    before = text.encode()
    with pytest.raises(DecodeError) as caught:
        parse(before + bad + b"\n")
    assert caught.value.offset == len(before)
    assert caught.value.line == before.count(b"\n") + 1


@pytest.mark.parametrize("path", SHAPE_PAGES, ids=lambda path: path.stem)
def test_every_shape_is_whole(path: Path) -> None:
    check(path.read_bytes())


def test_generated_pages_are_whole() -> None:
    for text in make_pages(11, 1000):
        check(text.encode())


@pytest.mark.parametrize("shape", SHAPES)
def test_five_nasty_megabytes_are_read(shape: str) -> None:
    """A rule that looks again and again at the same bytes would take hours here."""
    data = nasty_page(shape, LARGE)
    assert render(parse(data)) == data


@pytest.mark.parametrize("shape", SHAPES)
def test_all_parts_of_a_nasty_page_are_found(shape: str) -> None:
    check(nasty_page(shape, 60_000))


def test_a_page_of_three_thousand_levels_is_read() -> None:
    page = check(deep_page(LARGE))
    assert page.blocks[-1].level == len(page.blocks)


def test_parts_are_told_apart() -> None:
    data = (
        b"- A `code` and [l](u) ![i](p.png) [[P]] ((64b7f6f2-0000-4000-8000-000000000000))"
        b" {{m x}} $x$ https://a.b/c <kbd>h</kbd> #t\n  id:: 1\n  ```\n  f\n  ```\n"
    )
    (block,) = check(data).blocks
    assert [(p.kind, data[p.span.start : p.span.end]) for p in block.protected] == [
        ("code", b"`code`"),
        ("link", b"[l](u)"),
        ("image", b"![i](p.png)"),
        ("page_ref", b"[[P]]"),
        ("block_ref", b"((64b7f6f2-0000-4000-8000-000000000000))"),
        ("macro", b"{{m x}}"),
        ("math", b"$x$"),
        ("url", b"https://a.b/c"),
        ("html", b"<kbd>h</kbd>"),
        ("fence", b"```\n  f\n  ```\n"),
    ]
    prose = b"".join(data[s.start : s.end] for s in block.prose)
    assert prose.split() == [b"A", b"and"]
    assert [(p.key, p.value, p.group) for p in block.properties] == [("id", "1", 0)]


def test_a_link_keeps_its_parentheses() -> None:
    data = b"- [a (b)](https://c.d/e_(f)_(g)) [open](https://x #tag\n"
    (block,) = check(data).blocks
    links = [data[p.span.start : p.span.end] for p in block.protected if p.kind == "link"]
    assert links == [b"[a (b)](https://c.d/e_(f)_(g))"]
