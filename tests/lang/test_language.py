from __future__ import annotations

import pytest

from refiner.lang.language import (
    LanguageFileError,
    codes,
    language,
    languages,
    parse_language,
    union,
)


def test_every_file_is_valid_and_named_by_its_code() -> None:
    assert {"en", "es", "ca"} <= set(codes())
    assert [one.code for one in languages()] == list(codes())


def test_a_language_without_a_file_is_none() -> None:
    assert language("tlh") is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("code = ", "not valid TOML", id="no TOML"),
        pytest.param(
            'code = "xx"\nname = "X"\n[typo]\nwrods = ""', "typo.wrods", id="unknown field"
        ),
        pytest.param('code = "xx"\nname = "X"\n[spellling]', "spellling", id="unknown section"),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, complaint: str) -> None:
    with pytest.raises(LanguageFileError, match=complaint) as raised:
        parse_language(text, "xx.toml")
    assert "xx.toml" in str(raised.value)


def test_a_field_of_no_language_is_an_error() -> None:
    with pytest.raises(AttributeError):
        union("references.nowhere")
