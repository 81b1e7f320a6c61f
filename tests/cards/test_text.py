"""A block's text, and the byte of the page that each of its characters stands at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refiner.cards import read_text
from refiner.logseq import parse, splice

if TYPE_CHECKING:
    from refiner.cards import Text

TAGS = ("car", "ñspace")
WRITTEN = st.text("aé😀ñ \u00a0.", min_size=1, max_size=12).filter(lambda text: bool(text.strip()))


def text_of(page: str, number: int = 0) -> Text:
    parsed = parse(page.encode())
    return read_text(parsed, parsed.blocks[number], TAGS)


SHOWN = {
    "one line": ("- What is a pod?\n", "What is a pod?"),
    "the item's tag is left out": ("- What is a pod? #car\n", "What is a pod?"),
    "with the tags beside it": ("- What is a pod? #car #blue\n", "What is a pod?"),
    "a tag in the middle": ("- What #car is a pod?\n", "What is a pod?"),
    "another tag stays": ("- What is a #pod here?\n", "What is a #pod here?"),
    "lines are joined": ("- one\n  two\n", "one\ntwo"),
    "a property in the middle": ("- one\n  id:: 64a1\n  two\n", "one\ntwo"),
    "a marker is no text": ("- TODO read it\n", "read it"),
    "CRLF": ("- one\r\n  two\r\n", "one\ntwo"),
    "empty": ("-\n", ""),
}


@pytest.mark.parametrize(("page", "shown"), SHOWN.values(), ids=SHOWN.keys())
def test_the_text_is_what_a_person_reads(page: str, shown: str) -> None:
    assert text_of(page).text == shown


@pytest.mark.parametrize(
    ("page", "word"),
    [
        pytest.param("- un niño 😀 come pan #car\n", "pan", id="behind wide letters"),
        pytest.param("- uno\n  dos niños\n  tres panes\n", "panes", id="on the third line"),
        pytest.param("- a #car ñ tail\n", "tail", id="behind a removed tag"),
        pytest.param("- ñ\n  id:: 64a1\n  tail\n", "tail", id="behind a property"),
        pytest.param("-\tñ\r\n  wörter\r\n", "wörter", id="CRLF"),
    ],
)
def test_a_span_is_the_word_s_own_bytes(page: str, word: str) -> None:
    text = text_of(page)
    start = text.text.index(word)
    span = text.span(start, start + len(word))
    assert span is not None
    assert page.encode()[span.start : span.end].decode() == word


@given(lines=st.lists(WRITTEN, min_size=1, max_size=4), tag=st.sampled_from(["", " #car"]))
def test_every_character_maps_to_its_byte(lines: list[str], tag: str) -> None:
    page = ("- " + "\n  ".join(lines) + f"{tag}\n- next\n").encode()
    parsed = parse(page)
    text = read_text(parsed, parsed.blocks[0], TAGS)
    for at, char in enumerate(text.text):
        span = text.span(at, at + 1)
        assert span is not None
        written = page[span.start : span.end].decode()
        assert written.strip("\r\n \t") == char.strip("\n \t")


@given(lines=st.lists(WRITTEN, min_size=1, max_size=3), data=st.data())
def test_an_edit_changes_the_text_as_it_says(lines: list[str], data: st.DataObject) -> None:
    page = ("- " + "\n  ".join(lines) + " #car\n- next\n").encode()
    parsed = parse(page)
    text = read_text(parsed, parsed.blocks[0], TAGS)
    start = data.draw(st.integers(0, len(text.text) - 1))
    end = data.draw(st.integers(start + 1, len(text.text)))
    edit = text.edit(start, end, "X")
    assert edit is not None
    after = parse(splice(page, [edit]))
    wanted = text.text[:start] + "X" + text.text[end:]
    read = read_text(after, after.blocks[0], TAGS).text
    assert [line.rstrip(" ") for line in read.split("\n")] == [
        line.rstrip(" ") for line in wanted.split("\n")
    ]
    assert len(after.blocks) == 2


def test_a_span_over_a_removed_tag_is_no_single_piece() -> None:
    text = text_of("- one #car two\n")
    assert text.span(0, len(text.text)) is None
    assert text.edit(0, len(text.text), "x") is None


def test_a_span_over_a_property_is_no_single_piece() -> None:
    text = text_of("- one\n  id:: 64a1\n  two\n")
    assert text.span(0, len(text.text)) is None


def test_a_line_break_in_new_text_gets_the_block_s_indentation() -> None:
    page = "- above\n\t- one two\n"
    text = text_of(page, 1)
    edit = text.edit(3, 4, "\n")
    assert edit is not None
    assert splice(page.encode(), [edit]) == b"- above\n\t- one\n\t  two\n"


def test_protected_parts_are_found_and_blanked() -> None:
    text = text_of("- see `kubectl get` and [[Pods]] or https://example.org/x\n")
    shown = [text.text[part.start : part.end] for part in text.protected]
    assert shown[0] == "`kubectl get`"
    assert any("Pods" in part for part in shown)
    assert any("https://example.org/x" in part for part in shown)
    assert len(text.plain()) == len(text.text)
    assert "kubectl" not in text.plain()
    assert text.touches_protected(5, 6)
    assert not text.touches_protected(0, 3)
    assert not text.touches_protected(4, 4)  # an insertion before the code
