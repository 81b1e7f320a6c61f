"""Which proposals the filters mean, and how long lists are parted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from refiner.review.browser.markup import ticked
from refiner.review.browser.views import Filters, Part
from tests.proposals.made import PAGE, edit, propose

SPANISH = replace(propose(PAGE, edit(PAGE, "registy", "registry")), lang="es", confidence=0.95)
UNSURE = replace(
    propose(PAGE, edit(PAGE, "contain- ner", "container")),
    id="0" * 12,
    task="whitespace",
    rule="hyphenation",
    page="pages/Two.md",
    lang="",
    confidence=0.5,
)


@pytest.mark.parametrize(
    ("values", "meant"),
    [
        pytest.param({}, {SPANISH, UNSURE}, id="none"),
        pytest.param({"lang": "es"}, {SPANISH}, id="language"),
        pytest.param({"lang": "?"}, {UNSURE}, id="language that is unsure"),
        pytest.param({"task": "whitespace"}, {UNSURE}, id="task"),
        pytest.param({"rule": "hyphenation"}, {UNSURE}, id="rule"),
        pytest.param({"page": "pages/Two.md"}, {UNSURE}, id="page"),
        pytest.param({"confidence": "0.9"}, {SPANISH}, id="confidence"),
        pytest.param({"confidence": "nan?"}, {SPANISH, UNSURE}, id="no confidence"),
        pytest.param({"q": "REGISTRY"}, {SPANISH}, id="search"),
        pytest.param({"q": "registry container"}, set(), id="search for all words"),
        pytest.param({"task": "whitespace", "lang": "es"}, set(), id="two filters"),
    ],
)
def test_filters_mean_what_they_say(values: dict[str, str], meant: set[object]) -> None:
    assert set(Filters.of(values).chosen([SPANISH, UNSURE])) == meant


def test_a_part_of_a_long_list_stays_inside_it() -> None:
    assert Part.of("n", 0, 0) == ("n", 0, 0, 0, 0)
    assert Part.of("n", 1, 120) == ("n", 1, 50, 100, 120)
    assert Part.of("n", 99, 120) == ("n", 2, 100, 120, 120)
    assert Part.of("n", 1, 50) == ("n", 0, 0, 50, 50)


def test_what_stands_between_backticks_is_code_and_all_is_escaped() -> None:
    assert ticked("run `a <b>` & go") == "run <code>a &lt;b&gt;</code> &amp; go"
    assert ticked("a ` b <") == "a ` b &lt;"
