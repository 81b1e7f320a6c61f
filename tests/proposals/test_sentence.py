from __future__ import annotations

import pytest

from refiner.logseq import Edit
from refiner.proposals import Flag
from tests.proposals.made import edit, propose

TEXT = "- Where do images lie? In a registy, by their name. They are pulled from there. #car\n"


def digest(text: str, old: str = "registy", new: str = "registry") -> str:
    data = text.encode()
    return propose(data, edit(data, old, new)).sentence_hash


def test_it_stays_when_another_sentence_changes() -> None:
    assert digest(TEXT) == digest(TEXT.replace("pulled from there", "fetched"))
    assert digest(TEXT) == digest("- A new first block\n" + TEXT)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(TEXT.replace("by their name", "by a name"), id="its own sentence"),
        pytest.param(TEXT.replace("registy", "regestry"), id="what is replaced"),
    ],
)
def test_it_changes_with_its_own_words(changed: str) -> None:
    old = "registy" if "registy" in changed else "regestry"
    assert digest(TEXT) != digest(changed, old)


def test_a_short_sentence_says_too_little() -> None:
    assert digest("- A registy. And then a longer sentence follows here. #car\n") == ""


def test_a_cloze_is_its_terms_in_its_sentence() -> None:
    def cloze(text: str) -> str:
        data = f"- {text} #note\n".encode()
        new = "\n\t- " + text.replace("chlorophyll", "{{cloze chlorophyll}}") + " #card"
        return propose(data, edit(data, " #note", " #note" + new), task="cloze").sentence_hash

    text = "Leaves hold chlorophyll in their cells. It is green."
    assert cloze(text) == cloze(text.replace("It is green", "That makes them green"))
    assert cloze(text) != cloze(text.replace("in their cells", "in cells"))


def test_a_flag_is_its_name_behind_the_last_sentence() -> None:
    def flag(text: str, cause: str = "listing") -> str:
        data = f"- What is it? #car\n\t- {text}\n".encode()
        at = len(data) - 1
        made = Edit(at, at, "", "\n\t  refiner-flag:: truncated")
        return propose(data, made, flag=Flag("truncated", cause, "")).sentence_hash

    cut = "The file begins with ports:"
    assert flag(f"One long sentence here. {cut}") == flag(f"Another sentence here. {cut}") != ""
    assert flag(cut, "listing") != flag(cut, "colon")
