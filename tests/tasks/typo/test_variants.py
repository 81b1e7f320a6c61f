from __future__ import annotations

import pytest

from refiner.copying import Token
from refiner.tasks.typo.variants import variants


def doubted(line: str, lang: str, at: str, other: str, logprob: float = -1.0) -> list[str]:
    """The line with each change that a doubt at a place of it stands for."""
    before, _, after = line.partition(at)
    tokens = [Token(before, 0, ()), Token(at + after, -0.5, ((other, logprob),))]
    return [line[: one.start] + one.new + line[one.end :] for one in variants(line, tokens, lang)]


@pytest.mark.parametrize(
    ("line", "lang", "at", "other", "wanted"),
    [
        pytest.param(
            "Pour water in kettle.",
            "en",
            " kettle",
            " the",
            "Pour water in the kettle.",
            id="missing",
        ),
        pytest.param(
            "Rinse in the pan twice.", "en", " in", " the", "Rinse the pan twice.", id="too-many"
        ),
        pytest.param(
            "It depends of rain.", "en", " of", " on", "It depends on rain.", id="preposition"
        ),
        pytest.param(
            "La sopa está servido.", "es", "o.", "a", "La sopa está servida.", id="agreement"
        ),
        pytest.param(
            "The kettle boil slowly.",
            "en",
            " boil",
            " boils",
            "The kettle boils slowly.",
            id="verb",
        ),
    ],
)
def test_a_small_word_or_another_ending_is_weighed(
    line: str, lang: str, at: str, other: str, wanted: str
) -> None:
    assert wanted in doubted(line, lang, at, other)


@pytest.mark.parametrize(
    ("line", "at", "other"),
    [
        pytest.param("It holds 4 litres.", " 4", " litres", id="number"),
        pytest.param("The Rhine is long.", " Rhine", " Danube", id="name"),
        pytest.param("A big kettle whistles.", " big", " large", id="synonym"),
        pytest.param("A kettle, which whistles.", " which", " that", id="style"),
        pytest.param("The kettle boils.", ".", ",", id="mark"),
        pytest.param("The kettle boils.", " kettle", " Kettle", id="capital"),
        pytest.param("It is good.", " good", " not", id="meaning"),
    ],
)
def test_what_is_no_grammar_is_not_weighed(line: str, at: str, other: str) -> None:
    assert doubted(line, "en", at, other) == []


def test_a_faint_doubt_is_not_weighed() -> None:
    assert doubted("Pour water in kettle.", "en", " kettle", " the", -9) == []


def test_a_language_without_its_small_words_is_not_proofread() -> None:
    assert doubted("Giet water in ketel.", "nl", " ketel", " de") == []
