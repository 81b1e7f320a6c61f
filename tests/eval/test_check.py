"""`--check`: what falls, and what does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from refiner.errors import UserError
from refiner.evals.baselines import Baseline, Choice, compare, load_baselines, write_baseline
from refiner.evals.estimates import Cells, Estimate, f_estimate, share
from refiner.evals.metrics import PROTECTED, Metric

if TYPE_CHECKING:
    from pathlib import Path


def metric(estimate: Estimate, name: str = "recall", rule: str = "") -> Metric:
    return Metric("typo", "all", rule, name, *estimate)


def kept(folder: Path, *measured: Metric, choice: Choice | None = None) -> Baseline:
    write_baseline(folder, choice or Choice("none"), 10, measured)
    (baseline,) = load_baselines(folder)
    return baseline


def fallen(folder: Path, before: Metric, *now: Metric) -> list[str]:
    return compare(now, kept(folder, before)).fallen


def test_a_figure_below_its_interval_falls_and_one_inside_is_told(tmp_path: Path) -> None:
    before = metric(share(80, 100))
    (said,) = fallen(tmp_path, before, metric(share(60, 100)))
    assert said.startswith("typo/all/recall is 0.600 (n 100), was 0.800 [0.711")
    found = compare([metric(share(75, 100))], kept(tmp_path, before))
    assert (len(found.fallen), len(found.lower)) == (0, 1)


def test_a_figure_above_its_interval_is_told_and_does_not_fall(tmp_path: Path) -> None:
    found = compare([metric(share(99, 100))], kept(tmp_path, metric(share(80, 100))))
    assert (len(found.fallen), len(found.risen)) == (0, 1)


@pytest.mark.parametrize("name", ["false edits per 100 clean", "given away", "abstained"])
def test_where_lower_is_better_a_higher_figure_falls(tmp_path: Path, name: str) -> None:
    before = metric(share(10, 100), name)
    assert fallen(tmp_path, before, metric(share(40, 100), name))
    assert not fallen(tmp_path, before, metric(share(0, 100), name))


@pytest.mark.parametrize(
    "rows",
    [
        [Cells(1, 0, 0, 0)] * 3,
        [Cells(1, 0, 0, 0)] * 2 + [Cells(0, 0, 1, 0)],
        [Cells(0, 0, 1, 0)] * 3,
        [Cells(1, 0, 0, 0)] * 17 + [Cells(0, 1, 1, 0)] * 6,
    ],
)
def test_a_figure_that_did_not_move_never_falls(tmp_path: Path, rows: list[Cells]) -> None:
    now = metric(f_estimate(rows))
    found = compare([now], kept(tmp_path, now))
    assert (found.fallen, found.lower, found.risen) == ([], [], [])


def test_one_miss_in_three_perfect_samples_is_inside_what_three_can_tell(tmp_path: Path) -> None:
    right, missed = Cells(1, 0, 0, 0), Cells(0, 0, 1, 0)
    before = metric(f_estimate([right] * 3))
    found = compare([metric(f_estimate([right] * 2 + [missed]))], kept(tmp_path, before))
    assert (len(found.fallen), len(found.lower)) == (0, 1)
    assert fallen(tmp_path, before, metric(f_estimate([missed] * 3)))


def test_samples_that_were_added_do_not_end_the_comparison(tmp_path: Path) -> None:
    assert fallen(tmp_path, metric(share(50, 50)), metric(share(60, 80)))


def test_a_metric_that_is_gone_or_unscored_falls(tmp_path: Path) -> None:
    (gone,) = fallen(tmp_path, metric(share(9, 10)))
    assert gone == "typo/all/recall was 0.900, and is not measured any more"
    (silent,) = fallen(tmp_path, metric(share(9, 10)), metric(share(0, 0)))
    assert silent == "typo/all/recall was 0.900, and is unscored now"


def test_a_rule_that_was_always_wrong_may_go(tmp_path: Path) -> None:
    assert not fallen(tmp_path, metric(share(0, 2), "precision", "glued"))


def test_one_protected_span_falls(tmp_path: Path) -> None:
    before = metric(Estimate(0.0, 0.0, 0.0, 50), PROTECTED)
    assert fallen(tmp_path, before, metric(Estimate(1.0, 0.0, 0.0, 50), PROTECTED))


def test_costs_are_not_compared(tmp_path: Path) -> None:
    before = metric(Estimate(1.0, 0.9, 1.1, 50), "model seconds per item")
    assert not fallen(tmp_path, before, metric(Estimate(9.0, 8, 10, 50), "model seconds per item"))
    assert not fallen(tmp_path, before)


def test_a_baseline_keeps_unscored_figures_as_such(tmp_path: Path) -> None:
    baseline = kept(tmp_path, metric(share(0, 0)))
    assert baseline.metrics["typo/all/recall"].value is None
    assert not compare([metric(share(0, 0))], baseline).fallen


def test_each_choice_of_samples_has_its_own_baseline(tmp_path: Path) -> None:
    choices = [
        Choice("local"),
        Choice("local", "test"),
        Choice("local", "test", 5),
        Choice("local", tasks=("typo",)),
        Choice("org/model", each=3),
    ]
    for choice in choices:
        write_baseline(tmp_path, choice, 10, [metric(share(1, 2))])
    assert len(list(tmp_path.glob("*.json"))) == len(choices)
    assert {baseline.choice for baseline in load_baselines(tmp_path)} == set(choices)


def test_a_baseline_of_another_form_says_which_it_is(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text(json.dumps({"typo/all/recall": {"value": 1}}))
    with pytest.raises(UserError, match=r"none\.json` can't be read"):
        load_baselines(tmp_path)
