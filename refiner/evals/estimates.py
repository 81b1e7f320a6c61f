"""Figures from counts, each with its 95 % interval and what it was taken from.

Shares have Wilson's interval, rates the score interval of a Poisson count, F-measures, MCC and
means a bootstrap over samples (1,000 draws, seeded). Where every draw is the same (nothing was
wrong, or all was), the samples alone know no width: the bounds are then Wilson's for the share
that was right, put through the same formula. So `1.00` over three samples does not claim more
than three samples can.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

DRAWS = 1000
Z = 1.959964


class Cells(NamedTuple):
    """True and false positives, false and true negatives: of one sample, or of many."""

    tp: float
    fp: float
    fn: float
    tn: float


class Estimate(NamedTuple):
    """A figure between the bounds of its interval; `n` is what it was taken from."""

    value: float | None
    low: float | None
    high: float | None
    n: int


UNSCORED = Estimate(None, None, None, 0)
NOTHING = Cells(0, 0, 0, 0)


def cells_of(counts: Counter[str], prefix: str = "") -> Cells:
    """The four counts by their names, behind a prefix."""
    return Cells(*(counts[prefix + name] for name in Cells._fields))


def f_measure(total: Cells, beta: float = 1.0) -> float | None:
    """F over true and false positives and false negatives; None where there is nothing."""
    square = beta * beta
    weight = (1 + square) * total.tp + square * total.fn + total.fp
    return (1 + square) * total.tp / weight if weight else None


def mcc(total: Cells) -> float | None:
    """Matthews' correlation of found and there; None where it is not defined."""
    tp, fp, fn, tn = total
    below = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return (tp * tn - fp * fn) / below if below else None


def wilson(hits: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share = hits / n
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    # A share of all or nothing is its own bound, whatever the floats say.
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    return low, 1.0 if hits == n else min(1.0, centre + half)


def share(hits: int, n: int) -> Estimate:
    """A share; over nothing it is unscored, not 0."""
    return Estimate(hits / n, *wilson(hits, n), n) if n else UNSCORED


def rate(count: int, n: int, per: float = 1.0) -> Estimate:
    """How often something happens in so many items; it may happen more than once in one.

    Source: score interval of a Poisson mean, count + z²/2 ± z √(count + z²/4).
    """
    if not n:
        return UNSCORED
    centre, half = count + Z * Z / 2, Z * math.sqrt(count + Z * Z / 4)
    low = max(0.0, centre - half) if count else 0.0
    return Estimate(per * count / n, per * low / n, per * (centre + half) / n, n)


def mean(values: Sequence[float]) -> Estimate:
    """A mean with its bootstrap over samples."""
    if not values:
        return UNSCORED
    rng = random.Random(0)  # noqa: S311 - reproducible, not secret
    n = len(values)
    drawn = [sum(rng.choices(values, k=n)) / n for _ in range(DRAWS)]
    return Estimate(sum(values) / n, *_percentiles(drawn), n)


def f_estimate(rows: Iterable[Cells], beta: float = 1.0) -> Estimate:
    """F with its bootstrap; `n` counts the samples where something was found, or was there."""
    # What was rightly left alone says nothing about F.
    own = tuple(Cells(row.tp, row.fp, row.fn, 0) for row in rows)
    n = sum(row != NOTHING for row in own)
    return _bootstrapped(own, lambda total: f_measure(total, beta), n)


def mcc_estimate(rows: Iterable[Cells]) -> Estimate:
    """MCC with its bootstrap over all samples."""
    own = tuple(rows)
    return _bootstrapped(own, mcc, len(own))


def total_of(rows: Iterable[Cells]) -> Cells:
    """All counts together."""
    return Cells(*(sum(column) for column in zip(NOTHING, *rows, strict=True)))


def _bootstrapped(
    rows: tuple[Cells, ...], measure: Callable[[Cells], float | None], n: int
) -> Estimate:
    total = total_of(rows)
    value = measure(total)
    if value is None:
        return UNSCORED
    drawn = [one for one in map(measure, _draws(rows)) if one is not None]
    if min(drawn) == max(drawn):
        return Estimate(value, *_bounds_of_one_value(total, measure, value), n)
    return Estimate(value, *_percentiles(drawn), n)


@lru_cache(maxsize=8)
def _draws(rows: tuple[Cells, ...]) -> tuple[Cells, ...]:
    """The sums of samples drawn with replacement; equal rows are drawn as one kind."""
    kinds = Counter(rows)
    rng = random.Random(0)  # noqa: S311 - reproducible, not secret
    found, weights = list(kinds), list(kinds.values())
    drawn = []
    for _ in range(DRAWS):
        picked = Counter(rng.choices(found, weights, k=len(rows)))
        drawn.append(
            Cells(*(sum(row[i] * times for row, times in picked.items()) for i in range(4)))
        )
    return tuple(drawn)


def _percentiles(drawn: list[float]) -> tuple[float, float]:
    ordered = sorted(drawn)
    edge = round(0.025 * len(ordered))
    return ordered[edge], ordered[-1 - edge]


def _bounds_of_one_value(
    total: Cells, measure: Callable[[Cells], float | None], value: float
) -> tuple[float, float]:
    """Wilson's bounds of the share that was right, put through a measure."""
    right, n = total.tp + total.tn, sum(total)
    bounds = [value]
    for part in wilson(right, n):
        found = measure(_with_right(total, part * n))
        if found is not None:
            bounds.append(found)
    return min(bounds), max(bounds)


def _with_right(total: Cells, right: float) -> Cells:
    """The same counts with another number of right ones; faults stand as they do, or evenly."""
    tp, fp, fn, tn = total
    n = sum(total)
    wrong = n - right
    if fp + fn == 0:
        # Those that are there are missed, and those that are not are found, as often.
        half = 0.5 if tn == 0 else tn / n
        fp, fn = half, 1 - half
    if tp + tn == 0:
        tp = 1.0
    return Cells(
        right * tp / (tp + tn),
        wrong * fp / (fp + fn),
        wrong * fn / (fp + fn),
        right * tn / (tp + tn),
    )
