from __future__ import annotations

from refiner.logseq import Edit
from refiner.proposals import Flag, edit_digest, proposal_json
from tests.proposals.made import PAGE, edit, propose


def test_the_id_is_the_same_while_place_and_content_are() -> None:
    one = propose(PAGE, edit(PAGE, "registy", "registry"))
    moved = b"- zero\n" + PAGE
    two = propose(moved, edit(moved, "registy", "registry"))
    assert one.id == two.id
    assert len(one.id) == 12


def test_another_edit_is_another_proposal() -> None:
    one = propose(PAGE, edit(PAGE, "registy", "registry"))
    two = propose(PAGE, edit(PAGE, "registy", "register"))
    assert one.id != two.id


def test_a_flag_is_the_same_whatever_its_detail_says() -> None:
    digests = {
        edit_digest("flag", [Edit(0, 0, "", f"line {n}")], Flag("duplicate", "duplicate", str(n)))
        for n in (1, 2)
    }
    assert len(digests) == 1


def test_white_space_counts_where_it_is_all_that_changes() -> None:
    doubled, tripled = Edit(1, 3, "  ", " "), Edit(1, 4, "   ", " ")
    assert edit_digest("whitespace", [doubled], None) != edit_digest("whitespace", [tripled], None)
    assert edit_digest("listing", [doubled], None) == edit_digest("listing", [tripled], None)


def test_the_json_line_is_the_interface_of_the_changelog() -> None:
    assert list(proposal_json(propose(PAGE, edit(PAGE, "registy", "registry")))) == [
        "id", "page", "line", "kind", "task", "state", "edits", "before", "after", "flag",
        "reason", "source", "model", "prompt", "confidence",
    ]  # fmt: skip
