from __future__ import annotations

import pytest

from tests.tasks.pages import card, passage
from tests.tasks.typo.slips import fixes


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("The heap has to stay warm in the middle of the bed.Worms eat the leaves from below.", "bed.Worms", "bed. Worms"),
        ("The heap warms up and the leaves are eaten.Stage 2: It is at its hottest.", "eaten.Stage", "eaten. Stage"),
        ("El mantillo conserva el agua en el suelo del huerto.También cuida las raíces.", "huerto.También", "huerto. También"),
        ("Listing 3-4Reading the gauge with the lid of the box closed.", "3-4Reading", "3-4 Reading"),
        ("El agua se reparte desde la zona húmeda(ZH) del huerto.", "húmeda(", "húmeda ("),
        ("El depósito de lluvia (DLL)alimenta las macetas de la terraza.", "DLL)alimenta", "DLL) alimenta"),
        ("It spares the roots ,because the mulch keeps the soil warm.", "roots ,because", "roots, because"),
        ("The shed is where you keep the tools for repotting . Up in the loft there is room.", "repotting .", "repotting."),
    ],
)  # fmt: skip
def test_a_mark_gets_its_space(text: str, old: str, new: str) -> None:
    assert (old, new) in [(one[1], one[2]) for one in fixes(passage(text))]


@pytest.mark.parametrize(
    "text",
    [
        "You can call the method with text.Join and it returns one long text in the end.",
        "In the beginning of the program you use form.Close for the window that is open.",
        "The program then calls free(p) and value(ID) for each block before the loop ends.",
        "Use the node.Length of it.",
        "The usual answers of the beds are queue.Empty and queue.Full exceptions from the standard garden.",
    ],
)
def test_names_and_calls_keep_their_marks(text: str) -> None:
    assert fixes(passage(text)) == []


def test_a_name_that_the_page_has_twice_is_no_glued_sentence() -> None:
    text = "The heap has to stay warm in the middle of the bed.Worms eat the leaves from below."
    assert fixes(card("What is bed.Worms for?", text)) == []
