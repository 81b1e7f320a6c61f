"""The golden samples are what they say."""

from __future__ import annotations

from refiner.evals.samples import load_samples
from refiner.tasks import task_names
from tests.conftest import ROOT

SAMPLES = load_samples(ROOT / "fixtures" / "golden", None)


def test_every_sample_is_what_it_says() -> None:
    for one in SAMPLES:
        assert one.name.partition("/")[0] == one.task
        assert one.task in task_names()
        assert one.lang in {"en", "es", "ca", "fr", "pt"}
        assert bool(one.target) != one.is_clean or (one.is_clean and set(one.target) <= {"keep"})
        for edit in one.target.get("edits", []):
            assert edit["old"] in one.page.decode()
            assert edit["new"]


def test_two_in_five_are_not_english_and_two_in_five_are_clean() -> None:
    assert sum(one.lang != "en" for one in SAMPLES) >= 0.40 * len(SAMPLES)
    assert sum(one.is_clean for one in SAMPLES) >= 0.40 * len(SAMPLES)
