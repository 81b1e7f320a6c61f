import pytest

from refiner.llm.prompt import load_prompt
from refiner.tasks.model import Draft, TaskOptions
from refiner.tasks.truncation import TASK, Verdict
from tests.tasks.pages import applied, card, drafts, findings, passage, read

WATER = "Water moves down through the soil until it meets a layer that it can't pass."


def causes(page: str) -> list[str]:
    return [finding.rule for finding in findings(TASK, page) if finding.is_sure]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (f"{WATER} The roots follow it, as shown", "dangling-reference"),
        (f"{WATER} The layers are described in", "dangling-reference"),
        ("El agua baja hasta una capa, como se muestra en la figura", "dangling-reference"),
        ("L'aigua baixa fins a una capa dura, tal com es mostra a la", "dangling-reference"),
        (f"{WATER} There are three such layers:", "colon"),
        (f"{WATER} Below this layer the", "mid-sentence"),
        (f"{WATER} It carries salts, clay and", "mid-sentence"),
        ("Las raíces siguen al agua hacia abajo y se reparten por", "mid-sentence"),
        ("Les arrels segueixen l'aigua cap avall i s'escampen per", "mid-sentence"),
        (f"{WATER} It carries salts, clay,", "mid-sentence"),
        (f"{WATER} It carries the min-", "mid-sentence"),
        (f"{WATER} Some layers (clay, rock", "unclosed"),
        ("Listing 3.2. A bed\nkind: Bed\nspec:\nrows:", "listing"),
        ("```yaml\nkind: Bed\nspec:\n  rows:\n```", "listing"),
        ("```java\nclass Bed {\n  void water() {\n    pump.start();\n```", "listing"),
        ("```python\ndef water(bed):\n    for row in bed:\n```", "listing"),
        (f"{WATER}\n\nT", "stray-letters"),
        (f"{WATER} Th", "stray-letters"),
        ("and then it reaches the roots of the trees above the layer.", "starts-mid-sentence"),
        (", which is why the soil stays dry for most of the summer.", "starts-mid-sentence"),
    ],
)  # fmt: skip
def test_a_cut_answer_is_found(answer: str, cause: str) -> None:
    assert causes(card("Where does water go?", answer)) == [cause]


@pytest.mark.parametrize(
    "answer",
    [
        WATER,
        "Down to the first layer of rock",
        "a layer of straw",
        "Clay, silt, sand",
        "- clay\n- silt\n- sand",
        "$ dig --deep bed-1\nbed-1 dug",
        "Figure 3.4. Where water goes in a soil of clay and sand",
        "It works (see figure 3).",
        "Is it dry? Then water it!",
        "Water it twice a day; in summer thrice;",
        "The layers, from above: 1) humus 2) clay 3) rock.",
        "See https://example.org/soil",
        "![layers](https://example.org/soil.png)",
        "```yaml\nkind: Bed\nspec:\n  rows: 3\n```",
        "```yaml\nservices:\n  bed:\n    image: bed\nvolumes:\n  soil:\n```",
        "```python\ndef water(bed):\n    bed.water()\n```",
        "```java\nclass Bed {\n    ...\n```",
        "El agua baja hasta la primera capa de roca",
        "because it follows the roots of the trees.",
        "etcd, a store that keeps the state of the whole cluster.",
        "Vitamin A",
        "Type I",
    ],
)
def test_a_whole_answer_stays(answer: str) -> None:
    assert causes(card("Where does water go?", answer)) == []


def test_a_colon_before_another_block_is_no_cut() -> None:
    assert causes(card("Where?", "It goes to three layers:", "clay, silt and rock.")) == []


def test_a_passage_with_blocks_below_is_not_cut_at_its_colon() -> None:
    page = passage("The layers of a soil are these three:") + "\n\t- clay\n\t- silt"
    assert causes(page) == []


UNSURE = "Roots of a tree follow the water down to the layer of rock"


def test_a_sentence_without_end_mark_is_for_the_model_to_judge() -> None:
    _, book = read(card("Where does water go?", UNSURE))
    item = book.items[0]
    found = TASK.detect(item, book)
    ask = TASK.ask(item, book, found)
    assert causes(card("Where does water go?", UNSURE)) == []
    assert ask is not None
    assert ask.variables == {
        "sentence": "Roots of a tree follow the water down to the layer of rock"
    }
    assert ask.lang == "en"


@pytest.mark.parametrize(
    ("verdict", "count"), [(Verdict(verdict="cut"), 1), (Verdict(verdict="complete"), 0), (None, 0)]
)
def test_only_what_the_model_calls_cut_is_flagged(verdict: Verdict | None, count: int) -> None:
    _, book = read(card("Where does water go?", UNSURE))
    item = book.items[0]
    found = TASK.propose(item, book, TASK.detect(item, book), verdict, TaskOptions())
    assert sum(isinstance(one, Draft) for one in found) == count


def test_the_prompt_takes_what_the_task_asks() -> None:
    prompt = load_prompt("truncation")
    assert prompt.variables == ("sentence",)
    assert set(prompt.examples) == {"en", "es", "ca"}


def test_the_flag_names_cause_and_listing() -> None:
    page = card("Example of a bed", "Listing 3.2. A bed\nkind: Bed\nspec:\nrows:")
    (draft,) = drafts(TASK, page)
    assert draft.flag is not None
    assert (draft.flag.name, draft.flag.cause) == ("truncated", "listing")
    assert 'listing stops after "rows:"' in draft.flag.detail
    assert "listing 3.2" in draft.flag.detail


def test_the_flag_names_the_chapter_where_nothing_nearer_is_named() -> None:
    page = "- Chapter 7. Water\n\t- Where does water go? #card\n\t\t- It moves down, as described"
    (draft,) = drafts(TASK, page)
    assert draft.flag is not None
    assert "chapter 7" in draft.flag.detail


def test_the_flag_names_the_card_that_goes_on() -> None:
    page = card("Where?", "It moves down, as described") + "\n" + card("<<<", "in the first part.")
    (draft,) = drafts(TASK, page)
    assert draft.flag is not None
    assert "the next card (line 3)" in draft.flag.detail


def test_the_flag_is_a_property_of_the_cut_block() -> None:
    page = card("Where does water go?", "It moves down, as described")
    assert applied(TASK, page) == page + (
        '\n\t  refiner-flag:: truncated — stops at "It moves down, as described"'
    )


def test_a_flagged_block_is_not_flagged_again() -> None:
    page = card("Where does water go?", "It moves down, as described")
    assert drafts(TASK, applied(TASK, page)) == []


def test_the_flag_makes_no_refs_of_its_own() -> None:
    page = card("Where does water go?", "It moves down to [[rock]] as the #layer of")
    (draft,) = drafts(TASK, page)
    assert "[[" not in draft.edits[0].new
    assert "#" not in draft.edits[0].new


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Roots hold the soil. The water that they take up moves on to the leaves",
            ["mid-sentence"],
        ),
        ("Un fondo cobra poco. A largo plazo supera a los que cada", ["mid-sentence"]),
        ("A civil wrong that is no breach of contract", []),
        ("The part of the system that a name is valid in", []),
        ("This is the machine that the other guests run on", []),
        ("Liners go ahead of tramps in the order that the master of the", ["mid-sentence"]),
        ("It ends here. No more", []),
    ],
)
def test_an_end_without_mark_is_judged_by_what_stands_before(text: str, found: list[str]) -> None:
    assert causes(card("Where does water go?", text)) == found
