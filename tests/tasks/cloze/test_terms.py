from __future__ import annotations

import pytest

from refiner.tasks.cloze.terms import chosen_terms, is_about, names_several, whole_name

NO_TOPICS: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("sentence", "lang", "terms"),
    [
        pytest.param(
            "A heddle is a cord with an eye through which one thread of the warp runs.",
            "en",
            ("heddle",),
            id="definition",
        ),
        pytest.param(
            "Un lizo es un cordón con un ojal por el que pasa un hilo de la urdimbre.",
            "es",
            ("lizo",),
            id="definición",
        ),
        pytest.param(
            "Un lliç és un cordó amb un forat per on passa un fil de l'ordit.",
            "ca",
            ("lliç",),
            id="definició",
        ),
        pytest.param(
            "The frame that beats the weft against the cloth is called a reed.",
            "en",
            ("reed",),
            id="name",
        ),
        pytest.param(
            "El marco que aprieta la trama (también llamado peine de telar) es de acero.",
            "es",
            ("peine de telar",),
            id="nombre entre paréntesis",
        ),
        pytest.param(
            "There are two kinds of shed that a loom of this make can open: upper shed and lower shed.",
            "en",
            ("upper shed", "lower shed"),
            id="enumeration",
        ),
        pytest.param(
            "El telar de cintura no es una máquina de pedales, sino un juego de varas atadas.",
            "es",
            ("juego de varas atadas",),
            id="contrast",
        ),
        pytest.param(
            "The weave_plan command prints the lifting order of all the shafts of a draft.",
            "en",
            ("weave_plan",),
            id="identifier",
        ),
        pytest.param(
            "El comando tejectl init prepara el borrador de todos los lizos del telar.",
            "es",
            ("tejectl init",),
            id="command with its own word",
        ),
        pytest.param(
            "El telar de pedal se basa en una palanca doble que mueve los lizos por turno.",
            "es",
            ("palanca doble",),
            id="statement",
        ),
        pytest.param(
            "There is one remedy for threads that break while the loom is running: humidity.",
            "en",
            ("humidity",),
            id="announced",
        ),
        pytest.param(
            "A weaver's errors are all written down in the cloth. — Ada Thornbury",
            "en",
            ("Ada Thornbury",),
            id="quotation",
        ),
        pytest.param(
            "The most common cause of broken threads is the dry air of a heated room.",
            "en",
            ("dry air of a heated room",),
            id="the one thing",
        ),
        pytest.param(
            "The term sleying means drawing the warp through the dents of a reed.",
            "en",
            ("sleying",),
            id="label",
        ),
        pytest.param(
            "Shuttles—A stick shuttle is a flat piece of wood with a notch at both ends.",
            "en",
            ("stick shuttle",),
            id="behind a heading and a dash",
        ),
    ],
)
def test_a_sentence_shows_its_term_by_its_form(
    sentence: str, lang: str, terms: tuple[str, ...]
) -> None:
    chosen = chosen_terms(sentence, lang, NO_TOPICS)
    assert chosen is not None
    assert chosen.terms == terms


@pytest.mark.parametrize(
    ("sentence", "lang"),
    [
        pytest.param("The threads break when the air of the room is too dry.", "en", id="no form"),
        pytest.param("The next thing is a warp that is long enough.", "en", id="no term"),
        pytest.param("One heddle is a cord and heddles hang in two rows.", "en", id="gives away"),
        pytest.param("Esto es una parte del telar que nadie mira nunca.", "es", id="pronoun"),
        pytest.param("Ein Webstuhl ist eine Maschine, die Fäden kreuzt.", "de", id="no file"),
    ],
)
def test_where_no_form_is_sure_no_term_is_chosen(sentence: str, lang: str) -> None:
    assert chosen_terms(sentence, lang, NO_TOPICS) is None


def test_what_the_page_is_about_is_not_hidden() -> None:
    sentence = "Weaving is a craft in which two sets of threads cross at right angles."
    assert chosen_terms(sentence, "en", NO_TOPICS) is not None
    assert is_about("Weaving", "en", frozenset({"weavi"}))
    chosen = chosen_terms(sentence, "en", frozenset({"weavi"}))
    assert chosen is None or "Weaving" not in chosen.terms


@pytest.mark.parametrize(
    ("term", "name"),
    [
        ("Thornbury", "Ada Thornbury"),
        ("Ada", "Ada Thornbury"),
        ("draft", "draft"),
        ("shafts", "shafts"),
    ],
)
def test_half_of_a_name_stands_for_the_whole(term: str, name: str) -> None:
    sentence = "In 1831 Ada Thornbury drew the first draft with eight shafts."
    assert whole_name(sentence, term) == name


def test_a_passage_of_several_identifiers_is_about_none_of_them() -> None:
    three = [
        "The file warp.toml holds the order of the threads.",
        "The file weft.toml holds the order of the picks.",
        "The file reed.toml holds the width of the cloth.",
    ]
    assert names_several(three, "en")
    assert not names_several(three[:1], "en")
    assert chosen_terms(three[0], "en", NO_TOPICS) is not None
    assert chosen_terms(three[0], "en", NO_TOPICS, is_one_of_several=True) is None
