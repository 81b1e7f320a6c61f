"""Cards, passages and metadata among a page's blocks."""

from __future__ import annotations

import unicodedata

import pytest

from refiner.cards import ExtractOptions, Item, extract, tag_name
from refiner.logseq import parse

OPTIONS = ExtractOptions()


def items(page: str, options: ExtractOptions = OPTIONS) -> tuple[Item, ...]:
    return extract(parse(page.encode()), options)


def test_a_card_is_the_tagged_block_and_what_stands_below() -> None:
    (card,) = items(
        "- Chapter 1\n\t- What is soil? #car\n\t\t- Sand.\n\t\t- Clay.\n\t\t\t- Fine.\n"
    )
    assert (card.kind, card.line, card.index) == ("card", 2, 0)
    assert card.question.text == "What is soil?"
    assert card.answer == "Sand.\n\nClay.\n\nFine."
    assert card.chapter == ("Chapter 1",)
    assert [side for side, _ in card.sides()] == ["question", "answer", "answer", "answer"]


def test_a_passage_has_only_its_own_text() -> None:
    (passage,) = items("- Loam holds water. #ñspace\n\t- my note\n")
    assert (passage.kind, passage.answers, passage.answer) == ("passage", (), "")
    assert [side for side, _ in passage.sides()] == ["passage"]


def test_a_block_with_both_tags_is_a_card() -> None:
    (item,) = items("- What is loam? #ñspace #car\n\t- Soil.\n")
    assert item.kind == "card"


def test_an_item_below_a_card_is_no_part_of_its_answer() -> None:
    outer, inner = items("- Outer? #car\n\t- yes\n\t- Inner? #car\n\t\t- no\n")
    assert (outer.answer, inner.answer) == ("yes", "no")


METADATA = {
    "page": "(Page\u00a05)",
    "location": "([Location 12](https://example.org/x))",
    "highlight": "([View Highlight](https://example.org/x))",
    "only tags": "#blue #important",
    "empty": "",
    "dash": "-",
}


@pytest.mark.parametrize("written", METADATA.values(), ids=METADATA.keys())
def test_metadata_is_not_the_answer(written: str) -> None:
    (card,) = items(f"- What is soil? #car\n\t- Sand.\n\t- {written}\n")
    assert card.answer == "Sand."
    assert len(card.metadata) == 1


def test_metadata_patterns_are_settings() -> None:
    options = ExtractOptions(metadata_patterns=(r"p\. \d+",))
    (card,) = items("- What is soil? #car\n\t- Sand.\n\t- p. 12\n\t- (Page\u00a05)\n", options)
    assert card.answer == "Sand.\n\n(Page\u00a05)"


@pytest.mark.parametrize(
    "tag",
    ["Ñspace", unicodedata.normalize("NFD", "ñspace"), "[[ñspace]]"],
    ids=["case", "nfd", "ref"],
)
def test_tags_are_compared_as_logseq_compares_them(tag: str) -> None:
    assert [item.kind for item in items(f"- Loam holds water. #{tag}\n")] == ["passage"]


def test_a_tag_s_name_is_one_however_it_is_written() -> None:
    assert {tag_name(name) for name in ("#Ñspace", "ñspace", "n\u0303SPACE")} == {"ñspace"}


CONTENT = "- What is soil? #car\n\t- Sand and clay.\n"
SAME = {
    "another tag": CONTENT.replace("#car", "#flashcard"),
    "an id": CONTENT.replace("#car\n", "#car\n  id:: 64a1c2d3-0b1e-4c55-9f6a-2f8f1d1e9a10\n"),
    "deeper": "- Chapter\n" + "".join(f"\t{line}\n" for line in CONTENT.splitlines()),
    "wrapped": CONTENT.replace("and clay", "\n\t  and  clay"),
    "metadata": CONTENT + "\t- (Page\u00a05)\n",
}


@pytest.mark.parametrize("page", SAME.values(), ids=SAME.keys())
def test_the_hash_is_of_the_content_wherever_it_stands(page: str) -> None:
    assert [item.hash for item in items(page)] == [item.hash for item in items(CONTENT)]


@pytest.mark.parametrize(
    "page",
    [CONTENT.replace("soil", "loam"), CONTENT.replace("Sand", "Silt"), CONTENT + "\t- More.\n"],
    ids=["question", "answer", "another answer"],
)
def test_another_content_has_another_hash(page: str) -> None:
    assert items(page)[0].hash != items(CONTENT)[0].hash


def test_a_heading_without_dash_is_the_chapter_of_what_follows() -> None:
    first, second = items("## Part 1\n- One? #car\n\t- 1\n## Part 2\n- Two? #car\n\t- 2\n")
    assert (first.chapter, second.chapter) == (("Part 1",), ("Part 2",))
