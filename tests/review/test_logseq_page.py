from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from refiner.logseq import GraphConfig, parse
from refiner.review.card import Card, Line
from refiner.review.logseq_page import (
    diff_lines,
    inert,
    read_page,
    review_file,
    with_own_blocks,
    write_index,
    write_page,
)
from tests.proposals.made import PAGE, edit, propose

if TYPE_CHECKING:
    from collections.abc import Callable

TYPO = propose(PAGE, edit(PAGE, "registy", "registry"))
JOIN = propose(PAGE, edit(PAGE, "contain- ner", "container"), reason="“container” is cut in two")
KNOWN = {TYPO.id: TYPO, JOIN.id: JOIN}
WRITTEN = write_page([TYPO, JOIN], {}, GraphConfig())


def decisions(text: str) -> dict[str, tuple[str | None, str | None]]:
    read = read_page(text.encode(), KNOWN)
    assert not read.problems
    return {d.id: (d.choice, d.wording) for d in read.decisions}


def test_the_page_has_the_shape_that_logseq_saves() -> None:
    assert write_page([TYPO], {}, GraphConfig()) == "\n".join(
        [
            "- TODO typo · [[One]] ▸ Chapter 1",
            f"  refiner:: {TYPO.id}",
            "\t- ```diff",
            "\t  - one registy #car",
            "\t  + one registry #car",
            "\t  ```",
            "\t- “registy” is no word (rule, 90%)",
        ]
    )


def test_a_page_that_nobody_touched_holds_no_decision() -> None:
    assert decisions(WRITTEN) == {TYPO.id: (None, None), JOIN.id: (None, None)}


def test_markers_decide() -> None:
    text = WRITTEN.replace("TODO", "DONE", 1).replace("TODO", "CANCELED", 1)
    assert decisions(text) == {TYPO.id: ("accepted", None), JOIN.id: ("rejected", None)}


@pytest.mark.parametrize("marker", ["LATER", "NOW", "DOING"])
def test_a_graph_of_now_and_later_waits(marker: str) -> None:
    assert decisions(WRITTEN.replace("TODO", marker))[TYPO.id] == (None, None)


def test_a_graph_of_now_and_later_gets_its_own_marker() -> None:
    assert write_page([TYPO], {}, GraphConfig(workflow="now")).startswith("- LATER typo")


def test_an_edited_line_is_the_person_s_wording() -> None:
    text = WRITTEN.replace("TODO", "DONE", 1).replace(
        "+ one registry #car", "+ one register #car\n\t  + twice"
    )
    assert decisions(text)[TYPO.id] == ("accepted", "one register #car\ntwice")


def test_what_logseq_adds_is_tolerated() -> None:
    text = WRITTEN.replace(
        f"  refiner:: {TYPO.id}",
        f"  refiner:: {TYPO.id}\n  id:: 64a1c2d3-0b1e-4c55-9f6a-2f8f1d1e9a10\n  collapsed:: true\n"
        "  :LOGBOOK:\n  CLOCK: [2024-05-14 Tue 10:00:00]\n  :END:",
    ).replace("TODO", "DONE")
    assert decisions(text)[TYPO.id] == ("accepted", None)


@pytest.mark.parametrize("indentation", ["  ", "    ", "\t\t"], ids=["two", "four", "tabs"])
def test_another_indentation_is_tolerated(indentation: str) -> None:
    assert decisions(WRITTEN.replace("\t", indentation))[JOIN.id] == (None, None)


def test_reordered_and_deleted_blocks_are_tolerated() -> None:
    first, second = write_page([TYPO], {}, GraphConfig()), write_page([JOIN], {}, GraphConfig())
    assert list(decisions(f"{second}\n{first}")) == [JOIN.id, TYPO.id]
    assert list(decisions(second.replace("TODO", "DONE"))) == [JOIN.id]


def test_comments_are_kept() -> None:
    text = WRITTEN.replace("(rule, 90%)", "(rule, 90%)\n\t- ask Marta\n\t\t- tomorrow", 1)
    read = read_page(text.encode(), KNOWN)
    comment = read.decisions[0].comment
    assert comment == "- ask Marta\n\t- tomorrow"
    again = write_page([replace(TYPO, comment=comment)], {}, GraphConfig())
    assert again.endswith("(rule, 90%)\n\t- ask Marta\n\t\t- tomorrow")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (f"  refiner:: {TYPO.id}\n", "", "lost its `refiner::` property"),
        (TYPO.id, "7f3a9c2e41b0", "does not know"),
        (TYPO.id, "registy", "12 hex digits"),
        ("- TODO typo", "- typo", "lost its marker"),
        ("\t  - one registy", "\t  - uno registy", "old lines"),
        ("```diff", "diff", "lost its diff"),
    ],
    ids=["property", "unknown", "no id", "marker", "line", "fence"],
)
def test_a_mangled_block_is_told_with_its_line_and_decides_nothing(
    old: str, new: str, problem: str
) -> None:
    read = read_page(WRITTEN.replace(old, new, 1).encode(), KNOWN)
    assert TYPO.id not in {d.id for d in read.decisions}
    assert [line for line, text in read.problems if problem in text] == [1]


