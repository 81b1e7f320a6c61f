from __future__ import annotations

from dataclasses import replace

from refiner.cards import ExtractOptions
from refiner.logseq import Edit, Span, parse
from refiner.proposals import Draft, PlacedDraft, Proposal, make_proposals
from refiner.review.card import Line, card_order, nearest_above, nearest_below, read_card
from refiner.review.show import changed_words, place_of, visible

PAGE = """\
- Chapter 2
\t- What does a broker keep? #car
\t  id:: 66a0f0f0-0000-4000-8000-000000000001
\t  In which order?
\t\t- It keeps queues.
\t\t  ```yaml
\t\t  queues: [a]
\t\t  ```
\t\t- (Page\u00a05)
\t\t\t- A remark below the page number.
\t\t-
\t\t- Another card below it #car
\t\t\t- Its own answer.
\t\t- They are durable.
"""
OPTIONS = ExtractOptions()


def proposal(old: str, new: str, task: str = "typo", page: str = PAGE) -> Proposal:
    data = page.encode()
    start = data.index(old.encode())
    block = next(b for b in parse(data).blocks if data[b.mark :].startswith(b"- What does"))
    edits = (Edit(start, start + len(old.encode()), old, new),)
    placed = PlacedDraft(
        draft=Draft(task, "misspelling", edits, "No word.", "rule", 0.9),
        item_hash="0" * 16,
        line=2,
        kind="card",
        block=Span(block.start, block.subtree_end),
        page_title="Broker",
        chapter=("Highlights first synced by [[Readwise]] [[Jul 3rd, 2024]]", "Chapter 2"),
        lang="en",
    )
    return make_proposals(data, "pages/Broker.md", [placed])[0]


def test_the_answer_stands_below_a_question_without_metadata_and_other_cards() -> None:
    card = read_card(PAGE.encode(), proposal("What does", "What did"), OPTIONS)
    assert card is not None
    assert card.above == ()
    assert [line.text for line in card.below] == [
        "In which order?",
        "It keeps queues.",
        "```yaml",
        "queues: [a]",
        "```",
        "A remark below the page number.",
        "They are durable.",
    ]
    assert [line.is_code for line in card.below] == [False, False, True, True, True, False, False]


def test_the_question_stands_above_a_change_of_the_answer() -> None:
    card = read_card(PAGE.encode(), proposal("durable", "lasting"), OPTIONS)
    assert card is not None
    assert card.above[0] == Line(0, "What does a broker keep? #car", is_first=True, is_code=False)
    assert card.below == ()


def test_a_block_that_changed_has_no_card() -> None:
    made = proposal("durable", "lasting")
    assert read_card(PAGE.replace("queues.", "logs.").encode(), made, OPTIONS) is None


def test_a_block_that_moved_is_found() -> None:
    made = proposal("durable", "lasting")
    card = read_card(f"- New first block\n{PAGE}".encode(), made, OPTIONS)
    assert card is not None
    assert card.above[0].text == "What does a broker keep? #car"


def test_shortened_lines_keep_the_first_and_the_nearest() -> None:
    lines = [Line(1, str(n), is_first=True, is_code=False) for n in range(10)]
    assert [line.text for line in nearest_above(lines, 3).lines] == ["0", "8", "9"]
    assert nearest_above(lines, 3).hidden == 7
    assert [line.text for line in nearest_below(lines, 3).lines] == ["0", "1", "2"]
    assert nearest_below(lines[:3], 3).hidden == 0


def test_proposals_of_one_card_stand_together_the_question_first() -> None:
    tasks = ["cloze", "truncation", "listing", "typo", "question"]
    made = [proposal("durable", f"{task}", task) for task in tasks]
    assert [p.task for p in card_order(made)] == [
        "question", "typo", "listing", "truncation", "cloze",
    ]  # fmt: skip


def test_the_place_leaves_out_what_a_sync_put_in() -> None:
    made = proposal("durable", "lasting")
    assert place_of(made) == "Broker ▸ Chapter 2"
    deep = replace(made, chapter=("One", "Two", "A chapter with a long name"))
    assert place_of(deep, 40) == "Broker ▸ … ▸ A chapter with a long name"
    assert len(place_of(deep, 20)) == 20


def test_what_nobody_sees_is_shown() -> None:
    assert visible("a\x1b[2Jb\u202ec\x9bd\x7f\n\te") == "a␛[2Jb<U+202E>c<U+009B>d␡\n\te"
    assert visible("naïve 日本 👩‍🔬") == "naïve 日本 👩‍🔬"


def test_long_unchanged_text_is_cut_around_a_change() -> None:
    before = f"{'word ' * 200}mispeled {'more ' * 200}".strip()
    words = list(changed_words(before, before.replace("mispeled", "misspelled")))
    assert [w.text for w in words if w.change != "same"] == ["mispeled", "misspelled"]
    assert sum(len(w.text) for w in words) < 300
    whole = changed_words(before, before.replace("mispeled", "misspelled"), None)
    assert "".join(w.text for w in whole if w.change != "new") == before
