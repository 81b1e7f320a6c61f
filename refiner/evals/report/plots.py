"""Interval plots: a figure for each metric, a row for each language, a line for each model.

Every line is an SVG of its own whose places are percentages, so that it fits any width, and
filters can hide it.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from refiner.evals.metrics import COSTS, PROTECTED, REFUSED
from refiner.evals.table import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from refiner.evals.estimates import Estimate
    from refiner.evals.metrics import Metric

PER_MODEL = 6
HEIGHT = 18
MIDDLE = 9
TICKS = 4
SHAPES = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "M-4.5-4.5h9v9h-9z",
    "M0-6 6 0 0 6-6 0z",
)


class Series(NamedTuple):
    """One model's figures, by a metric's key; `before` is the baseline of the run itself."""

    model: str
    part: str
    number: int
    metrics: Mapping[str, Estimate]
    before: Mapping[str, Estimate]

    @property
    def label(self) -> str:
        """Model and samples."""
        return f"{self.model} ({self.part})"

    def mark(self, x: str, y: float) -> str:
        """A dot in the model's own colour and shape: a circle, a square or a diamond."""
        shape = SHAPES[self.number % len(SHAPES)]
        return (
            f'<svg x="{x}" y="{y:g}" overflow="visible"><path class="s{self.number}" '
            f'd="{shape}"/></svg>'
        )


class Line(NamedTuple):
    """A model's figure in one row."""

    series: Series
    now: Estimate
    before: Estimate | None


Row = tuple[str, str, list[Line]]


def plot_sections(
    tasks: Sequence[str],
    measured: Sequence[Metric],
    series: Sequence[Series],
    langs: Mapping[str, str],
) -> str:
    """A section for each task: its metrics by language, then by rule."""
    parts = []
    for task in [*tasks, "all"]:
        own = [metric for metric in measured if metric.task == task]
        figures = []
        for name in dict.fromkeys(m.name for m in own if not m.rule):
            lines = {m.lang: _lines(m.key, series) for m in own if m.name == name and not m.rule}
            rows = [
                (lang, label, lines[lang])
                for lang, label in _in_order(lines, langs)
                if name != PROTECTED or lang == "all"
            ]
            figures.append(_figure(name, rows, is_lower=_is_lower(own, name)))
        rules = _rule_figures([m for m in own if m.rule], series)
        title = "all tasks" if task == "all" else task
        parts.append(
            f'<section class="task" data-task="{task}"><h3>{title}</h3>'
            f'<div class="plots">{"".join(figures)}</div>{rules}</section>'
        )
    return "".join(parts)


def _is_lower(own: Iterable[Metric], name: str) -> bool:
    """Whether a smaller figure is better for the metric of a name."""
    return any(metric.is_lower_better for metric in own if metric.name == name)


def _rule_figures(own: Sequence[Metric], series: Sequence[Series]) -> str:
    if not own:
        return ""
    figures = []
    for name in dict.fromkeys(metric.name for metric in own):
        rows: list[Row] = [("", m.rule, _lines(m.key, series)) for m in own if m.name == name]
        figures.append(_figure(name, rows, is_lower=_is_lower(own, name)))
    return (
        f"<details><summary>by rule{' and guard' if any(m.name == REFUSED for m in own) else ''}"
        f'</summary><div class="plots">{"".join(figures)}</div></details>'
    )


def _lines(key: str, series: Sequence[Series]) -> list[Line]:
    return [
        Line(one, one.metrics[key], one.before.get(key)) for one in series if key in one.metrics
    ]


def _in_order(lines: Mapping[str, object], langs: Mapping[str, str]) -> list[tuple[str, str]]:
    order = [*langs, *sorted(lang for lang in lines if lang not in langs)]
    return [(lang, langs.get(lang, lang)) for lang in order if lang in lines]


def _figure(name: str, rows: Sequence[Row], *, is_lower: bool) -> str:
    if all(line.now.value is None for _, _, lines in rows for line in lines):
        return (
            f'<figure><figcaption>{escape(name)}</figcaption><p class="none">unscored: nothing to '
            "count</p></figure>"
        )
    low, high = _scale(name, [line for _, _, lines in rows for line in lines])
    body = "".join(
        f'<div class="row" data-lang="{lang}"><span class="label">{escape(label)}</span>'
        f"<div>{''.join(_line(label, line, low, high) for line in lines)}</div></div>"
        for lang, label, lines in rows
    )
    hint = "<small>lower is better</small>" if is_lower else ""
    return (
        f"<figure><figcaption>{escape(name)} {hint}</figcaption>{body}{_axis(low, high)}</figure>"
    )


def _line(label: str, line: Line, low: float, high: float) -> str:
    series, now, before = line
    model = f'<div class="line" data-model="{series.number}">'
    if now.value is None or now.low is None or now.high is None:
        return f'{model}<span class="none">unscored</span><span class="value">–</span></div>'

    def at(value: float) -> str:
        return f"{100 * min(1.0, max(0.0, (value - low) / (high - low))):.2f}%"

    told = (
        f"{label}, {series.label}: {number(now.value)}, 95 % interval {number(now.low)} to "
        f"{number(now.high)}, n {now.n}"
    )
    mark = ""
    if before is not None and before.value is not None:
        told += f"; baseline {number(before.value)}, n {before.n}"
        mark = (
            f'<rect class="before" x="{at(before.value)}" y="1" width="3" height="{HEIGHT - 2}" '
            'transform="translate(-1.5 0)"/>'
        )
    grid = "".join(
        f'<line class="grid" x1="{25 * tick}%" x2="{25 * tick}%" y1="0" y2="{HEIGHT}"/>'
        for tick in range(TICKS + 1)
    )
    return (
        f'{model}<svg role="img" height="{HEIGHT}"><title>{escape(told)}</title>{grid}'
        f'<line class="s{series.number}" x1="{at(now.low)}" x2="{at(now.high)}" y1="{MIDDLE}" '
        f'y2="{MIDDLE}"/>{mark}{series.mark(at(now.value), MIDDLE)}</svg>'
        f'<span class="value">{number(now.value)} <small>n {now.n:,}</small></span></div>'
    )


def _axis(low: float, high: float) -> str:
    ticks = "".join(
        f'<text x="{25 * tick}%" y="12" text-anchor="{_anchor(tick)}">'
        f"{low + (high - low) * tick / TICKS:.4g}</text>"
        for tick in range(TICKS + 1)
    )
    return (
        '<div class="row axis" aria-hidden="true"><span class="label"></span><div><div class="line">'
        f'<svg height="16">{ticks}</svg><span class="value"></span></div></div></div>'
    )


def _anchor(tick: int) -> str:
    return {0: "start", TICKS: "end"}.get(tick, "middle")


def _scale(name: str, lines: Sequence[Line]) -> tuple[float, float]:
    """From 0 to 1 for shares, to a round figure for rates and costs; below 0 where MCC is."""
    values = [
        value
        for line in lines
        for value in (line.now.low, line.now.high, line.before.value if line.before else None)
        if value is not None
    ]
    low = -1.0 if min(values) < 0 else 0.0
    top = max(values)
    is_share = top <= 1 and name not in {*COSTS, REFUSED}
    return low, 1.0 if is_share or top <= 0 else _rounded_up(top)


def _rounded_up(value: float) -> float:
    ten = 10.0 ** math.floor(math.log10(value))
    return next(step * ten for step in (1, 2, 4, 5, 8, 10) if step * ten >= value * (1 - 1e-9))
