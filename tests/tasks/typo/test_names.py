from __future__ import annotations

import pytest

from tests.tasks.pages import passage
from tests.tasks.typo.slips import fixes


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("Water by DRP: a DRP line, a DRP tap, and the DPR clock of the garden.", "DPR", "DRP"),
        ("The PlantConfig says when. So the PlntConfig is a plan.", "PlntConfig", "PlantConfig"),
    ],
)
def test_a_name_that_the_page_writes_otherwise_is_put_right(text: str, old: str, new: str) -> None:
    assert ("misspelling", old, new) in fixes(passage(text))


@pytest.mark.parametrize(
    "text",
    [
        "TCP and TPC are two names, and TPC is as good as TCP in the garden.",
        "The PlantConfig and the PlansConfig are two files of the garden.",
        "PlantConfig, PlatConfig and PlatConfig again are names of the garden.",
    ],
)
def test_two_names_stay(text: str) -> None:
    assert fixes(passage(text)) == []
