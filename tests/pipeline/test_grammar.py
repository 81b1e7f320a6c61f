"""When the embedded model is asked about grammar, beside what rules find."""

from __future__ import annotations

from typing import Any

import pytest

from refiner.pipeline.detect import detect
from refiner.pipeline.options import plan_options
from refiner.settings import Settings

PAGE = b"""\
- Why the kettle whistle at the end? #card
\t- The steam leaves it by a narrow hole and sings. The water is is hot by then.
"""


def asked(**settings: Any) -> list[str]:  # noqa: ANN401 - values of settings
    """The sentences that are sent about the page's grammar."""
    page = detect(PAGE, "Tea", plan_options(Settings(**settings)), {})
    return [
        line
        for found in page.found
        if found.ask is not None and found.ask.prompt == "grammar"
        for line in found.ask.variables["sentences"].split("\n")
    ]


def test_questions_alone_or_all_sentences_that_no_rule_mends_are_sent() -> None:
    question = "Why the kettle whistle at the end?"
    assert asked(grammar="questions") == [question]
    assert asked(grammar="all") == [question, "The steam leaves it by a narrow hole and sings."]


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="default"),
        pytest.param({"grammar": "all", "model": "none"}, id="rules-alone"),
        pytest.param(
            {"grammar": "all", "model": "m", "base_url": "http://localhost/v1"}, id="endpoint"
        ),
        pytest.param(
            {
                "grammar": "all",
                "model": "m",
                "base_url": "http://localhost/v1",
                "model_grade": "small",
            },
            id="small-endpoint",
        ),
        pytest.param({"grammar": "all", "model_grade": "large"}, id="large"),
        pytest.param({"grammar": "all", "tasks": ("question",)}, id="other-task"),
        pytest.param({"grammar": "all", "mute": ("proofread",)}, id="muted"),
    ],
)
def test_nothing_is_sent(settings: dict[str, Any]) -> None:
    assert asked(**settings) == []


def test_what_rules_find_waits_for_no_answer() -> None:
    page = detect(PAGE, "Tea", plan_options(Settings(grammar="all")), {})
    typos = [found for found in page.found if found.task == "typo"]
    assert [found.ask is None for found in typos] == [True, False]
    assert "doubled-word" in [finding.rule for finding in typos[0].findings]
