from __future__ import annotations

import re

import pytest

from refiner.lang.language import (
    FOLDER,
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


@pytest.mark.parametrize("code", codes())
def test_every_pattern_of_a_file_compiles(code: str) -> None:
    text = (FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    assert parse_language(text, f"{code}.toml", compiles=True) == language(code)


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
        pytest.param(
            'code = "xx"\nname = "X"\n[talk]\npatterns = ["(a"]', "talk.patterns", id="pattern"
        ),
        pytest.param(
            'code = "xx"\nname = "X"\n[[typo.replacements]]\npattern = "(a"\nnew = "b"',
            "typo",
            id="pattern of a replacement",
        ),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, complaint: str) -> None:
    with pytest.raises(LanguageFileError, match=complaint) as raised:
        parse_language(text, "xx.toml")
    assert "xx.toml" in str(raised.value)


def test_a_field_of_no_language_is_an_error() -> None:
    with pytest.raises(AttributeError):
        union("references.nowhere")


def test_a_replacement_that_is_no_pattern_says_so() -> None:
    text = """code = "xx"
name = "X"
[[typo.replacements]]
pattern = "(a"
new = "b"
"""
    with pytest.raises(LanguageFileError, match="not a valid regular expression"):
        parse_language(text, "xx.toml")


def test_a_pair_without_its_colon_says_so() -> None:
    text = 'code = "xx"\nname = "X"\n[spelling]\nmisspellings = "teh"'
    with pytest.raises(LanguageFileError, match="`teh` is no pair"):
        parse_language(text, "xx.toml")


def test_a_blank_of_a_replacement_is_any_number_and_a_name_its_group() -> None:
    typo = parse_language(
        """code = "xx"
name = "X"
[typo.groups]
colour = "red|blue"
""",
        "xx.toml",
    ).typo
    assert re.fullmatch(typo.expanded("a @colour@ (?<!x )bed"), "a  blue   bed")
