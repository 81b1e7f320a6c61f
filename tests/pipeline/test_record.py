from __future__ import annotations

import pytest

from refiner.ledger import Tally
from refiner.pipeline.record import fewest_for, kinds_of, lower_bound, wilson


def tally(verdict: str, count: int, *, is_bulk: bool = False) -> Tally:
    assert verdict in {"accepted", "edited", "rejected"}
    return Tally("typo", "misspelling", None, None, is_bulk, verdict, count)  # type: ignore[arg-type]


def test_29_of_29_is_the_first_above_nine_tenths() -> None:
    assert lower_bound(28, 28) < 0.9 < lower_bound(29, 29)
    assert lower_bound(0, 5) == 0
    assert lower_bound(29, 30) < lower_bound(29, 29)


def test_an_interval_holds_its_share_and_narrows() -> None:
    few, many = wilson(8, 10), wilson(80, 100)
    assert few[0] < many[0] < 0.8 < many[1] < few[1]
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(8, 10) == pytest.approx((0.490, 0.943), abs=0.001)


def test_decisions_on_many_at_once_are_counted_apart() -> None:
    (kind,) = kinds_of(
        [tally("accepted", 3), tally("edited", 1), tally("accepted", 90, is_bulk=True)]
    )
    assert (kind.single, kind.accepted, kind.edited, kind.bulk) == (4, 3, 1, 90)


def test_a_rule_is_mostly_rejected_only_when_that_is_sure() -> None:
    assert not kinds_of([tally("rejected", 5)])[0].is_mostly_rejected
    assert kinds_of([tally("rejected", 9), tally("accepted", 1)])[0].is_mostly_rejected
    assert not kinds_of([tally("rejected", 6), tally("accepted", 4)])[0].is_mostly_rejected


@pytest.mark.parametrize(("bound", "fewest"), [(0, 1), (0.5, 5), (0.9, 29), (0.95, 59), (1, None)])
def test_so_many_decisions_a_bound_takes(bound: float, fewest: int | None) -> None:
    assert fewest_for(bound) == fewest
    if fewest is not None and bound:
        assert lower_bound(fewest - 1, fewest - 1) < bound <= lower_bound(fewest, fewest)
