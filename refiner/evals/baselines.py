"""What was measured once, kept in a file for each model and choice of samples.

A metric falls where it lies outside its baseline's interval on the worse side. The interval is
what the baseline's own samples support, so a few perfect samples bind little (`measures.py`);
that is why a baseline holds all languages together beside each of them, and the share of all
samples that are right. Numbers are kept with four digits, bounds rounded outward: a figure that
did not move never falls. A metric that is gone, or was scored and is not any more, has fallen.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from refiner.errors import UserError
from refiner.evals.estimates import Estimate
from refiner.evals.metrics import COSTS, LOWER_IS_BETTER, REFUSED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from refiner.evals.metrics import Metric

# A run's costs are kept to be seen, not compared.
SHOWN = frozenset({*COSTS, REFUSED})
FEW = 5  # items
DIGITS = 10_000
# Half of the last digit that is kept.
ROUNDING = 0.5 / DIGITS


@dataclass(frozen=True)
class Choice:
    """Which samples a model was measured on.

    Attributes:
        model: As the settings name it.
        split: `dev`, `test` or `all`.
        each: Of each task one sample in so many.
        tasks: These tasks alone; empty for all.
    """

    model: str
    split: str = "all"
    each: int = 1
    tasks: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """Where its baseline is kept, in the folder of baselines."""
        parts = [self.model.replace("/", "-")]
        parts += [] if self.split == "all" else [self.split]
        parts += [] if self.each == 1 else [str(self.each)]
        return "-".join([*parts, *sorted(self.tasks)]) + ".json"

    @property
    def part(self) -> str:
        """Which samples, for a person."""
        parts = [] if self.split == "all" else [f"{self.split} split"]
        parts += [] if self.each == 1 else [f"one sample in {self.each}"]
        parts += [] if not self.tasks else [" and ".join(self.tasks)]
        return ", ".join(parts) or "all samples"


@dataclass(frozen=True)
class Baseline:
    """What a model was worth: estimates by a metric's key."""

    choice: Choice
    samples: int
    metrics: dict[str, Estimate] = field(default_factory=dict)


def load_baselines(folder: Path) -> list[Baseline]:
    """All baselines of a folder, by file name.

    Raises:
        UserError: One can't be read.
    """
    return [read_baseline(path) for path in sorted(folder.glob("*.json"))]


def read_baseline(path: Path) -> Baseline:
    """Read one baseline.

    Raises:
        UserError: It can't be read.
    """
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        choice = Choice(data["model"], data["split"], data["each"], tuple(data["tasks"]))
        metrics = {
            key: Estimate(one["value"], one["low"], one["high"], one["n"])
            for key, one in data["metrics"].items()
        }
        return Baseline(choice, data["samples"], metrics)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"the baseline `{path}` can't be read: {error!r}",
            hint="`refiner eval --update` writes it anew",
        ) from error


def write_baseline(folder: Path, choice: Choice, samples: int, measured: Sequence[Metric]) -> None:
    """Keep what was measured as the baseline of its choice."""
    head = {
        "model": choice.model,
        "split": choice.split,
        "each": choice.each,
        "tasks": list(choice.tasks),
        "samples": samples,
    }
    # One metric a line, so that a diff shows what moved.
    lines = ",\n".join(f"  {json.dumps(m.key)}: {json.dumps(_kept(m))}" for m in measured)
    written = f'{json.dumps(head)[:-1]}, "metrics": {{\n{lines}\n}}}}\n'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / choice.file_name).write_text(written, encoding="utf-8")


def _kept(metric: Metric) -> dict[str, float | None]:
    """Four digits, the bounds rounded outward."""
    value, low, high, n = metric.estimate
    return {
        "value": None if value is None else round(value, 4),
        "low": None if low is None else math.floor(low * DIGITS) / DIGITS,
        "high": None if high is None else math.ceil(high * DIGITS) / DIGITS,
        "n": n,
    }


@dataclass
class Comparison:
    """How a run stands to its baseline; each entry says which metric and how.

    Attributes:
        fallen: Outside the interval for the worse, or not measured any more.
        lower: Worse, inside the interval.
        risen: Outside the interval for the better.
    """

    fallen: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    risen: list[str] = field(default_factory=list)


def compare(measured: Sequence[Metric], baseline: Baseline) -> Comparison:
    """Hold each metric of a baseline against what it is now; samples may have been added since.

    Where only a part of the samples was measured, a figure of very few of them tells nothing.
    """
    found = Comparison()
    now = {metric.key: metric for metric in measured}
    for key, before in baseline.metrics.items():
        if before.value is None or before.low is None or before.high is None or _is_of(key, SHOWN):
            continue
        if baseline.choice.each > 1 and before.n < FEW:
            continue
        sign = -1 if _is_of(key, LOWER_IS_BETTER) else 1
        metric = now.get(key)
        if metric is None or metric.value is None:
            # What was at its worst, as a rule that was always wrong, may go.
            if sign < 0 or before.value > 0:
                gone = "is not measured any more" if metric is None else "is unscored now"
                found.fallen.append(f"{key} was {before.value:.3f}, and {gone}")
            continue
        worst, best = sorted((sign * before.low, sign * before.high))
        value = sign * metric.value
        said = (
            f"{key} is {metric.value:.3f} (n {metric.n}), was {before.value:.3f} "
            f"[{before.low:.3f}, {before.high:.3f}] (n {before.n})"
        )
        if value < worst - ROUNDING:
            found.fallen.append(said)
        elif value > best + ROUNDING:
            found.risen.append(said)
        elif value < sign * before.value - ROUNDING:
            found.lower.append(said)
    return found


def _is_of(key: str, names: Collection[str]) -> bool:
    """Whether a key is of a metric of one of these names."""
    return key.rpartition("/")[2].rpartition(": ")[2] in names
