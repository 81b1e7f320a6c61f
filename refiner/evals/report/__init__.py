"""The golden samples' report: figures beside the baselines, and every sample."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from refiner.evals.report.cases import case_cards
from refiner.evals.report.page import LANGS, filters, html_page, legend, page_head, sent_facts
from refiner.evals.report.plots import PER_MODEL, Series, plot_sections
from refiner.evals.report.summary import summary_cards, task_order
from refiner.evals.scorers import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.evals.baselines import Baseline, Choice
    from refiner.evals.metrics import Metric
    from refiner.evals.scorers import Score
    from refiner.pipeline.report import Report


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
    model = escape(choice.model)
    main = [
        '<section aria-labelledby="summary"><h2 id="summary">By task</h2>',
        f'<div class="cards">{summary_cards(tasks, measured, series, scores)}</div></section>',
        '<section aria-labelledby="figures"><h2 id="figures">Figures</h2>',
        legend(series),
        plot_sections(tasks, measured, series, LANGS),
        '</section><section aria-labelledby="samples"><h2 id="samples">Samples, worst first</h2>',
        f'<p id="count" role="status">{len(scores)} samples</p>',
        f'<p id="elsewhere" hidden>Samples are of {model}; other models have figures alone.</p>',
        case_cards(scores, LANGS),
        "</section>",
    ]
    langs = {score.result.sample.lang for score in scores}
    chosen = filters(tasks, langs, series, VERDICTS)
    return html_page(f"refiner eval: {choice.model}", _head(choice, scores, report), chosen, main)


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
    verdicts = Counter(score.verdict for score in scores)
    facts = [
        ("model", choice.model),
        ("samples", f"{len(scores):,} ({choice.part})"),
        ("right", f"{verdicts['right']:,} of {len(scores):,}"),
    ]
    return page_head(choice.model, [*facts, *sent_facts(report)])
