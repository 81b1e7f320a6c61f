"""New blocks and properties stand as Logseq itself would save them."""

from __future__ import annotations

import pytest

from refiner.logseq import child_edit, continuation, parse, property_edit, splice
from tests.logseq.shapes import make_pages


def with_child(data: bytes, *lines: str) -> bytes:
    page = parse(data)
    return splice(data, [child_edit(page, page.blocks[0], lines)])


def with_property(data: bytes, key: str, value: str) -> bytes:
    page = parse(data)
    return splice(data, [property_edit(page, page.blocks[0], key, value)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"- a", b"- a\n\t- b\n\t  c"),
        (b"- a\n", b"- a\n\t- b\n\t  c\n"),
        (b"- a\n- z", b"- a\n\t- b\n\t  c\n- z"),
        (b"- a\n\t- x\n\t\t- y\n- z", b"- a\n\t- x\n\t\t- y\n\t- b\n\t  c\n- z"),
        (b"- a\n  - x\n- z", b"- a\n  - x\n  - b\n    c\n- z"),
        (b"- a\r\n- z\r\n", b"- a\r\n\t- b\r\n\t  c\r\n- z\r\n"),
        (b"- a\n\n- z", b"- a\n\t- b\n\t  c\n\n- z"),
        (b"## a\n- z", b"## a\n\t- b\n\t  c\n- z"),
    ],
)
def test_a_child_takes_the_page_s_own_shape(before: bytes, after: bytes) -> None:
    assert with_child(before, "b", "c") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"- a", b"- a\n  k:: v"),
        (b"- a\n  more\n", b"- a\n  k:: v\n  more\n"),
        (b"- a\n  id:: 1\n  more", b"- a\n  id:: 1\n  k:: v\n  more"),
        (b"- a\n  text\n  id:: 1\n  x", b"- a\n  text\n  id:: 1\n  k:: v\n  x"),
        (b"- a\n  k:: old\n  id:: 1", b"- a\n  k:: v\n  id:: 1"),
        (b"- a\r\n  id:: 1\r\n\t- b", b"- a\r\n  id:: 1\r\n  k:: v\r\n\t- b"),
        (b"- ```\n  x\n  ```\n- b", b"- ```\n  x\n  ```\n  k:: v\n- b"),
    ],
)
def test_a_property_joins_the_first_group(before: bytes, after: bytes) -> None:
    assert with_property(before, "k", "v") == after


def test_a_child_is_a_block_whatever_the_page() -> None:
    for text in make_pages(17, 400, rare=False):
        data = text.encode()
        page = parse(data)
        for block in page.blocks:
            after = parse(splice(data, [child_edit(page, block, ["new one"])]))
            if len(after.blocks) == len(page.blocks) + 1:
                continue
            # Only a construct that runs on to the page's end may swallow what comes behind it.
            assert page.region_at(max(block.subtree_end - 1, 0)) is not None


def test_continuation_is_two_spaces_behind_the_bullet() -> None:
    page = parse(b"- a\n\t- b\n## c")
    assert [continuation(block) for block in page.blocks] == ["  ", "\t  ", ""]
