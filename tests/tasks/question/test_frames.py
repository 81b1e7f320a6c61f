from __future__ import annotations

import pytest

from refiner.tasks.question.frames import defines, in_sentences
from refiner.tasks.question.task import TASK
from tests.tasks.pages import applied, card, findings

ARENA = "La arena y la arcilla se conocen en el huerto desde hace mucho tiempo."
PROSE = "Gardeners have known it for long."


@pytest.mark.parametrize(
    ("question", "answer", "new"),
    [
        ("Zorbplough", "It is a machine that turns the soil over.", "What is Zorbplough?"),
        ("Acerca del Zorbplough", "Es una máquina que remueve la tierra.", "¿Qué es Zorbplough?"),
        ("Sobre la azada", "Sirve para remover la tierra.", "¿Para qué sirve la azada?"),
        ("Sobre l'aixada", "És una eina de mànec llarg.", "Què és l'aixada?"),
    ],
)
def test_a_pronoun_or_no_subject_at_all_means_what_the_question_names(
    question: str, answer: str, new: str
) -> None:
    assert applied(TASK, card(question, answer)) == card(new, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("About hoes", "It is a tool with a long handle that turns the soil over."),
        ("Azada", "Es una herramienta de mango largo que remueve la tierra."),
        ("About hoes and spades", "It is a tool with a long handle that turns the soil over."),
    ],
)
def test_a_pronoun_that_may_mean_something_else_words_none(question: str, answer: str) -> None:
    assert [finding.fix for finding in findings(TASK, card(question, answer))] == [None]


@pytest.mark.parametrize(
    ("question", "answer", "new"),
    [
        ("About loam", f"{PROSE} Loam is a soil of sand and clay.", "What is loam?"),
        ("Introducción sobre el riego", "Hace falta en verano. El riego es el arte de dar agua.",
         "¿Qué es el riego?"),
        ("About double digging", "Turning two layers of soil over is also called double digging.",
         "What is double digging?"),
        ("Incluir imagen", "Mezcla de un bancal La tierra de un bancal está formada por arena.",
         "¿De qué está formada la tierra de un bancal?"),
        ("About loam", "Soils of a gardenLoam is a soil of sand and clay.", "What is loam?"),
    ],
    ids=["later on", "in Spanish", "by its name", "behind a run-in heading", "behind a heading"],
)  # fmt: skip
def test_a_definition_anywhere_in_the_answer_is_asked_for(
    question: str, answer: str, new: str
) -> None:
    assert applied(TASK, card(question, answer)) == card(new, answer)


def test_a_person_s_mark_is_no_part_of_the_topic() -> None:
    answer = "Turning text into a number is also called type casting."
    page = card("About type casting in .python", answer)
    assert applied(TASK, page) == card("What is type casting? .python", answer)


@pytest.mark.parametrize(
    ("question", "new"),
    [
        ("About the difference between loam and marl",
         "What is the difference between loam and marl?"),
        ("Regarding the advantages of loam.", "What are the advantages of loam?"),
        ("Acerca de las ventajas de la marga", "¿Cuáles son las ventajas de la marga?"),
        ("Sobre el origen del suelo", "¿Cuál es el origen del suelo?"),
        ("Sobre la diferència entre sorra i argila",
         "Quina és la diferència entre sorra i argila?"),
    ],
)  # fmt: skip
def test_about_a_property_of_something_asks_for_it(question: str, new: str) -> None:
    answer = PROSE if " of " in new or " between " in new else ARENA
    assert applied(TASK, card(question, answer)) == card(new, answer)


@pytest.mark.parametrize(
    ("answer", "subject", "lang", "is_said"),
    [
        ("A spade turns the soil.", "spade", "en", True),
        ("It is a tool.", "spade", "en", True),
        ("A spade can be lent to a friend.", "spade", "en", False),
        ("Se presta a los amigos.", "una azada", "es", False),
        ("Son para remover la tierra.", "una azada", "es", True),
    ],
)
def test_whether_an_answer_says_what_a_thing_is(
    answer: str, subject: str, lang: str, *, is_said: bool
) -> None:
    assert defines(answer, subject, lang, is_named=True) is is_said


def test_a_pronoun_stands_for_nothing_where_the_question_names_nothing() -> None:
    assert not defines("It is a tool.", "a spade", "en", is_named=False)


def test_a_name_of_two_capitals_is_no_heading_that_lost_its_end() -> None:
    answer = "Both CardLooms and TapeLooms are used for narrow bands of one colour."
    assert in_sentences(answer) == answer
    assert in_sentences("Tablet WeavingThe cards turn.") == "Tablet Weaving. The cards turn."
