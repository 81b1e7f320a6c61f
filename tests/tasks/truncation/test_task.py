import pytest

from refiner.tasks.truncation.task import TASK
from tests.tasks.pages import applied, card, drafts, findings, passage

WATER = "Water moves down through the soil until it meets a layer that it can't pass."


def causes(page: str) -> list[str]:
    return [finding.rule for finding in findings(TASK, page)]


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
        (f"{WATER} The roots may also", "mid-sentence"),
        (f"{WATER} It is a danger for those who", "mid-sentence"),
        ("El agua baja hasta una capa dura, y las raíces pueden también", "mid-sentence"),
        ("L'aigua baixa fins a una capa dura i les arrels es van", "mid-sentence"),
        ("mkdir beds cd beds git init The last command makes a folder for the soil:", "colon"),
        ("rather than the whole bed, so that each root finds water of its own.", "starts-mid-sentence"),
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
        "The layers that hold it (clay, rock, …)",
        "Los estratos que la retienen: arcilla, roca, ...",
        "the layer is of clay or of rock; or",
        "Se llama «manto« entre quienes cavan «pozos« en esta comarca",
        "The layers [0,20) and [20,40) hold the most of it, and the others less",
        "The deeper the layer lies, the longer the way of the water will be",
        "The water is taken by the layer of clay that lies in the bed it was led to",
        "mkdir beds cd beds git init The last command makes a folder for the soil of the bed.",
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
            [],
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


def test_a_card_that_goes_on_and_begins_small_begins_in_the_middle() -> None:
    page = card("<<<", "next layer of the soil, where the water stays until the summer.")
    assert causes(page) == ["starts-mid-sentence"]
    assert causes(card("How?", "by digging a trench, where the water stays until summer.")) == []


def test_a_passage_that_begins_with_a_preposition_in_small_begins_in_the_middle() -> None:
    assert causes(passage("of the upper soil. From there the water runs down to the rock.")) == [
        "starts-mid-sentence"
    ]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("Roots hold the soil. By noon the leaves take up water again", id="english"),
        pytest.param("It decides whether the water goes to the lower bed or not", id="or not"),
        pytest.param("The bed was not as wet as the others to begin with", id="to begin with"),
        pytest.param("Each bed is raked once in a while", id="a while"),
        pytest.param("The pump was closed at noon, as seen above", id="backwards"),
        pytest.param("The pump is described in the following section", id="a place to read on"),
        pytest.param("It is the folder to write the plan into", id="infinitive with its noun"),
        pytest.param(
            "La planta es coneix per les fulles, i cal conèixer-les", id="clitic behind a hyphen"
        ),
        pytest.param("Va ser l'any en què va caldre escriure'l", id="clitic behind an apostrophe"),
        pytest.param(
            "The bed (it was the first of all. In May the pump was set beside it, and the rest of the garden got its water",
            id="a bracket that a writer forgot",
        ),
        pytest.param(
            "It is a still sort of pump («a quiet one) that all the people here like",
            id="a quote within brackets",
        ),
        pytest.param(
            "The site (https://example.org/), which shows all the beds, is old",
            id="a bracket behind an address",
        ),
        pytest.param(
            "Las raíces sujetan la tierra. Estas suelen llegar hasta la roca", id="spanish"
        ),
        pytest.param("Les arrels aguanten la terra. Aquestes arriben fins a la roca", id="catalan"),
        pytest.param("Open the valve first. Then run the pump. $ pump start --bed 1", id="command"),
        pytest.param("It is dry. No one knows where it is", id="relative clause"),
        pytest.param("No se ve dónde está", id="embedded question"),
        pytest.param(
            "She turned. “I like it here. It is the only home that I have", id="quotation"
        ),
        pytest.param("«El fondo es menor el riesgo de la riada«", id="wrong closing quote"),
        pytest.param(
            "He has a son and the father of his wife has no son", id="word of two languages"
        ),
    ],
)
def test_a_sentence_that_lacks_only_its_full_stop_is_whole(answer: str) -> None:
    assert causes(card("What about the bed?", answer)) == []


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        pytest.param(f"{WATER} The pump", "mid-sentence", id="subject alone"),
        pytest.param(f"{WATER} When the pump stops", "mid-sentence", id="half a sentence"),
        pytest.param("The number of the beds has to be between 3", "mid-sentence", id="one bound"),
        pytest.param("The pump of the lower bed is only", "mid-sentence", id="only"),
        pytest.param("Entre las camas, el agua es solo", "mid-sentence", id="solo"),
        pytest.param("Esta es la capa que el agua debería", "mid-sentence", id="debería"),
        pytest.param("Els llits d'aquest hort són només", "mid-sentence", id="només"),
        pytest.param("Behind the pump stands a small", "mid-sentence", id="article and adjective"),
        pytest.param("When the pump stops, the water", "mid-sentence", id="clause without its verb"),
        pytest.param("La bomba ya no gira. Quien la cuida suele", "mid-sentence", id="auxiliary"),
        pytest.param("Se mira en el cuadro qué bomba se ha Bancal", "mid-sentence", id="participle lost"),
        pytest.param("Si se mira la cuenta de diez años,...", "mid-sentence", id="comma and dots"),
        pytest.param("The pump is simple. The following listing shows it.", "dangling-reference", id="announced"),
        pytest.param("Así queda la bomba, tal como se escribe a continuación.", "dangling-reference", id="anunciado"),
        pytest.param("bombas(norte),riego(sur) = id(tres),caudal(lento", "listing", id="output"),
        pytest.param("} else { pump.stop(); valve.close(); return bed; }", "starts-mid-sentence", id="closing"),
        pytest.param("\uf0b7 A valve controlled by the \uf0b7 The bed is dry.", "mid-sentence", id="point"),
        pytest.param("pump start bed one. The pump then lifts the water as follows:", "colon", id="command before"),
    ],
)  # fmt: skip
def test_what_the_sentence_itself_lacks_is_found(answer: str, cause: str) -> None:
    assert causes(card("What about the bed?", answer)) == [cause]


