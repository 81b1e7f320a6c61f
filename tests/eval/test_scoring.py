"""The measure itself: figures worked out by hand, and samples that are what they say."""

from __future__ import annotations

from collections import Counter

import pytest

from refiner.evals.report import html_report
from refiner.evals.running import run
from refiner.evals.samples import Sample, load_samples
from refiner.evals.scoring import f_measure, mcc, metrics, score, wilson
from refiner.settings import Settings
from refiner.tasks import TASK_NAMES
from tests.conftest import ROOT

GOLDEN = ROOT / "fixtures" / "golden"
SAMPLES = load_samples(GOLDEN, None)
RULES_ALONE = Settings(model="none")


def test_f_weighs_precision_over_recall_as_beta_says() -> None:
    total = Counter(tp=3, fp=1, fn=3)
    assert f_measure(total, 1.0) == pytest.approx(0.6)
    assert f_measure(total, 0.5) == pytest.approx(1.25 * 0.75 * 0.5 / (0.25 * 0.75 + 0.5))
    assert f_measure(Counter(), 1.0) is None


def test_mcc_of_a_coin_is_nothing() -> None:
    assert mcc(Counter(tp=2, fp=2, fn=2, tn=2)) == 0
    assert mcc(Counter(tp=2, tn=2)) == pytest.approx(1)
    assert mcc(Counter(tp=2)) is None


def test_wilson_s_interval_is_the_known_one() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 10)[0] == 0


def sample(page: str, task: str = "typo", **target: object) -> Sample:
    clean = not target
    return Sample(f"{task}/dev/x", task, "dev", "en", clean, 0, "", dict(target), page.encode())


def counts_of(one: Sample) -> Counter[str]:
    (result,), _ = run([one], RULES_ALONE)
    return score(result).counts


def test_a_corrected_typo_counts_and_a_missed_one_too() -> None:
    page = "- How does a resevoir fill? #car\n\t- Slowly, as rivers bring their water to it.\n"
    wanted = [{"old": "resevoir", "new": ["reservoir"]}, {"old": "rivers", "new": ["streams"]}]
    counts = counts_of(sample(page, edits=wanted))
    assert (counts["tp"], counts["fn"], counts["fp"]) == (1, 1, 0)


def test_an_edit_of_a_clean_sample_is_false() -> None:
    page = "- How does a resevoir fill? #car\n\t- Slowly, as rivers bring their water to it.\n"
    counts = counts_of(sample(page))
    assert (counts["false_clean"], counts["clean"]) == (1, 1)


def test_every_sample_is_what_it_says() -> None:
    for one in SAMPLES:
        assert one.name.partition("/")[0] == one.task
        assert one.task in TASK_NAMES
        assert one.lang in {"en", "es", "ca"}
        assert bool(one.target) != one.is_clean or (one.is_clean and set(one.target) <= {"keep"})
        for edit in one.target.get("edits", []):
            assert edit["old"] in one.page.decode()
            assert edit["new"]


def test_two_in_five_are_not_english_and_two_in_five_are_clean() -> None:
    assert sum(one.lang != "en" for one in SAMPLES) >= 0.38 * len(SAMPLES)
    assert sum(one.is_clean for one in SAMPLES) >= 0.38 * len(SAMPLES)


def test_the_report_is_one_page_that_runs_nothing_of_a_sample() -> None:
    page = (
        "- <script>alert(1)</script> resevoir #car\n\t- It fills slowly with the rivers' water.\n"
    )
    results, _ = run([sample(page)], RULES_ALONE)
    scores = [score(result) for result in results]
    html = html_report("none", metrics(scores), {}, scores)
    assert "<script>alert" not in html
    assert "http" not in html
