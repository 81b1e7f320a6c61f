from __future__ import annotations

import pytest

from refiner.tasks.cloze.sentences import fact_lines, sentences_of, stands_alone
from tests.tasks.pages import passage, read


def split(line: str, lang: str) -> list[str]:
    return [line[start:end] for start, end in sentences_of(line, lang)]


@pytest.mark.parametrize(
    ("line", "lang", "sentences"),
    [
        pytest.param(
            "A loom has heddles. The warp runs through them.",
            "en",
            ["A loom has heddles.", "The warp runs through them."],
            id="two",
        ),
        pytest.param(
            "The fork was cast ca. 1711 by a smith.",
            "en",
            ["The fork was cast ca. 1711 by a smith."],
            id="abbreviation",
        ),
        pytest.param(
            "1. The warp is tied to the beam.",
            "en",
            ["1. The warp is tied to the beam."],
            id="number",
        ),
        pytest.param(
            "El telar tiene lizos (p. ej. De hilo). La urdimbre pasa por ellos.",
            "es",
            ["El telar tiene lizos (p. ej. De hilo).", "La urdimbre pasa por ellos."],
            id="abreviatura",
        ),
        pytest.param(
            "Telares de pedal Un telar de pedal es una máquina de tejer.",
            "es",
            ["Telares de pedal", "Un telar de pedal es una máquina de tejer."],
            id="heading without a stop",
        ),
        pytest.param(
            "\uf0b7 Heddles lift the warp. \uf0b7 The reed beats the weft.",
            "en",
            ["Heddles lift the warp.", "The reed beats the weft."],
            id="points of a list",
        ),
    ],
)
def test_a_line_is_split_where_its_sentences_end(
    line: str, lang: str, sentences: list[str]
) -> None:
    assert split(line, lang) == sentences


@pytest.mark.parametrize(
    ("sentence", "lang", "is_alone"),
    [
        ("The heddles of a loom lift every other thread.", "en", True),
        ("It lifts every other thread of the warp.", "en", False),
        ("This lifts every other thread of the warp.", "en", False),
        ("It is easy to warp a loom with two beams.", "en", True),
        ("The former lifts every other thread.", "en", False),
        ("Generally, the heddles lift every other thread.", "en", True),
        ("lifts every other thread of the warp.", "en", False),
        ("Los lizos levantan un hilo de cada dos.", "es", True),
        ("Levanta un hilo de cada dos.", "es", False),
        ("Estos levantan un hilo de cada dos.", "es", False),
        ("Así, un telar levanta un hilo de cada dos.", "es", True),
        ("Jacquard levanta los hilos con tarjetas.", "es", True),
        ("Los lizos mencionados anteriormente levantan un hilo.", "es", False),
        ("Els lliços aixequen un fil de cada dos.", "ca", True),
        ("Aquests aixequen un fil de cada dos.", "ca", False),
    ],
)
def test_a_sentence_stands_alone_where_it_has_its_own_subject(
    sentence: str,
    lang: str,
    is_alone: bool,  # noqa: FBT001
) -> None:
    assert stands_alone(sentence, lang) is is_alone


def test_sentences_that_lean_on_others_hold_no_fact_for_a_card() -> None:
    text = "The heddles of a loom lift every other thread. They hang from the upper beam on cords."
    _, book = read(passage(text))
    (found,) = fact_lines(book.items[0].question, "en")
    assert found[2] == "The heddles of a loom lift every other thread."


def test_a_sentence_that_begins_with_its_figure_is_no_fact() -> None:
    page = passage(
        "In figure 3 the heddles of the loom are lifted. A large loom has 2 beams for its warp."
    )
    _, book = read(page)
    lines = fact_lines(book.items[0].question, "en")
    assert [sentence for _, _, sentence in lines] == ["A large loom has 2 beams for its warp."]
