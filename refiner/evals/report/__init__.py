"""One page of HTML that opens offline: figures beside the baselines, and every sample.

All text of samples is escaped, and the page's policy lets nothing run or load but the page's own
style and script, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from refiner.evals.report.cases import case_cards
from refiner.evals.report.plots import PER_MODEL, Series, plot_sections
from refiner.evals.report.summary import summary_cards, task_order
from refiner.evals.scorers import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refiner.evals.baselines import Baseline, Choice
    from refiner.evals.metrics import Metric
    from refiner.evals.scorers import Score
    from refiner.pipeline.report import Report

# In the order of a figure's rows.
LANGS = {"all": "all languages", "en": "English", "es": "Spanish", "ca": "Catalan"}
ANYTHING_WRONG = "not right"


def html_report(
    choice: Choice,
    measured: Sequence[Metric],
    baselines: Sequence[Baseline],
    scores: Sequence[Score],
    report: Report,
) -> str:
    """The report of a run, beside every baseline.

    Args:
        choice: The run's model and samples.
        measured: All its metrics.
        baselines: The run's own becomes a mark, the others stand beside it.
        scores: Of each sample.
        report: What the run sent.
    """
    series = _series(choice, measured, baselines)
    tasks = task_order(score.result.sample.task for score in scores)
    style, script = _own_file("page.css"), _own_file("page.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; "
        f"script-src 'sha256-{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )
    model = escape(choice.model)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>refiner eval: {model}</title><style>{style}</style></head><body>",
        '<a class="skip" href="#samples">Skip to the samples</a>',
        _head(choice, scores, report),
        _filters(tasks, scores, series),
        '<main><section aria-labelledby="summary"><h2 id="summary">By task</h2>',
        f'<div class="cards">{summary_cards(tasks, measured, series, scores)}</div></section>',
        '<section aria-labelledby="figures"><h2 id="figures">Figures</h2>',
        _legend(series),
        plot_sections(tasks, measured, series, LANGS),
        '</section><section aria-labelledby="samples"><h2 id="samples">Samples, worst first</h2>',
        f'<p id="count" role="status">{len(scores)} samples</p>',
        f'<p id="elsewhere" hidden>Samples are of {model}; other models have figures alone.</p>',
        case_cards(scores, LANGS),
        f"</section></main><script>{script}</script></body></html>",
    ]
    return "".join(parts)


def _series(
    choice: Choice, measured: Sequence[Metric], baselines: Sequence[Baseline]
) -> list[Series]:
    """The run, with its baseline as a mark; then the other baselines, those of like samples first."""
    own = next((one for one in baselines if one.choice == choice), None)
    run = Series(choice.model, choice.part, 0, {m.key: m.estimate for m in measured}, {})
    if own is not None:
        run = run._replace(before=own.metrics)
    others = sorted(
        (one for one in baselines if one.choice != choice),
        key=lambda one: (one.choice.part != choice.part, one.choice.file_name),
    )
    beside = [
        Series(one.choice.model, one.choice.part, number, one.metrics, {})
        for number, one in enumerate(others[: PER_MODEL - 1], 1)
    ]
    return [run, *beside]


def _head(choice: Choice, scores: Sequence[Score], report: Report) -> str:
    usage = report.usage
    verdicts = Counter(score.verdict for score in scores)
    facts = [
        ("model", choice.model),
        ("samples", f"{len(scores):,} ({choice.part})"),
        ("right", f"{verdicts['right']:,} of {len(scores):,}"),
        ("requests", f"{report.requests:,} sent, {report.cached:,} recorded"),
        ("tokens", f"{usage.prompt_tokens:,} in, {usage.completion_tokens:,} out"),
        ("time", f"{report.seconds:,.1f} s"),
    ]
    told = "".join(f"<div><dt>{name}</dt><dd>{escape(said)}</dd></div>" for name, said in facts)
    return (
        f'<header class="top"><h1>refiner eval: <em>{escape(choice.model)}</em></h1>'
        f'<dl class="facts">{told}</dl></header>'
    )


def _filters(tasks: Sequence[str], scores: Sequence[Score], series: Sequence[Series]) -> str:
    langs = sorted({score.result.sample.lang for score in scores})
    choices = [
        ("task", [(task, task) for task in tasks], ""),
        ("language", [(lang, LANGS.get(lang, lang)) for lang in langs], ""),
        ("model", [(str(one.number), one.label) for one in series], ""),
        ("verdict", [(v, v) for v in (ANYTHING_WRONG, *VERDICTS)], ANYTHING_WRONG),
    ]
    selects = "".join(_select(name, options, chosen) for name, options, chosen in choices)
    return (
        f'<form class="filters" role="search" aria-label="Filters">{selects}<label class="wide">'
        'text<input id="text" type="search" autocomplete="off" placeholder="in the samples">'
        "</label></form>"
    )


def _select(name: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    written = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in options
    )
    return (
        f'<label>{name}<select id="{name}"><option value="">all</option>{written}</select></label>'
    )


def _legend(series: Sequence[Series]) -> str:
    items = "".join(
        f'<li data-model="{one.number}"><svg width="18" height="18" aria-hidden="true">'
        f"{one.mark('50%', 9)}</svg> {escape(one.label)}{'' if one.number else ', this run'}</li>"
        for one in series
    )
    before = (
        '<li><svg width="18" height="18" aria-hidden="true"><rect class="before" x="50%" y="1" '
        'width="3" height="16"/></svg> baseline of this run</li>'
        if series[0].before
        else "<li>this run has no baseline yet</li>"
    )
    return (
        f'<ul class="legend">{items}{before}<li><svg width="30" height="18" aria-hidden="true">'
        '<line class="s0" x1="2" x2="28" y1="9" y2="9"/></svg> 95 % interval</li></ul>'
    )


def _own_file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
