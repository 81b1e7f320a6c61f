"""A card for each task with the figures that matter most."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from refiner.evals.metrics import FALSE_EDITS, PROTECTED
from refiner.evals.scorers import VERDICTS
from refiner.evals.table import interval, number
from refiner.tasks import task_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.evals.metrics import Metric
    from refiner.evals.report.plots import Series
    from refiner.evals.scorers import Score, Verdict

KEY_FIGURES = {
    "question": ("F1", "usable of shown", "given away"),
    "typo": ("F0.5", "precision", FALSE_EDITS),
    "whitespace": ("F0.5", "precision", FALSE_EDITS),
    "cloze": ("exact", "on a good target", "worthless left alone"),
    "truncation": ("F2", "F1", "right cause"),
    "listing": ("F1", "right result", "right language"),
    "flag": ("F1", "precision", "recall"),
}
SAME = 0.0005


def task_order(tasks: Iterable[str]) -> list[str]:
    """Tasks in the order in which a card's proposals are shown."""
    found = set(tasks)
    return [task for task in task_names() if task in found]


def summary_cards(
    tasks: Sequence[str],
    measured: Sequence[Metric],
    series: Sequence[Series],
    scores: Sequence[Score],
) -> str:
    """The cards, in order."""
    by_key = {metric.key: metric for metric in measured}
    cards = []
    for task in tasks:
        verdicts = Counter(s.verdict for s in scores if s.result.sample.task == task)
        figures = "".join(
            _figure(by_key[key], series[0])
            for name in KEY_FIGURES[task]
            if (key := f"{task}/all/{name}") in by_key
        )
        touched = by_key[f"{task}/all/{PROTECTED}"].value or 0
        alarm = (
            f'<p class="alarm">{touched:.0f} protected spans touched</p>'
            if touched
            else '<p class="fine">no protected span touched</p>'
        )
        cards.append(
            f'<article class="card" data-task="{task}"><h3>{task}</h3>'
            f"<dl>{figures}</dl>{_bar(verdicts)}{alarm}</article>"
        )
    return "".join(cards)


def _figure(metric: Metric, run: Series) -> str:
    bounds = f"{interval(metric)}, n {metric.n}" if metric.value is not None else "nothing to count"
    return (
        f"<div><dt>{escape(metric.name)}</dt><dd><b>{number(metric.value)}</b>"
        f"{_moved(metric, run)}<small>{bounds}</small></dd></div>"
    )


def _moved(metric: Metric, run: Series) -> str:
    """How far a figure moved from its baseline."""
    before = run.before.get(metric.key)
    if before is None or before.value is None or metric.value is None:
        return ""
    by = metric.value - before.value
    if abs(by) < SAME:
        return '<span class="same" title="as the baseline">=</span>'
    is_better = (by < 0) == metric.is_lower_better
    word = "better" if is_better else "worse"
    arrow = "▲" if by > 0 else "▼"
    return f'<span class="{word}" title="{word} than the baseline">{arrow} {abs(by):.3f}</span>'


def _bar(verdicts: Counter[Verdict]) -> str:
    """How many samples are right, missed, wrong, as one bar and in words."""
    n = verdicts.total()
    at = 0.0
    parts, words = [], []
    for verdict in reversed(VERDICTS):
        if not verdicts[verdict]:
            continue
        width = 100 * verdicts[verdict] / n
        name = verdict.replace(" ", "-")
        parts.append(
            f'<rect class="v-{name}" x="{at:.2f}%" width="{width:.2f}%" y="0" height="10"/>'
        )
        words.append(f"{verdicts[verdict]} {verdict}")
        at += width
    told = ", ".join(words)
    return (
        f'<svg class="bar" height="10" role="img" aria-label="{told}">{"".join(parts)}</svg>'
        f'<p class="told">{told}</p>'
    )
