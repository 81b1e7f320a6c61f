import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refiner.tasks.whitespace import TASK
from tests.tasks.pages import applied, card, drafts, passage


def test_doubled_spaces_of_a_justified_page_become_one() -> None:
    page = card("What is mulch?", "Mulch  is  a layer of  straw on the soil.\nIt keeps   water in.")
    assert applied(TASK, page) == card(
        "What is mulch?", "Mulch is a layer of straw on the soil.\nIt keeps water in."
    )


def test_all_changes_of_an_item_are_one_draft() -> None:
    page = card("What  is mulch?", "A  layer of  straw.\n\n```sh\nspread\u00a0--straw bed\n```")
    (draft,) = drafts(TASK, page)
    assert draft.rule == "doubled-space"
    assert draft.reason == (
        "doubled spaces of a justified page; no-break spaces inside code, where only plain spaces run"
    )
    assert applied(TASK, page) == card(
        "What is mulch?", "A layer of straw.\n\n```sh\nspread --straw bed\n```"
    )


def test_a_wide_gap_sets_columns_apart() -> None:
    page = card(
        "What does the option do?", "> -o, --only-wet       show only the beds that are wet"
    )
    assert drafts(TASK, page) == []


def test_all_doubled_spaces_of_an_item_are_one_draft() -> None:
    page = card("What  is mulch?", "It  is a layer of  straw on the soil.")
    assert [(draft.rule, len(draft.edits)) for draft in drafts(TASK, page)] == [
        ("doubled-space", 3)
    ]


def test_a_cut_word_is_joined_when_the_whole_is_known() -> None:
    page = card("What is it?", "The replica- tion of cells takes a day.")
    assert applied(TASK, page) == page.replace("replica- tion", "replication")
    assert [draft.rule for draft in drafts(TASK, page)] == ["hyphenation"]


def test_a_cut_word_is_joined_when_the_page_has_it() -> None:
    page = card("What is a grobulator?", "The grobula- tor turns the heap.")
    assert applied(TASK, page) == page.replace("grobula- tor", "grobulator")


def test_no_break_spaces_inside_code_become_plain() -> None:
    page = card("How?", "Call `dig\u00a0--deep` first:\n```\ndig\u00a0bed\n```")
    assert applied(TASK, page) == page.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "page",
    [
        card("What is mulch?", "A layer of straw.", "(Page\u00a05)"),
        card("What is mulch?", "Straw,\u00a0leaves or bark, that cover the soil."),
        card("Which columns?", "NAME   READY   AGE\nbed-1  1/1     5d\nbed-2  0/1     2d"),
        card("Which?", "| a  | b  |\n|----|----|\n| 1  | 2  |"),
        card("How?", "```\nif  x:\n    y  =  1\n```"),
        card("How?", "Use `a  b` there."),
        card("How?", "1.  Dig the bed.\n2.  Add the straw."),
        card("How?", "kind: Bed\nspec:\n    rows:  3"),
        card("What?", "The short- and long-term plan, and the client- server one."),
    ],
)
def test_layout_and_code_stay(page: str) -> None:
    assert applied(TASK, page) == page


@given(st.lists(st.sampled_from(["soil", "the", "of", "  ", " ", "is", "dry", "`a  b`", "\u00a0"])))
def test_only_white_space_changes(words: list[str]) -> None:
    page = passage("x " + " ".join(words) + " x")
    after = applied(TASK, page)
    assert re.sub(r"\s", "", after) == re.sub(r"\s", "", page)


def test_the_head_of_a_printed_table_keeps_its_columns() -> None:
    page = card(
        "Disk?",
        "$ df -h\nFilesystem      Size  Used Avail Use% Mounted on\n/dev/sda1       916G   77G  793G   9% /",
    )
    assert applied(TASK, page) == page


def test_a_short_line_of_a_stretched_text_is_mended_with_it() -> None:
    answer = "El suelo  guarda el agua  de la lluvia.\nTipos: arena, limo  y arcilla."
    assert applied(TASK, card("Suelo", answer)) == card(
        "Suelo", "El suelo guarda el agua de la lluvia.\nTipos: arena, limo y arcilla."
    )