def test_an_announced_listing_that_stands_there_is_no_cut() -> None:
    page = card("How?", "```sh\npump start\n```\nThe following listing shows it.")
    assert causes(page) == []


def test_letters_of_a_margin_are_no_end() -> None:
    margin = "8 I ) R N U ( a o R a L e d l a n o i c a n"
    assert causes(card("Where does water go?", f"{WATER} Notes on Beds {margin}")) == []


def from_page(item: str, number: int) -> str:
    return f"{item}\n\t- (Page {number})"


def test_a_sentence_that_goes_on_on_the_next_page_is_cut_in_both_blocks() -> None:
    first = from_page(card("What is a bed?", "A bed is a part of the field that is remotely"), 7)
    second = from_page(card("And then?", "watered. It lies deeper than the rest of the field."), 8)
    page = f"{first}\n{second}"
    assert causes(page) == ["mid-sentence"]
    (draft,) = drafts(TASK, page)
    assert draft.edits[0].new.endswith("look at the next card (line 4)")
    (draft,) = drafts(TASK, page, index=1)
    assert draft.edits[0].new.endswith("look at the card before (line 1)")


def test_a_block_far_away_is_not_named() -> None:
    first = from_page(passage("The bed carries salts, clay,"), 7)
    second = from_page(passage("deeper down it is dry and nothing grows in the bed."), 90)
    (draft,) = drafts(TASK, f"{first}\n{second}")
    assert draft.edits[0].new.endswith("look at page 7")
    assert drafts(TASK, f"{first}\n{second}", index=1) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("but in truth, most of the water goes to the rock.", [], id="whole clause"),
        pytest.param("y en verdad casi toda el agua llega hasta la roca.", [], id="oración entera"),
        pytest.param("by the pump. Then it goes to the beds below.", ["starts-mid-sentence"], id="by"),
        pytest.param("para las camas. Allí se queda el agua.", ["starts-mid-sentence"], id="para"),
        pytest.param("and that there had been water in the bed before.", ["starts-mid-sentence"], id="and that"),
        pytest.param("que llegaba hasta la roca. Allí se queda el agua.", ["starts-mid-sentence"], id="que"),
        pytest.param("mismo bancal. Un bancal es una parte de la huerta.", ["starts-mid-sentence"], id="last words"),
        pytest.param("el agua llega hasta la roca. Allí se queda.", [], id="article"),
    ],
)  # fmt: skip
def test_a_passage_begins_in_the_middle_where_its_sense_is_broken(
    text: str, found: list[str]
) -> None:
    assert causes(passage(text)) == found


def test_a_question_that_stops_at_an_article_is_cut() -> None:
    page = card("Why does the water stay in the upper layer of the", WATER)
    assert causes(page) == ["mid-sentence"]
    assert causes(card("What is the layer that the water comes from", WATER)) == []


def test_a_passage_that_begins_inside_a_speech_is_found() -> None:
    text = "too wet?” she asked. “Not at all.” He looked at the bed and went on with his work."
    assert causes(passage(text)) == ["starts-mid-sentence"]


def test_what_a_sentence_says_in_brackets_announces_nothing() -> None:
    text = "The key comes as a small text (named soil.asc, as in the following example)."
    assert causes(card("How does the key come?", text)) == []
