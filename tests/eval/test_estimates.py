"""Figures worked out by hand, and intervals that claim no more than their samples."""

from __future__ import annotations

import pytest

from refiner.evals.estimates import (
    UNSCORED,
    Cells,
    f_estimate,
    f_measure,
    mcc,
    mcc_estimate,
    mean,
    rate,
    share,
    wilson,
)

HIT, MISS, ALARM, QUIET = Cells(1, 0, 0, 0), Cells(0, 0, 1, 0), Cells(0, 1, 0, 0), Cells(0, 0, 0, 1)


def test_f_weighs_precision_over_recall_as_beta_says() -> None:
    total = Cells(tp=3, fp=1, fn=3, tn=0)
    assert f_measure(total, 1.0) == pytest.approx(0.6)
    assert f_measure(total, 0.5) == pytest.approx(1.25 * 0.75 * 0.5 / (0.25 * 0.75 + 0.5))
    assert f_measure(total, 2.0) == pytest.approx(5 * 0.75 * 0.5 / (4 * 0.75 + 0.5))
    assert f_measure(Cells(0, 0, 0, 9)) is None


def test_mcc_of_a_coin_is_nothing() -> None:
    assert mcc(Cells(2, 2, 2, 2)) == 0
    assert mcc(Cells(2, 0, 0, 2)) == pytest.approx(1)
    assert mcc(Cells(2, 0, 0, 0)) is None


def test_wilson_s_interval_is_the_known_one() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == 1


def test_over_nothing_a_figure_is_unscored_and_not_nought() -> None:
    assert share(0, 0) == UNSCORED
    assert rate(0, 0) == UNSCORED
    assert mean([]) == UNSCORED
    assert f_estimate([QUIET]) == UNSCORED
    assert mcc_estimate([HIT]) == UNSCORED
    assert UNSCORED.value is None


def test_a_rate_may_pass_one_in_each_item() -> None:
    found = rate(30, 10, 100)
    assert found.value == 300
    assert found.low is not None
    assert found.high is not None
    assert 200 < found.low < 300 < found.high
    none = rate(0, 37, 100)
    assert none[:2] == (0, 0)
    assert none.high == pytest.approx(100 * 3.8415 / 37, rel=1e-3)


def test_f_is_drawn_over_samples_again_and_again_the_same() -> None:
    rows = [HIT] * 12 + [MISS] * 4 + [ALARM] * 2 + [QUIET] * 6
    found = f_estimate(rows)
    assert found == f_estimate(rows)
    assert found.value == pytest.approx(24 / 30)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.8 < found.high
    assert found.n == 18


@pytest.mark.parametrize("count", [1, 3, 30])
def test_perfect_samples_bound_f_as_wilson_bounds_their_share(count: int) -> None:
    found = f_estimate([HIT] * count)
    right = wilson(count, count)[0]
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(2 * right / (1 + right))


def test_f_of_nothing_found_is_nought_with_a_width() -> None:
    found = f_estimate([MISS] * 5)
    assert (found.value, found.low) == (0, 0)
    assert found.high is not None
    assert 0.2 < found.high < 0.7


def test_a_perfect_mcc_claims_no_more_than_its_samples() -> None:
    few, many = mcc_estimate([HIT, QUIET]), mcc_estimate([HIT, QUIET] * 50)
    assert few.value == many.value == pytest.approx(1)
    assert few.low is not None
    assert many.low is not None
    assert few.low < 0.5
    assert 0.9 < many.low < 1
