"""Metrics as tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from refiner.evals.metrics import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.evals.baselines import Baseline
    from refiner.evals.metrics import Metric
    from refiner.pipeline.report import Report

UNSCORED = "unscored"


def print_tables(
    measured: Sequence[Metric],
    baseline: Baseline | None,
    report: Report,
    counted: str,
    beside: str = "baseline",
) -> None:
    """All languages together with other figures beside, rules and guards, and what it cost.

    Args:
        measured: All metrics of the run.
        baseline: What stands beside them, under the same keys.
        report: What the run sent.
        counted: How many of what were scored, for a person.
        beside: What the baseline's column is called.
    """
    console = Console(highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("task", "metric", "value", "95 % interval", "n", beside):
        table.add_column(name, justify="left" if name in {"task", "metric"} else "right")
    task = ""
    for metric in measured:
        if metric.lang != "all" or metric.rule:
            continue
        before = None if baseline is None else baseline.metrics.get(metric.key)
        was = "" if before is None else number(before.value)
        shown = metric.task if metric.task != task else ""
        task = metric.task
        table.add_row(
            shown, metric.name, number(metric.value), interval(metric), str(metric.n), was
        )
    console.print(table)
    rules = [metric for metric in measured if metric.rule]
    _print_rules(console, "rule", [metric for metric in rules if metric.name != REFUSED])
    _print_rules(console, "guard", [metric for metric in rules if metric.name == REFUSED])
    usage = report.usage
    console.print(
        f"{counted}; sent now: {report.requests} requests, {usage.prompt_tokens} tokens in, "
        f"{usage.completion_tokens} out, in {report.seconds:.1f} s; {report.cached} answers were "
        "recorded"
    )
    for guard, times in report.abstentions.most_common():
        console.print(f"  abstained {times}: {guard}", markup=False)


def print_mine(
    part: str,
    runs: Sequence[tuple[str, Sequence[Metric]]],
    golden: Baseline | None,
    gained: Sequence[Metric] = (),
) -> None:
    """A half of a person's pages: each run's figures side by side, and the golden ones.

    Args:
        part: The half's name.
        runs: Name and metrics of each, in the same order.
        golden: What the first run's model is worth on the golden samples.
        gained: What the last run gains over the first.
    """
    console = Console(highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False, title=part, title_justify="left")
    for name in ("task", "metric"):
        table.add_column(name)
    table.add_column("n", justify="right")
    for model, _ in runs:
        table.add_column(model, justify="right")
        table.add_column("95 % interval", justify="right")
    table.add_column("golden samples", justify="right")
    task = ""
    for metrics in zip(*(metrics for _, metrics in runs), strict=True):
        first = metrics[0]
        before = None if golden is None else golden.metrics.get(first.key)
        figures = [cell for one in metrics for cell in (number(one.value), interval(one))]
        was = "" if before is None else number(before.value)
        table.add_row(
            first.task if first.task != task else "", first.name, str(first.n), *figures, was
        )
        task = first.task
    console.print(table)
    for metric in gained:
        told = f"{number(metric.value)} ({interval(metric)}), n {metric.n}"
        console.print(f"{metric.name}: {told}", markup=False)


def number(value: float | None) -> str:
    """A figure for a person."""
    if value is None:
        return UNSCORED
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"  # noqa: PLR2004 - two digits


def interval(metric: Metric) -> str:
    """The bounds of a figure's interval for a person."""
    if metric.low is None or metric.high is None:
        return ""
    return f"{number(metric.low)} to {number(metric.high)}"


def _print_rules(console: Console, what: str, measured: Iterable[Metric]) -> None:
    by_rule: dict[tuple[str, str], dict[str, Metric]] = {}
    for metric in measured:
        by_rule.setdefault((metric.task, metric.rule), {})[metric.name] = metric
    if not by_rule:
        return
    names = list(dict.fromkeys(name for own in by_rule.values() for name in own))
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("task", no_wrap=True)
    table.add_column(what, no_wrap=True)
    for name in names:
        table.add_column(name, justify="right")
    for (task, rule), own in by_rule.items():
        cells = [number(own[name].value) if name in own else "" for name in names]
        table.add_row(task, rule, *cells)
    console.print(table)
