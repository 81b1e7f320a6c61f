from __future__ import annotations

import pytest

from refiner.logseq import Edit, child_edit, parse, splice
from refiner.proposals import reworded, view_of
from tests.proposals.made import PAGE, edit


def test_the_edited_lines_are_shown_without_bullet_and_indentation() -> None:
    view = view_of(PAGE, [edit(PAGE, "contain- ner", "container")])
    assert (view.before, view.after) == ("a contain- ner", "a container")


def test_a_new_child_is_shown_below_its_block() -> None:
    data = b"\t- A fact. #\xc3\xb1space\n"
    view = view_of(data, [child_edit(parse(data), parse(data).blocks[0], ["child"])])
    assert view.after == "A fact. #ñspace\n\t- child"


def test_a_person_s_wording_takes_the_place_of_the_line() -> None:
    own = reworded(PAGE, [edit(PAGE, "registy", "registry")], "one register #car")
    assert splice(PAGE, [own]) == PAGE.replace(b"one registy", b"one register")


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_lines_that_a_person_left_alone_keep_their_bytes(newline: bytes) -> None:
    data = newline.join([b"\t- first  line", b"\t  second registy", b"\t third", b""])
    own = reworded(data, [edit(data, "registy", "registry")], "second register")
    assert splice(data, [own]) == data.replace(b"registy", b"register")


def test_more_lines_get_the_block_s_continuation() -> None:
    own = reworded(PAGE, [edit(PAGE, "registy", "registry")], "one #car\nand more")
    assert splice(PAGE, [own]).startswith(b"- one #car\n  and more\n\t- a contain- ner")


def test_edits_over_several_lines_show_them_all() -> None:
    data = b"- q\n\t- a\n\t  b\n\t  c\n"
    edits = [edit(data, "a", "1"), edit(data, "c", "3")]
    assert view_of(data, edits).after == "1\nb\n3"


def test_an_insertion_at_the_page_s_end_is_shown() -> None:
    data = b"- q"
    assert view_of(data, [Edit(3, 3, "", "\n  a:: b")]).after == "q\na:: b"
