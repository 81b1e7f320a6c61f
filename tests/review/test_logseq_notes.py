from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.pipeline.session import open_session
from refiner.review.logseq_notes import Notes, OwnBlock, added_words, merged, read_notes
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

OURS = "- TODO typo · [[One]]\n  refiner:: 0123456789ab\n\t- a reason"


def review_page(graph: Path) -> Path:
    return next(graph.rglob("refiner___review___Queues*.md"))


def rewrite(graph: Path) -> list[str]:
    """What a command that rewrites the page has to say."""
    with (
        open_session([graph], None, {"model": "none"}, is_writing=True) as session,
        session.reviewed() as problems,
    ):
        other = next(p for p in session.pending() if "huerto" in p.page)
        session.ledger.decide([other.id], "accepted", "command")
    return [problem.message for problem in problems]


def test_own_blocks_stay_behind_the_block_that_they_stood_behind() -> None:
    notes = read_notes(f"- first\n{OURS}\n- second\n\t- below".encode())
    assert [block.text for block in notes.blocks] == ["- first", "- second\n\t- below"]
    text = merged([("0123456789ab", OURS)], notes)
    assert text == f"- first\n{OURS}\n- second\n\t- below"


def test_own_blocks_go_to_the_end_where_their_place_is_gone() -> None:
    notes = Notes("", (OwnBlock("- mine", ("ffffffffffff",)),))
    assert merged([("0123456789ab", OURS)], notes) == f"{OURS}\n- mine"
    assert merged([], notes) == "- mine"


def test_page_properties_stay_on_top() -> None:
    notes = read_notes(f"tags:: later\n\n{OURS}".encode())
    assert merged([("0123456789ab", OURS)], notes) == f"tags:: later\n\n{OURS}"


def test_a_block_of_ours_inside_an_own_one_is_not_written_twice() -> None:
    inside = "\n".join(f"\t{line}" for line in OURS.split("\n"))
    notes = read_notes(f"- mine\n{inside}".encode())
    assert [block.text for block in notes.blocks] == ["- mine"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a reason (rule, 90%)", ""),
        ("a reason (rule, 90%) ask Marta", "ask Marta"),
        ("no, a reason (rule, 90%)", "no, a reason (rule, 90%)"),
        ("a reason", ""),
    ],
    ids=["ours", "behind", "before", "of an older version"],
)
def test_words_in_a_line_of_ours_are_found(line: str, words: str) -> None:
    assert added_words(line, "a reason (rule, 90%)") == words


def test_a_page_of_the_person_s_own_at_a_review_title_is_left_alone(graph: Path) -> None:
    own = graph / "pages" / "refiner___review___Queues in Practice (highlights).md"
    own.write_text("- my own page", encoding="utf-8")
    done = run("refine", "--model", "none", str(graph))
    assert own.read_text(encoding="utf-8") == "- my own page"
    assert "a page of your own" in done.stderr


def test_an_own_index_is_left_alone_and_words_on_ours_stay(refined: Path) -> None:
    index = refined / "pages" / "refiner___review.md"
    index.write_text(index.read_text(encoding="utf-8") + "\n- mine", encoding="utf-8")
    rewrite(refined)
    assert index.read_text(encoding="utf-8").endswith("- mine")
    index.write_text("- all of it mine", encoding="utf-8")
    rewrite(refined)
    assert index.read_text(encoding="utf-8") == "- all of it mine"


def test_a_note_stays_when_nothing_waits_any_more(refined: Path) -> None:
    page = review_page(refined)
    text = page.read_text(encoding="utf-8").replace("- TODO", "- CANCELED")
    page.write_text(f"{text}\n- why I said no", encoding="utf-8")
    assert rewrite(refined) == []
    assert page.read_text(encoding="utf-8") == "- why I said no"


def test_a_line_that_was_deleted_under_done_asks(refined: Path) -> None:
    page = review_page(refined)
    lines = page.read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("\t  + "))
    top = max(n for n in range(at) if lines[n].startswith("- TODO"))
    lines[top] = lines[top].replace("TODO", "DONE")
    end = next(n for n in range(at, len(lines)) if lines[n] == "\t  ```")
    lines[top:end] = [line for line in lines[top:end] if not line.startswith(("\t  + ", "\t    "))]
    written = "\n".join(lines)
    page.write_text(written, encoding="utf-8")
    told = rewrite(refined)
    assert page.read_text(encoding="utf-8") == written
    assert any("no `+` line left" in text or "old lines" in text for text in told)


def test_a_reworded_line_waits_with_its_words(refined: Path) -> None:
    page = review_page(refined)
    text = page.read_text(encoding="utf-8")
    at = text.index("\t  + ")
    line = text[at:].partition("\n")[0]
    page.write_text(text.replace(line, f"{line} in my words", 1), encoding="utf-8")
    rewrite(refined)
    assert f"{line} in my words" in page.read_text(encoding="utf-8")


def test_a_page_that_was_removed_comes_back(refined: Path) -> None:
    page = review_page(refined)
    text = page.read_text(encoding="utf-8")
    page.unlink()
    rewrite(refined)
    assert page.read_text(encoding="utf-8") == text
