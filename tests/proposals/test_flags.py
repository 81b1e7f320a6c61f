from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refiner.logseq import parse, property_edit, splice
from refiner.proposals import anchor, compose, rebase
from refiner.proposals.flags import (
    FLAG_KEY,
    WrittenFlag,
    flag_value,
    has_flag,
    join_flags,
    parse_flags,
)
from tests.proposals.made import PAGE, propose


@pytest.mark.parametrize(
    ("value", "flags"),
    [
        ("", []),
        ("duplicate", [("duplicate", "")]),
        ("duplicate — line 4", [("duplicate", "line 4")]),
        (
            "duplicate — line 4; truncated — stops",
            [("duplicate", "line 4"), ("truncated", "stops")],
        ),
        ("duplicate; truncated", [("duplicate", ""), ("truncated", "")]),
        ("duplicate — a · truncated — b", [("duplicate", "a"), ("truncated", "b")]),
        ("truncated — stops at a; then b — c", [("truncated", "stops at a; then b — c")]),
        ("truncated — stops — here", [("truncated", "stops — here")]),
        ("written by hand, in words", [("written by hand, in words", "")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_is_read_flag_by_flag(value: str, flags: list[tuple[str, str]]) -> None:
    assert list(parse_flags(value)) == [WrittenFlag(*flag) for flag in flags]


def test_a_flag_is_told_by_its_name_alone() -> None:
    value = "truncated — the listing stops, and a duplicate line is lost"
    assert has_flag(value, "truncated")
    assert not has_flag(value, "listing")
    assert not has_flag(value, "duplicate")
    assert not has_flag("truncated-code — x", "truncated")


@pytest.mark.parametrize("detail", ["see [[Page]] and #tag", "`x` {{cloze y}} ((ref))", "a\n  b"])
def test_a_detail_holds_no_markup_and_no_line_break(detail: str) -> None:
    written = flag_value("truncated", detail)
    assert not any(mark in written for mark in ("[[", "]]", "{{", "}}", "((", "#t", "`", "\n"))


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z]+(-[a-z]+)?", fullmatch=True), st.text()), max_size=4)
)
def test_what_is_written_is_read_again(flags: list[tuple[str, str]]) -> None:
    value = join_flags(*(flag_value(name, detail) for name, detail in flags))
    assert [flag.name for flag in parse_flags(value)] == [name for name, _ in flags]


def test_two_flags_are_joined_alike_in_one_run_and_in_two() -> None:
    page = parse(PAGE)
    values = (flag_value("duplicate", "line 4"), flag_value("truncated", "stops"))
    edits = [property_edit(page, page.blocks[0], FLAG_KEY, value) for value in values]
    at_once = splice(
        PAGE, compose(PAGE, [propose(PAGE, edit, task="flag") for edit in edits]).edits
    )

    first = splice(PAGE, edits[:1])
    place = anchor(PAGE, 0, page.blocks[0].subtree_end, edits[1:])
    moved = rebase(place, edits[:1], first)
    assert moved is not None
    one_by_one = splice(first, moved.edits)

    assert at_once == one_by_one
    assert f"refiner-flag:: {join_flags(*values)}\n".encode() in at_once
