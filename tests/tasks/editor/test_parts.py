"""What becomes of the parts of an answer: found in the page, split into least edits, set apart."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from refiner.tasks import task_names
from refiner.tasks.editor import editor
from refiner.tasks.editor.balance import open_depth
from refiner.tasks.editor.corrections import judge_correction
from refiner.tasks.editor.listings import Restored, judge_listing, parses
from refiner.tasks.editor.model import Correction, Listing, answer_model
from refiner.tasks.editor.places import find_copies
from refiner.tasks.editor.view import ItemView
from refiner.tasks.editor.words import distance, is_misread
from refiner.tasks.model import Draft, TaskOptions
from tests.tasks.pages import card, passage, read

if TYPE_CHECKING:
    from refiner.cards import Book

DRUM = "The  drum of the gauge turn once in  twelve hours, and a pen draws on its paper."


def view(page: str) -> ItemView:
    _, book = read(page)
    return ItemView(book.items[0], book)


def corrected(page: str, old: str, new: str) -> str:
    """The first text of the item with a correction in it, or the guard that refused it."""
    seen = view(page)
    judged = judge_correction(Correction(old=old, new=new, kind="grammar"), seen)
    if judged.guard:
        return judged.guard
    text = seen.texts[judged.changes[0].place.part].text
    for place, word in sorted(judged.changes, reverse=True):
        text = text[: place.start] + word + text[place.end :]
    return text


def applied(page: str, **parts: Any) -> str:  # noqa: ANN401 - parts of an answer
    """The page with all that rules and an answer propose for its first item."""
    data, book = read(page)
    for edit in sorted(drafted(book, **parts), reverse=True):
        data = data[: edit.start] + edit.new.encode() + data[edit.end :]
    return data.decode()


def drafted(book: Book, **parts: Any) -> list[Any]:  # noqa: ANN401 - parts of an answer
    item = book.items[0]
    task = editor(tuple(task_names()))
    findings = task.detect(item, book)
    answer = answer_model(item.kind, tuple(parts)).model_validate(parts)
    drafts = task.propose(item, book, findings, answer, TaskOptions())
    return [edit for draft in drafts if isinstance(draft, Draft) for edit in draft.edits]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("the gauge turn once", "the gauge turns once", DRUM.replace("turn ", "turns ")),
        (
            "gauge turn once in twelve",
            "gauge turns once in twelve",
            DRUM.replace("turn ", "turns "),
        ),
        ("on its paper", "on its own paper", "meaning"),
        ("twelve hours", "ten hours", "meaning"),
        ("once in twelve hours", "in twelve hours", "meaning"),
        ("a pen draws", "a pen sketches", "meaning"),
        ("a pen draws", "the pen draws", DRUM.replace("a pen", "the pen")),
        ("of the clock", "of a clock", "exact"),
        ("on its paper.", "on its paper. <b>!</b>", "safe"),
    ],
)
def test_a_correction_is_the_least_change_or_refused(old: str, new: str, wanted: str) -> None:
    assert corrected(passage(DRUM), old, new) == wanted


@pytest.mark.parametrize(
    ("text", "old", "new", "wanted"),
    [
        ("How is called the drum?", "How is called the drum?", "What is the drum called?", "What is the drum called?"),
        ("What means gauge?", "What means gauge?", "What does gauge mean?", "What does gauge mean?"),
        ("Dog bites man in town", "Dog bites man", "Man bites dog", "order"),
        ("He read the the gauge", "the the gauge", "the gauge", "He read the gauge"),
        ("It isdone at noon", "isdone at", "is done at", "It is done at noon"),
        ("Read the gau- ge at noon", "gau- ge at", "gauge at", "Read the gauge at noon"),
        ("The ba1ance of it", "ba1ance", "balance", "The balance of it"),
        ("See `gaug` at noon", "`gaug`", "`gauge`", "protected"),
        ("It rose 12 cm", "rose 12", "rose 21", "numbers"),
        ("It may rise", "may rise", "must rise", "meaning"),
        ("It rises", "It rises", "It rises.", "style"),
    ],
    ids=range(11),
)  # fmt: skip
def test_words_may_be_mended_and_say_the_same(text: str, old: str, new: str, wanted: str) -> None:
    assert corrected(card(text, "A float rises with the tide."), old, new) == wanted


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [("gauge", "guage", 1), ("gauge", "gauges", 1), ("", "tide", 4), ("tide", "tide", 0), ("ebb", "flow", 4)],
)  # fmt: skip
def test_letters_between_two_words(one: str, other: str, letters: int) -> None:
    assert distance(one, other) == distance(other, one) == letters


@pytest.mark.parametrize(
    ("old", "new", "is_one"),
    [
        ("ba1ance", "balance", True),
        ("aII", "all", True),
        ("c0stly", "costly", True),
        ("v12", "vl2", False),
        ("gauge", "gauges", False),
    ],
)  # fmt: skip
def test_what_a_scan_misread(old: str, new: str, is_one: bool) -> None:  # noqa: FBT001 - a table
    assert is_misread(old, new) is is_one


def test_copies_are_found_whatever_spaces_and_quotes_they_have() -> None:
    seen = view(passage("The “drum”  of the\ngauge, and the drummer"))
    assert [(p.start, p.end) for p in find_copies(seen.texts, 'The "drum" of the gauge')] == [
        (0, 24)
    ]
    assert len(find_copies(seen.texts, "drum")) == 1
    assert find_copies(seen.texts, "  ") == []


YAML = "A pod: kind: Pod metadata: name: gauge spec: containers: - name: pen image: pen:1 It runs."
CODE = "kind: Pod\nmetadata:\n  name: gauge\nspec:\n  containers:\n  - name: pen\n    image: pen:1"


@pytest.mark.parametrize(
    ("old", "new", "is_let_through"),
    [("poppies7", "poppies", True), ("sha256", "sha", False), ("in 1915", "in 191", False)],
)
def test_a_footnote_s_number_behind_a_word_is_an_unsure_correction(
    old: str,
    new: str,
    is_let_through: bool,  # noqa: FBT001 - a table
) -> None:
    seen = view(passage("Seed of common poppies7 turned red in 1915, as sha256 and model3 did."))
    judged = judge_correction(Correction(old=old, new=new, kind="spelling"), seen)
    assert (judged.guard == "") == is_let_through
    assert judged.confidence < 0.5


def test_accents_may_stand_behind_their_letters_in_the_page() -> None:
    page = unicodedata.normalize("NFD", "El péndulo del reloj están parado, según él. #ñspace")
    page = f"- {page[: -len('#ñspace') - 1]}#ñspace"
    wanted = unicodedata.normalize("NFD", "péndulo del reloj está parado")
    assert wanted in corrected(page, "reloj están parado", "reloj está parado")
    assert find_copies(view(page).texts, "estan") == []
    assert find_copies(view(page).texts, "segu") == []


def test_a_listing_is_set_apart_from_the_words_around_it() -> None:
    written = applied(passage(YAML), listings=[{"language": "YAML", "code": CODE}])
    body = "\n  ".join(CODE.split("\n"))
    assert written.startswith(f"- A pod:\n  ```yaml\n  {body}\n  ```\n  It runs.")


@pytest.mark.parametrize(
    ("code", "guard"),
    [
        (CODE.replace("pen:1", "pen:2"), "same-characters"),
        (CODE.replace("name: pen", "na\nme: pen"), "same-words"),
        (CODE.replace("\n", " "), ""),
        ("```\n" + CODE + "\n```\n```", "fence"),
    ],
)
def test_a_listing_keeps_its_characters_and_words(code: str, guard: str) -> None:
    found = judge_listing(Listing(language="yaml", code=code), view(passage(YAML)))
    assert isinstance(found, Restored) or found.guard == guard


@pytest.mark.parametrize(
    ("code", "language", "depth"),
    [
        ('pump "a" {\n  size = 2\n}', "hcl", 0),
        ('}\npump "a" {\n  size = 2', "hcl", -1),
        ("class Pump {\n  void run() {\n  }", "java", 1),
        ('print("}"); // }', "java", 0),
        ("pumps.each do |pump|\n  pump.stop if pump.dry?\nend", "ruby", 0),
        ("size = if deep\n  40\nend\nwhile dry do\n  wait\nend", "ruby", 0),
        ("#pump {\n  color: red;\n}", "css", 0),
        ("private def stop\n  pumps.each do |one| # all\n    one.stop\n  end\nend", "ruby", 0),
        ("def stop; @dry = true; end", "ruby", 0),
        ("end\ndescribe pump do\nend", "ruby", -1),
        ("if deep\n  describe pump do\n  end", "ruby", 1),
        ("case $1 in\n  a) ls ;;\nesac", "bash", 0),
    ],
)
def test_code_closes_what_it_opens(code: str, language: str, depth: int) -> None:
    assert open_depth(code, language) == depth


def test_code_with_a_brace_that_moved_is_left_to_a_person() -> None:
    seen = view(passage('} pump "a" { size = 2 depth = 40 Then it runs.'))
    lost = Listing(language="hcl", code='}\npump "a" {\n  size = 2\n  depth = 40')
    unfit = judge_listing(lost, seen)
    assert not isinstance(unfit, Restored)
    assert unfit.guard == "balanced"


def test_a_listing_over_several_blocks_is_not_asked_for_again() -> None:
    seen = view(card("What runs?", "services:\n\t\t\t- pump\n\t\t\t- valve"))
    unfit = judge_listing(Listing(language="yaml", code="services:\n  pump\n  valve"), seen)
    assert not isinstance(unfit, Restored)
    assert unfit.guard == ""


def test_a_rule_s_mark_of_a_listing_stays_where_the_model_restores_none() -> None:
    flat = "def walk(node):\nif node is None:\nreturn\nwalk(node.left)"
    page = card("How is the tree walked?", flat)
    assert "refiner-flag:: listing" in applied(page, listings=[])
    code = "def walk(node):\n    if node is None:\n        return\n    walk(node.left)"
    restored = applied(page, listings=[{"language": "python", "code": code}])
    assert "refiner-flag::" not in restored
    assert "```python" in restored


def test_a_vague_question_that_the_model_leaves_is_flagged() -> None:
    page = card(
        "Mulch", "It keeps the soil moist in summer and warm in winter, says every gardener."
    )
    assert "refiner-flag:: vague" in applied(page, question=None)


@pytest.mark.parametrize(
    ("code", "language", "is_read"),
    [
        ("def f():\n    return 1", "python", True),
        ("def f():\nreturn 1", "python", False),
        ('{"a": [1]}', "json", True),
        ('{"a": [1}', "json", False),
        ("a:\n  b: 1", "yaml", True),
        ("a:\n b\n  c: : 1", "yaml", False),
        ("<a><b/></a>", "xml", True),
        ("<a><b></a>", "xml", False),
        ("[a]\nb = 1", "toml", True),
        ("ls -l", "bash", None),
    ],
)
def test_a_parser_reads_what_it_knows(code: str, language: str, is_read: bool | None) -> None:  # noqa: FBT001 - a table
    assert parses(code, language) is is_read


QUESTION = {"why": "a topic", "new": "What does the pen of the gauge draw on?"}
ANSWER = "A drum of paper that turns once in twelve hours."


@pytest.mark.parametrize(
    ("old", "wanted"),
    [
        ("About the pen of the gauge", "- What does the pen of the gauge draw on? #card"),
        (
            "![](../assets/pen.png)",
            "- What does the pen of the gauge draw on? ![](../assets/pen.png) #card",
        ),
        (
            "Pen [Figure 2.1](https://example.org/f.png)",
            "- What does the pen of the gauge draw on? [Figure 2.1](https://example.org/f.png) #card",
        ),
        (
            "About the **gauge** .tides",
            "- What does the pen of the **gauge** draw on? .tides #card",
        ),
        ("<<<<\nADD IMAGE", "- What does the pen of the gauge draw on? #card"),
    ],
    ids=range(5),
)
def test_a_new_question_leaves_what_is_not_its_words(old: str, wanted: str) -> None:
    page = card(old, ANSWER)
    if "\n" in old:
        wanted = "- What does the pen of the gauge draw on? #card"
    assert applied(page, question=QUESTION).split("\n")[0] == wanted


def test_a_question_that_lost_its_code_is_refused() -> None:
    _, book = read(card("About `gauge --pen`", ANSWER))
    task = editor(tuple(task_names()))
    item = book.items[0]
    ask = task.ask(item, book, task.detect(item, book))
    assert ask is not None
    assert ask.guards is not None
    answer = answer_model("card", ("question",)).model_validate({"question": QUESTION})
    checked = ask.guards.check(answer)
    assert checked.complaints[0].startswith("kept: question")
    assert checked.again is answer_model("card", ("question",))
