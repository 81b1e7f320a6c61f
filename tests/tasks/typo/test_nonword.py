from __future__ import annotations

import pytest

from refiner.tasks.typo.nonword import is_loan, is_named_beside, nonword_correction
from refiner.tasks.typo.vocabulary import Vocabulary
from tests.tasks.pages import passage
from tests.tasks.typo.slips import fixes

WORDS = Vocabulary({}, b"", ("es", "en"))


@pytest.mark.parametrize(
    ("word", "lang", "right"),
    [
        ("macettas", "es", "macetas"),
        ("tugaces", "es", "fugaces"),
        ("extraibles", "es", "extraíbles"),
        ("gliphs", "en", None),
        ("rsyslogd", "es", None),
        ("lavaero", "es", None),
        ("arrancable", "es", None),
        ("mergear", "es", None),
        ("xyzzy", "es", None),
    ],
)
def test_a_word_that_nobody_knows_is_mended_where_one_lies_nearest(
    word: str, lang: str, right: str | None
) -> None:
    assert nonword_correction(word, lang, WORDS, is_typed=False) == right


def test_a_word_of_the_page_is_none() -> None:
    text = "macettas aquí y macettas allí"
    words = Vocabulary({"macettas": 2}, text.encode(), ("es",))
    assert nonword_correction("macettas", "es", words, is_typed=True) is None


def test_a_word_beside_says_that_it_is_a_name() -> None:
    text = "Se usa la orden macettas del sistema."
    at = text.index("macettas")
    assert is_named_beside(text, at, at + len("macettas"), "es")
    assert not is_named_beside(text, 3, 6, "es")


def test_an_english_word_with_a_spanish_ending_is_a_loan() -> None:
    assert is_loan("commitear")
    assert not is_loan("regadera")


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("Los vecinos parecían envidiOSos de la huerta del abuelo.", "envidiOSos", "envidiosos"),
        ("Tenían muchos taTentos para el cuidado de la huerta.", "taTentos", "talentos"),
    ],
)
def test_a_capital_that_a_scanner_read_is_made_small(text: str, old: str, new: str) -> None:
    assert ("misspelling", old, new) in fixes(passage(text))


def test_a_name_of_two_words_keeps_its_capital() -> None:
    assert fixes(passage("La huerta guarda sus datos en un dataSet de la casa.")) == []
