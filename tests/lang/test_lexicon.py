import pytest

from refiner.lang.corrections import corrections, far_correction
from refiner.lang.language import word_union
from refiner.lang.lexicon import (
    LANGS,
    frequency,
    is_common,
    is_known,
    is_known_anywhere,
    is_plainly_known,
    spelling,
    with_accent,
    with_hyphen,
)


@pytest.mark.parametrize(
    ("word", "lang"),
    [
        ("container", "en"),
        ("linter", "en"),
        ("reindexing", "en"),
        ("datastore", "en"),
        ("contenedor", "es"),
        ("serializar", "es"),
        ("contenidor", "ca"),
    ],
)
def test_common_formed_and_trade_words_are_known(word: str, lang: str) -> None:
    assert is_known(word, lang)


@pytest.mark.parametrize(
    ("word", "lang"),
    [("recieve", "en"), ("contianer", "en"), ("tambien", "es"), ("contenidro", "ca")],
)
def test_misspellings_are_not_known_however_frequent(word: str, lang: str) -> None:
    assert not is_known(word, lang)


def test_a_language_without_data_knows_every_word() -> None:
    assert is_known("Behaelter", "de")


def test_an_english_term_is_known_in_spanish() -> None:
    assert not is_known("scheduling", "es")
    assert is_known_anywhere("scheduling", "es")


@pytest.mark.parametrize("word", ["plantarlas", "muévelo", "regándola", "dársela"])
def test_a_verb_with_pronouns_behind_it_is_known(word: str) -> None:
    assert is_known(word, "es")


def test_a_noun_takes_no_pronouns() -> None:
    assert not is_plainly_known("macetalos", "es")


@pytest.mark.parametrize(
    ("word", "right"), [("agafarme", "agafar-me"), ("agafarlos", "agafar-los"), ("jardinera", None)]
)
def test_a_hyphen_ties_a_catalan_pronoun_to_its_verb(word: str, right: str | None) -> None:
    assert with_hyphen(word, "ca") == right


@pytest.mark.parametrize(
    ("word", "lang", "right"),
    [
        ("temperatutura", "es", "temperatura"),
        ("refridgerater", "en", "refrigerator"),
        ("gardenerish", "en", None),
    ],
)
def test_a_common_word_may_lie_two_slips_away(word: str, lang: str, right: str | None) -> None:
    found = far_correction(word, lang)
    assert (found.word if found is not None else None) == right


@pytest.mark.parametrize(
    ("word", "lang", "right"),
    [("contianer", "en", "container"), ("ejempo", "es", "ejemplo"), ("sistmea", "ca", "sistema")],
)
def test_the_likeliest_correction_comes_first(word: str, lang: str, right: str) -> None:
    assert corrections(word, lang, {})[0].word == right


def test_the_page_has_words_that_no_list_has() -> None:
    assert corrections("kubelt", "en", {"kubelet": 5})[0].word == "kubelet"


@pytest.mark.parametrize(
    ("word", "lang", "right"),
    [
        ("funcion", "es", "función"),
        ("aplicacio", "ca", "aplicació"),
        ("esta", "es", None),
        ("sistema", "es", None),
        ("function", "en", None),
    ],
)
def test_an_accent_is_missing_only_where_the_bare_word_is_none(
    word: str, lang: str, right: str | None
) -> None:
    assert with_accent(word, lang) == right


def test_every_listed_misspelling_leads_to_a_known_word() -> None:
    jargon = word_union("spelling.jargon")
    for lang in LANGS:
        for wrong, right in spelling(lang).misspellings.items():
            assert wrong != right
            assert lang != "en" or wrong not in jargon
            for word in right.split():
                bare = word.partition("'")[0]
                assert is_common(bare, lang) or frequency(bare, lang) or bare in jargon, word
