from __future__ import annotations

import pytest

from tests.tasks.pages import card, passage
from tests.tasks.typo.slips import fixes


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("Los tomatesson frutos que crecen en verano en el huerto.", "tomatesson", "tomates son"),
        (
            "En el huerto hay veintemanzanas con flores de verano.",
            "veintemanzanas",
            "veinte manzanas",
        ),
        ("Las raíces son verdes,como las hojas de la planta.", "verdes,como", "verdes, como"),
        ("En la Figura7 se muestra el huerto de la casa.", "Figura7", "Figura 7"),
        ("En la Tabla12muestra el huerto de la casa.", "Tabla12muestra", "Tabla 12 muestra"),
        ("The gardenis a place where the plants of the house grow.", "gardenis", "garden is"),
        ("This is about wateringThe plants need it every day.", "wateringThe", "watering. The"),
        ("The heap is in the corner of the garden : it is warm.", "garden :", "garden:"),
        ("The heap is warm , and the worms live in it.", "warm ,", "warm,"),
        ("The heap is warm . The worms live in the lower part.", "warm .", "warm."),
    ],
)
def test_a_lost_or_stray_space_is_mended(text: str, old: str, new: str) -> None:
    assert (old, new) in [(one[1], one[2]) for one in fixes(passage(text))]


def test_a_word_of_the_page_may_be_half_of_a_glued_one() -> None:
    text = "El comando mulchctl riega el huerto. Además, mulchctlmuestra las macetas de la casa."
    assert ("glued", "mulchctlmuestra", "mulchctl muestra") in fixes(passage(text))


def test_a_word_that_a_space_cuts_in_two_is_joined() -> None:
    text = "La planta está cubiert a por la nieve del invierno."
    assert ("cut-word", "cubiert a", "cubierta") in fixes(passage(text))


@pytest.mark.parametrize(
    "text",
    [
        "El grupo de autoriego usa la sobreproducción y la multifuncionalidad del huerto.",
        "Puede pulsarlas, emparejarlas y redimensionarla en la ventana del huerto.",
        "El programa delgroup borra un grupo, y addgroup lo crea de nuevo.",
        "El registro Gardenfile y el sistema Plantcast son del mismo autor.",
        "The names toString, tostring, fromhex and isempty are methods of the library.",
        "The mode is rw,sync,noexec and the colours are red,green,blue in the file.",
        "Run docker build . and then docker push to see the plants of the garden.",
        "All codes of the IANA and the NASA stand in the table below.",
        "Use : ' to open the text and ' to close it again.",
        "The smile :) is a sign of the gardener, and so is ;-) in the evening.",
    ],
)
def test_names_forms_and_lists_of_values_stay_together(text: str) -> None:
    assert [one for one in fixes(passage(text)) if one[0] in {"glued", "spacing", "cut-word"}] == []


def test_a_glued_word_of_a_question_is_mended_too() -> None:
    page = card("¿Cuándo se riegan lastomateras?", "Las tomateras se riegan por la mañana.")
    assert ("glued", "lastomateras", "las tomateras") in fixes(page)
