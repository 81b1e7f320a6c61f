"""One page of HTML that opens offline: metrics with their intervals, and every sample."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.evals.scoring import Metric, Score

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%}td,th{padding:.2rem .6rem;text-align:left;vertical-align:top}
tr{border-bottom:1px solid #ddd}pre{white-space:pre-wrap;margin:0;font-size:13px}
.wrong{background:#fff3f0}svg{display:block}@media(prefers-color-scheme:dark){body{background:#1b1b1b;
color:#ddd}.wrong{background:#3a2420}tr{border-color:#444}}
"""
SCRIPT = """
for (const s of document.querySelectorAll('select')) s.onchange = () => {
  const [task, lang, kind] = [...document.querySelectorAll('select')].map(x => x.value);
  for (const r of document.querySelectorAll('tr[data-task]'))
    r.hidden = (task && r.dataset.task !== task) || (lang && r.dataset.lang !== lang) ||
      (kind && r.dataset.kind !== kind);
};
"""
WIDTH = 240
WRONG = ("fp", "fn", "wrong", "bad", "inexact", "other_cause", "not_restored", "protected")


def is_wrong(score: Score) -> bool:
    """Whether anything about a sample is not as it should be."""
    return any(score.counts[name] for name in WRONG)


def html_report(
    model: str, metrics: Sequence[Metric], baseline: dict[str, float], scores: Sequence[Score]
) -> str:
    """The report; text of samples is escaped, and nothing is loaded from anywhere."""
    tasks = sorted({metric.task for metric in metrics})
    langs = sorted({score.result.sample.lang for score in scores})
    rows = "".join(_metric_row(metric, baseline.get(key(metric))) for metric in metrics)
    worst = sorted(scores, key=lambda score: (not is_wrong(score), score.result.sample.name))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>refiner eval: {escape(model)}"
        f"</title><style>{STYLE}</style><h1>{escape(model)}: {len(scores)} samples</h1>"
        f"<p>{_choice('task', tasks)} {_choice('language', langs)} "
        f"{_choice('samples', ['wrong', 'right'])}</p><table><tr><th>task<th>language<th>metric"
        f"<th>value<th>95 % interval; the mark is the baseline<th>n{rows}</table><h2>Samples</h2>"
        "<table><tr><th>sample<th>input<th>target<th>result"
        + "".join(map(_sample_row, worst))
        + f"</table><script>{SCRIPT}</script></html>"
    )


def key(metric: Metric) -> str:
    """A metric's name in a baseline."""
    return f"{metric.task}/{metric.lang}/{metric.name}"


def _choice(name: str, values: Sequence[str]) -> str:
    options = "".join(f"<option>{escape(value)}" for value in values)
    return f"<label>{name} <select><option value=''>all{options}</select></label>"


def _metric_row(metric: Metric, before: float | None) -> str:
    top = 100.0 if metric.high > 1 else 1.0
    low, value, high = (WIDTH * max(0.0, x) / top for x in (metric.low, metric.value, metric.high))
    mark = (
        ""
        if before is None
        else (f"<rect x={WIDTH * max(0.0, before) / top:.1f} y=0 width=2 height=16 fill='#c60'/>")
    )
    plot = (
        f"<svg width={WIDTH} height=16><rect width={WIDTH} y=7 height=2 fill='#8884'/>"
        f"<rect x={low:.1f} y=5 width={max(high - low, 1):.1f} height=6 fill='#48c'/>"
        f"<circle cx={value:.1f} cy=8 r=4 fill='#124'/>{mark}</svg>"
    )
    return (
        f"<tr data-task={metric.task} data-lang={metric.lang}><td>{metric.task}<td>{metric.lang}"
        f"<td>{escape(metric.name)}<td>{metric.value:.3f}<td>{plot}<td>{metric.n}"
    )


def _sample_row(score: Score) -> str:
    sample = score.result.sample
    wrong = is_wrong(score)
    target = (
        "clean" if sample.is_clean else "\n".join(f"{k}: {v}" for k, v in sample.target.items())
    )
    result = "\n".join(f"{p.task}: {p.after}" for p in score.result.proposals)
    return (
        f"<tr data-task={sample.task} data-lang={sample.lang} data-kind={'wrong' if wrong else 'right'}"
        f"{' class=wrong' if wrong else ''}><td>{escape(sample.name)}<br><small>{escape(sample.note)}"
        f"</small><td><pre>{escape(sample.page.decode())}</pre><td><pre>{escape(target)}</pre>"
        f"<td><pre>{escape(result)}</pre><b>{escape(score.remark)}</b>"
    )
