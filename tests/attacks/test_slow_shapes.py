"""Shapes that cost the square of their size are read in one pass, or left out with a message.

How long they take is measured by `python -m eval.bench parse`; here stands what is left out.
"""

from __future__ import annotations

from refiner.cards import ExtractOptions, extract, left_out
from refiner.cards.extract import CHAPTER_LEVELS, LONGEST_ITEM_BYTES
from refiner.logseq import parse

OPTIONS = ExtractOptions()


def nested(depth: int) -> bytes:
    return "\n".join("\t" * n + f"- What is level {n}? #card" for n in range(depth)).encode()


def test_cards_nested_5000_deep_leave_out_what_is_too_large() -> None:
    page = parse(nested(5000))
    items, told = extract(page, OPTIONS), left_out(page, OPTIONS)
    assert len(items) + len(told) == 5000
    assert told[0] == (1, "holds more than 100 kB: left out")
    assert [item.index for item in items] == list(range(len(items)))
    assert all(len(item.chapter) <= CHAPTER_LEVELS for item in items)


def test_an_answer_nested_5000_deep_is_no_error() -> None:
    lines = ["- What is deep? #card", *("\t" * (n + 1) + f"- {n}" for n in range(5000))]
    assert left_out(parse("\n".join(lines).encode()), OPTIONS)
    shallow = "\n".join(lines[:300]).encode()
    (item,) = extract(parse(shallow), OPTIONS)
    assert [text.text for text in item.answers] == [str(n) for n in range(299)]


def test_a_passage_of_180_kb_on_one_line_is_left_out_and_the_next_is_not() -> None:
    line = "The river carries sediment to the delta. " * 4500
    page = parse(f"- {line}#ñspace\n- A short one. #ñspace".encode())
    assert len(line) > LONGEST_ITEM_BYTES
    assert [item.line for item in extract(page, OPTIONS)] == [2]
    assert [line for line, _ in left_out(page, OPTIONS)] == [1]


def test_a_page_of_20000_properties_is_read() -> None:
    properties = "\n".join(f"  key{n}:: value" for n in range(20_000))
    page = parse(f"- Facts\n{properties}\n- What is a key? #card\n\t- It opens.".encode())
    assert [item.answer for item in extract(page, OPTIONS)] == ["It opens."]
    assert len(page.blocks[0].properties) == 20_000


def test_of_an_ordinary_page_nothing_is_left_out() -> None:
    page = parse(nested(8))
    assert left_out(page, OPTIONS) == ()
    assert extract(page, OPTIONS)[7].chapter[0] == "What is level 0?"
