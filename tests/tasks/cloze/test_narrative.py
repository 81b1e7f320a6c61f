from __future__ import annotations

import pytest

from refiner.tasks.cloze.narrative import tells_story
from tests.tasks.pages import passage, read

STORIES = [
    pytest.param("“Bring me the shuttle,” said the weaver. I gave it to her.", "en", id="dialogue"),
    pytest.param(
        "I had never seen a loom so large, and it frightened me.", "en", id="first person"
    ),
    pytest.param("—Trae la lanzadera —dijo Marta—. Pronto será de noche.", "es", id="diálogo"),
    pytest.param(
        "Marta tejía junto a la ventana y nadie había visto nunca su cara; ella cantaba.",
        "es",
        id="relato",
    ),
    pytest.param("“The loom is empty, and all the weavers are here.”", "en", id="quotation"),
    pytest.param("—Porta la llançadora —va dir la Marta—. Jo no hi arribo.", "ca", id="diàleg"),
]
FACTS = [
    pytest.param("The heddles of a loom lift every other thread of the warp.", "en", id="english"),
    pytest.param("Jacquard showed his loom in 1801; it was driven by cards.", "en", id="history"),
    pytest.param("Los lizos de un telar levantan un hilo de cada dos.", "es", id="spanish"),
    pytest.param("Els lliços d'un teler aixequen un fil de cada dos.", "ca", id="catalan"),
]


@pytest.mark.parametrize(("text", "lang"), STORIES)
def test_a_story_has_no_term_to_recall(text: str, lang: str) -> None:
    _, book = read(passage(text))
    assert tells_story(book.items[0], book, lang)


@pytest.mark.parametrize(("text", "lang"), FACTS)
def test_a_fact_is_no_story(text: str, lang: str) -> None:
    _, book = read(passage(text))
    assert not tells_story(book.items[0], book, lang)


def test_a_sentence_among_highlights_of_a_story_is_of_the_story() -> None:
    told = passage("“Bring me the shuttle,” said the weaver. I gave it to her.")
    plain = passage("The loom stood by the window all through that long and silent winter.")
    _, book = read(f"{told}\n{plain}\n{told}")
    assert tells_story(book.items[1], book, "en")
    _, alone = read(plain)
    assert not tells_story(alone.items[0], alone, "en")
