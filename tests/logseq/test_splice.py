"""Edits touch no byte outside their spans, and no block outside their own."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refiner.logseq import Edit, SpliceError, parse, splice
from tests.logseq.shapes import make_pages

PAGES = [text.encode() for text in make_pages(13, 600)]
WORD = re.compile(rb"(?<!\S)[a-z]{3,}(?!\S)")


def prose_words(data: bytes) -> list[tuple[int, int, int]]:
    """Every plain word of prose: its block's number, start and end."""
    return [
        (block.index, *match.span())
        for block in parse(data).blocks
        for span in block.prose
        for match in WORD.finditer(data, span.start, span.end)
    ]


WORDY = [data for data in PAGES if prose_words(data)]


@given(st.sampled_from(WORDY), st.data())
@settings(max_examples=400, deadline=None)
def test_a_word_changed_in_prose_leaves_every_other_block_as_it_was(
    data: bytes, choice: st.DataObject
) -> None:
    number, start, end = choice.draw(st.sampled_from(prose_words(data)))
    new = choice.draw(st.sampled_from(["zzz", "señal", "two words"]))
    after = splice(data, [Edit(start, end, data[start:end].decode(), new)])
    assert after[:start] == data[:start]
    assert after[start : start + len(new.encode())] == new.encode()
    assert after[start + len(new.encode()) :] == data[end:]
    before, now = parse(data).blocks, parse(after).blocks
    assert len(before) == len(now)
    for one, other in zip(before, now, strict=True):
        assert (one.level, one.kind, one.marker) == (other.level, other.kind, other.marker)
        assert [(p.key, p.value) for p in one.properties] == [
            (p.key, p.value) for p in other.properties
        ]
        if one.index != number:
            assert data[one.start : one.end] == after[other.start : other.end]
            assert [tag.name for tag in one.tags] == [tag.name for tag in other.tags]


@given(
    st.binary(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), max_size=4)
)
def test_edits_are_made_all_or_none(noise: bytes, places: list[tuple[int, int]]) -> None:
    data = noise.hex().encode()
    spans = sorted((at, min(at + size, len(data))) for at, size in places if at <= len(data))
    edits = [Edit(a, b, data[a:b].decode(), "<>") for a, b in spans]
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        with pytest.raises(SpliceError):
            splice(data, edits)
        return
    after = splice(data, edits)
    kept = [
        data[a:b]
        for a, b in zip(
            [0, *(b for _, b in spans)], [*(a for a, _ in spans), len(data)], strict=True
        )
    ]
    assert after == b"<>".join(kept)


@pytest.mark.parametrize(
    ("edits", "problem"),
    [
        ([Edit(2, 5, "xyz", "q")], "expected 'xyz', found 'One'"),
        ([Edit(2, 5, "One", "a"), Edit(4, 5, "e", "b")], "overlaps"),
        ([Edit(5, 99, " two", "")], "expected"),
    ],
)
def test_an_edit_that_can_t_be_made_is_refused_with_its_place(
    edits: list[Edit], problem: str
) -> None:
    with pytest.raises(SpliceError, match=problem) as caught:
        splice(b"- One two", edits)
    assert caught.value.edit in edits


def test_insertions_at_one_place_keep_their_order() -> None:
    assert splice(b"ab", [Edit(1, 1, "", "1"), Edit(1, 1, "", "2")]) == b"a12b"
