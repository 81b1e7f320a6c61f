"""The labelled items' report: figures, and each item with what was missed or wrong about it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from refiner.evals.report.cases import page_text, proposal_card
from refiner.evals.report.page import LANGS, filters, html_page, legend, page_head, sent_facts
from refiner.evals.report.plots import Series, plot_sections
from refiner.evals.report.summary import task_order
from refiner.evals.scorers.labelled import KINDS, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.evals.baselines import Baseline
    from refiner.evals.metrics import Metric
    from refiner.evals.scorers.labelled import LabelScore
    from refiner.pipeline.report import Report

RIGHT = Fault("", "right")
SIGNS = {"harmed": "‼", "false alarm": "✕", "wrong": "✕", "missed": "○", "to read": "…"}
# Of its page, an item shows so much before and behind.
AROUND = 300


def labelled_report(
    name: str,
    measured: Sequence[Metric],
    golden: Baseline | None,
    scores: Sequence[LabelScore],
    report: Report,
) -> str:
    """The report of a run on labelled items.

    Args:
        name: The model's.
        measured: All metrics of the run.
        golden: What the model is worth on the golden samples, to stand beside; None where that
            was not measured.
        scores: Of each labelled item.
        report: What the run sent.
    """
    series = [Series(name, "labelled items", 0, {m.key: m.estimate for m in measured}, {})]
    if golden is not None:
        series.append(Series(golden.choice.model, "golden samples", 1, golden.metrics, {}))
    tasks = task_order(metric.task for metric in measured)
    faults = [(fault, one) for one in scores for fault in one.faults or (RIGHT,)]
    faults.sort(key=lambda pair: ((*KINDS, "right").index(pair[0].kind), pair[1].item.label.place))
    right = sum(not one.faults for one in scores)
    facts = [
        ("model", name),
        ("items", f"{len(scores):,}"),
        ("without a remark", f"{right:,} of {len(scores):,}"),
    ]
    main = [
        '<section aria-labelledby="figures"><h2 id="figures">Figures</h2>',
        legend(series),
        plot_sections(tasks, measured, series, LANGS),
        '</section><section aria-labelledby="samples"><h2 id="samples">Items, worst first</h2>',
        f'<p id="count" role="status">{len(faults)} remarks</p>',
        '<p id="elsewhere" hidden>The golden samples have figures alone.</p>',
        *(_card(fault, one) for fault, one in faults),
        "</section>",
    ]
    langs = {one.item.label.lang for one in scores if one.item.label.lang}
    shown = [*tasks, *sorted({fault.task for fault, _ in faults} - {*tasks, ""})]
    chosen = filters(shown, langs, series, [*KINDS, "right"])
    head = page_head(name, [*facts, *sent_facts(report)])
    return html_page(f"refiner eval: {name} on labelled items", head, chosen, main)


def _card(fault: Fault, score: LabelScore) -> str:
    item, label = score.item, score.item.label
    kind = fault.kind.replace(" ", "-")
    is_open = "" if fault is RIGHT else " open"
    remark = f'<p class="remark">{escape(fault.remark)}</p>' if fault.remark else ""
    note = f'<p class="note">{escape(label.note)}</p>' if label.note else ""
    start = max(0, item.start - AROUND)
    # From a whole line on, to a whole line.
    start = item.page.rfind(b"\n", 0, start) + 1
    end = item.page.find(b"\n", min(len(item.page), item.end + AROUND))
    part = item.page[start : end if end >= 0 else len(item.page)]
    shown = page_text(part, item.start - start, item.end - start)
    made = "".join(map(proposal_card, item.proposals)) or "<p>Nothing is proposed.</p>"
    return (
        f'<details class="case v-{kind}" data-task="{escape(fault.task)}" '
        f'data-lang="{escape(label.lang)}" data-verdict="{fault.kind}"{is_open}><summary>'
        f'<span class="badge">{SIGNS.get(fault.kind, "✓")} {escape(f"{fault.task} {fault.kind}")}'
        f"</span> <code>{escape(label.place)}</code></summary>{remark}{note}"
        f'<div class="sides"><section><h4>Item</h4>{shown}</section>'
        f"<section><h4>Label</h4>{_label(score)}</section>"
        f"<section><h4>Proposals</h4>{made}</section></div></details>"
    )


def _label(score: LabelScore) -> str:
    """What the reader said, but for what is empty or in order."""
    skipped = {"page", "line", "note", "text"}
    said = score.item.label.model_dump(mode="json", exclude=skipped)
    rows = "".join(
        f"<dt>{escape(key.replace('_', ' '))}</dt><dd>{_value(value)}</dd>"
        for key, value in said.items()
        if value not in (None, False, [], "")
    )
    return f"<dl>{rows}</dl>"


def _value(value: object) -> str:
    if value is True:
        return "yes"
    if isinstance(value, dict):
        wrong, right = escape(str(value["wrong"])), escape(str(value["right"]))
        return f"<del>{wrong}</del> → <ins>{right}</ins>"
    if isinstance(value, list):
        return "<br>".join(map(_value, value))
    text = escape(str(value))
    return f"<pre>{text}</pre>" if "\n" in text else text
