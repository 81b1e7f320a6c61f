"""Titles and file names in both formats, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refiner.logseq import NameFormat, file_name_from_title, page_key, title_from_file_name

FORBIDDEN = set('<>:"\\|?*')


@pytest.mark.parametrize(
    ("title", "name_format", "name"),
    [
        ("Go: a tour", "triple-lowbar", "Go%3A a tour.md"),
        ("a/b/c", "triple-lowbar", "a___b___c.md"),
        ("refiner/review/x", "triple-lowbar", "refiner___review___x.md"),
        ("What? (highlights)", "triple-lowbar", "What%3F (highlights).md"),
        ("con", "triple-lowbar", "con___.md"),
        ("a/b", "legacy", "a%2Fb.md"),
        ("50%", "triple-lowbar", "50%25.md"),
        ("dot.", "triple-lowbar", "dot%2E.md"),
    ],
)
def test_a_title_becomes_the_name_that_logseq_gives_it(
    title: str, name_format: NameFormat, name: str
) -> None:
    assert file_name_from_title(title, name_format) == name


@pytest.mark.parametrize(
    ("name", "name_format", "title"),
    [
        ("a___b.md", "triple-lowbar", "a/b"),
        ("a.b.md", "legacy", "a/b"),
        ("a%2Fb.md", "legacy", "a/b"),
        ("Go%3A x.markdown", "legacy", "Go: x"),
        ("v1.2.md", "triple-lowbar", "v1.2"),
    ],
)
def test_a_file_name_becomes_its_title(name: str, name_format: NameFormat, title: str) -> None:
    assert title_from_file_name(name, name_format) == title


titles = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=30
)


@given(titles.filter(lambda title: "___" not in title and title.lower() not in {"con", "prn"}))
def test_no_name_holds_what_a_file_system_refuses(title: str) -> None:
    name = file_name_from_title(title, "triple-lowbar")
    assert not FORBIDDEN & set(name)
    assert "/" not in name


@given(st.text("abc xyz/:?*é%ñ", min_size=1, max_size=20))
def test_triple_lowbar_names_lead_back_to_the_title(title: str) -> None:
    name = file_name_from_title(title, "triple-lowbar")
    assert page_key(title_from_file_name(name, "triple-lowbar")) == page_key(title)


def test_titles_are_compared_composed_and_in_lower_case() -> None:
    assert page_key("Erosio\u0301n") == page_key("EROSIÓN")
