from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from refiner.logseq import Edit, parse, property_edit, splice
from refiner.proposals import anchor, locate_anchor, rebase
from tests.proposals.made import PAGE, edit, propose


def test_a_block_that_did_not_move_is_found_where_it_was() -> None:
    place = propose(PAGE, edit(PAGE, "registy", "registry")).place
    assert locate_anchor(PAGE, place) == place


def test_a_block_that_moved_is_found_again() -> None:
    place = propose(PAGE, edit(PAGE, "registy", "registry")).place
    moved = "- über\n".encode() + PAGE
    found = locate_anchor(moved, place)
    assert found is not None
    assert splice(moved, found.edits) == moved.replace(b"registy", b"registry")


def test_a_block_that_changed_is_not_found() -> None:
    place = propose(PAGE, edit(PAGE, "registy", "registry")).place
    assert locate_anchor(PAGE.replace(b"contain- ner", b"container"), place) is None


def test_text_appended_to_the_last_line_is_a_change() -> None:
    data = b"- one registy"
    place = propose(data, edit(data, "registy", "registry")).place
    assert locate_anchor(data + b" and more", place) is None


def test_the_nearest_of_two_equal_blocks_is_taken() -> None:
    data = b"- x registy\n- y\n- x registy\n"
    start = data.rindex(b"registy")
    block = data.rindex(b"- x")
    place = anchor(data, block, len(data), [Edit(start, start + 7, "registy", "registry")])
    moved = b"- z\n" + data
    found = locate_anchor(moved, place)
    assert found is not None
    assert found.start == block + 4


def test_other_edits_before_shift_an_edit() -> None:
    place = propose(PAGE, edit(PAGE, "contain- ner", "container")).place
    made = [edit(PAGE, "one", "number one")]
    new = splice(PAGE, made)
    after = rebase(place, made, new)
    assert after is not None
    assert splice(new, after.edits) == new.replace(b"contain- ner", b"container")
    assert after.holds_in(new)


def test_an_edit_whose_text_is_taken_away_is_gone() -> None:
    place = propose(PAGE, edit(PAGE, "registy", "registry")).place
    made = [edit(PAGE, "one registy", "What?")]
    assert rebase(place, made, splice(PAGE, made)) is None


def test_a_second_flag_joins_the_first_one_s_property() -> None:
    block = parse(PAGE).blocks[0]
    first = property_edit(parse(PAGE), block, "refiner-flag", "duplicate")
    second = property_edit(parse(PAGE), block, "refiner-flag", "truncated")
    place = propose(PAGE, second, task="flag").place
    new = splice(PAGE, [first])
    after = rebase(place, [first], new)
    assert after is not None
    assert b"refiner-flag:: duplicate; truncated\n" in splice(new, after.edits)


@given(st.integers(0, 3), st.text("ab\n- ", max_size=6))
def test_rebased_edits_still_read_what_they_replace(number: int, text: str) -> None:
    olds = ["registy", "contain- ner", "two", "yes"]
    place = propose(PAGE, edit(PAGE, "contain- ner", "container")).place
    made = [edit(PAGE, olds[number], text)]
    new = splice(PAGE, made)
    after = rebase(place, made, new)
    if number == 1:
        assert after is None
    else:
        assert after is not None
        assert all(new[e.start : e.end].decode() == e.old for e in after.edits)
