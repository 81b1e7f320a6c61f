from __future__ import annotations

import pytest

from refiner.lang.language import language
from refiner.tasks.typo.agreement import plural_of
from tests.tasks.pages import passage
from tests.tasks.typo.slips import fixes


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("El agua llega por un tubería que cruza el jardín.", "un tubería", "una tubería"),
        ("El riego depende de la servidor de la casa.", "de la servidor", "del servidor"),
        ("Se riega según la reglas de la comunidad.", "la reglas", "las reglas"),
        ("Hay que cerrar todos los sistema de riego por la noche.", "los sistema", "los sistemas"),
        ("La bomba abre un sistemas de riego nuevo.", "un sistemas", "un sistema"),
        ("Cada planta tiene su propiedades y sus cuidados.", "su propiedades", "sus propiedades"),
        ("Aquí crecen otro árboles de la misma familia.", "otro árboles", "otros árboles"),
        ("Es un nueva forma de plantar tomates en casa.", "un nueva forma", "una nueva forma"),
        ("Se usa la mismo herramienta para las raíces.", "la mismo herramienta", "la misma herramienta"),
        ("Aquest opció rega l'hort de la casa al matí.", "Aquest opció", "Aquesta opció"),
        ("Les instruccions de la impressora són a la taula, i els mètode de reg són al full.", "els mètode", "els mètodes"),
    ],
)  # fmt: skip
def test_a_determiner_agrees_with_its_noun(text: str, old: str, new: str | None) -> None:
    found = {one[1]: one[2] for one in fixes(passage(text))}
    assert found.get(old) == new, found


@pytest.mark.parametrize(
    "text",
    [
        "El agua del arroyo riega el área de las hortalizas.",
        "Cuando llega el abuelo, las riega y las cuenta una a una.",
        "La abuela conoce las hierbas y las usa en la cocina.",
        "Esta muestra que la tierra necesita más agua, y esta otra no.",
        "El manual tiene mil y una páginas sobre el huerto.",
        "Son datos de tipo A y de tipo B, según la caja.",
        "Elija el/los archivo(s) del riego en la pantalla.",
        "La capital del condado tiene un mercado de flores.",
    ],
)
def test_what_agrees_or_is_no_noun_there_stays(text: str) -> None:
    assert fixes(passage(text)) == []


@pytest.mark.parametrize(
    ("lang", "noun", "plural"),
    [
        ("es", "función", "funciones"),
        ("es", "imagen", "imágenes"),
        ("es", "raíz", "raíces"),
        ("es", "árbol", "árboles"),
        ("es", "tipo", ""),
        ("ca", "opció", "opcions"),
        ("ca", "màquina", "màquines"),
        ("ca", "tecla", "tecles"),
        ("ca", "taca", "taques"),
    ],
)
def test_a_plural_follows_the_ending(lang: str, noun: str, plural: str) -> None:
    known = language(lang)
    assert known is not None
    assert plural_of(noun, known.typo.agreement) == plural


def test_no_noun_stands_in_both_genders() -> None:
    for code in ("es", "ca"):
        known = language(code)
        assert known is not None
        assert not set(known.typo.agreement.masculine) & set(known.typo.agreement.feminine)