def test_nothing_of_a_proposal_is_indexed() -> None:
    data = b"- A [[Page]] ((64a1c2d3-0b1e-4c55-9f6a-2f8f1d1e9a10)) #car\n  ```js\n  x #a\n  ```\n"
    proposal = propose(
        data,
        edit(data, "A [", "{{cloze A}} #x ["),
        edit(data, "x #a", "y"),
        reason="see #tag and [[Page]] and {{cloze x}} a:: b",
        chapter=("About #things [[in]]",),
    )
    page = parse(write_page([proposal], {}, GraphConfig()).encode())
    assert [tag.name for block in page.blocks for tag in block.tags] == []
    assert [p.key for block in page.blocks for p in block.properties] == ["refiner"]
    told = [page.data[span.start : span.end] for block in page.blocks for span in block.prose]
    assert not [text for text in told if b"{{" in text or b"((" in text]
    assert [b.level for b in page.blocks] == [1, 2, 2]


def test_a_fence_inside_the_text_does_not_close_the_diff() -> None:
    lines = diff_lines("a\n```js\nx\n```", "a\n```ts\nx\n```")
    assert lines == ["  a", "- ```js", "+ ```ts", "  x", "- ```", "+ ```"]


def test_inert_text_keeps_its_words() -> None:
    assert inert("## New [[May 3rd]] #car") == "New May 3rd ＃car"


def test_the_index_links_and_counts() -> None:
    assert (
        write_index([("One", {"typo": 2, "cloze": 1})])
        == "- [[refiner/review/One]] 3\n\t- typo 2 · cloze 1"
    )


@pytest.mark.parametrize("own", ["", "\n", "\n- mine\n\t- more", "\n\t\t- 1 of mine"])
def test_a_new_index_keeps_what_stands_below_the_old_one(own: str) -> None:
    old = write_index([("One · #two", {"typo": 2, "cloze": 1}), ("Two", {"flag": 1})])
    new = write_index([("Three", {"typo": 1})])
    kept = "\n- mine\n\t- more" if "more" in own else ""
    assert with_own_blocks(new, (old + own).encode()) == new + kept


def test_an_index_of_a_person_is_left_alone() -> None:
    assert with_own_blocks("- new", b"- [[refiner/review/One]] 3 days") is None


def test_the_file_has_the_graph_s_own_naming() -> None:
    config = GraphConfig(file_name_format="triple-lowbar")
    assert (
        review_file("refiner/review/A: b", config, is_graph=True)
        == "pages/refiner___review___A%3A b.md"
    )
    assert (
        review_file("refiner/review/A", GraphConfig(), is_graph=True)
        == "pages/refiner%2Freview%2FA.md"
    )


CARD = Card(
    above=(Line(0, "What is kept? #car", is_first=True, is_code=False),),
    below=(
        Line(1, "A list of [[things]]:", is_first=True, is_code=False),
        Line(1, "```yaml", is_first=False, is_code=True),
        Line(1, "- key: {{value}}", is_first=False, is_code=True),
        Line(1, "```", is_first=False, is_code=True),
        *(Line(2, f"Point {n} #tag", is_first=True, is_code=False) for n in range(9)),
    ),
)
WITH_CARD = write_page([TYPO, JOIN], {}, GraphConfig(), cards={TYPO.id: CARD, JOIN.id: CARD})


def test_the_rest_of_the_card_stands_inside_the_fence() -> None:
    lines = write_page([TYPO], {}, GraphConfig(), cards={TYPO.id: CARD}).split("\n")
    assert lines[2:9] == [
        "\t- ```diff",
        "\t  │ What is kept? #car",
        "\t  - one registy #car",
        "\t  + one registry #car",
        "\t  │ - A list of [[things]]:",
        "\t  │   ```yaml",
        "\t  │   - key: {{value}}",
    ]
    assert lines[-3:-1] == ["\t  │ … 5 more lines", "\t  ```"]


def test_nothing_of_the_card_is_indexed() -> None:
    page = parse(WITH_CARD.encode())
    assert [block.tags for block in page.blocks if block.tags] == []
    assert len(page.blocks) == 6


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(lambda text: text, id="as it was written"),
        pytest.param(lambda text: text.replace("\t  │", "\t\t│"), id="indented by tabs"),
        pytest.param(lambda text: text.replace("\t  │", "\t│"), id="indentation lost"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(
            lambda text: text.replace("\t  │ - A list of [[things]]:\n", ""), id="line gone"
        ),
    ],
)
def test_the_card_is_no_part_of_the_wording(saved: Callable[[str], str]) -> None:
    text = saved(WITH_CARD.replace("TODO", "DONE", 1))
    assert decisions(text) == {TYPO.id: ("accepted", None), JOIN.id: (None, None)}
    edited = text.replace("+ one registry #car", "+ one register #car")
    assert decisions(edited)[TYPO.id] == ("accepted", "one register #car")


def test_a_sync_s_heading_is_no_chapter() -> None:
    chapter = ("New highlights added [[Jul 3rd, 2024]] at 3:04 PM", "Chapter 2")
    first = write_page([replace(TYPO, chapter=chapter)], {}, GraphConfig()).partition("\n")[0]
    assert first == "- TODO typo · [[One]] ▸ Chapter 2"
