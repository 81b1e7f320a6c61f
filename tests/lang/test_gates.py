from __future__ import annotations

import re

import pytest

from refiner.lang.gates import gate
from refiner.lang.language import languages


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?P<head>[Dd]espite) of", ("despite",)),
        ("(?:can|could) to", ("can", "could")),
        ("(?:loam )?soil", ("soil",)),
        (r"\w+ soil(?= here)", ("soil",)),
        ("a|soil", ()),
        (r"[a-z]+", ()),
        ("soils?", ("soil",)),
    ],
)
def test_a_gate_is_what_every_match_holds(pattern: str, words: tuple[str, ...]) -> None:
    assert gate(pattern) == words


def test_no_form_is_kept_from_a_text_that_it_matches() -> None:
    text = (
        "Despite of the rain it can holds water. How much beds? Each others. Its a bed; i think so. "
        "Para que sirve y como se usa, de echo se a regado cada vez mas. La mayoría esta haciendo."
    )
    for one in languages():
        for form in one.typo.replacements:
            pattern = one.typo.expanded(form.pattern)
            words = gate(pattern)
            if re.search(pattern, text):
                assert not words or any(word in text.lower() for word in words), form.pattern
