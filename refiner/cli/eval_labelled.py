"""`refiner eval --graph --labels`: items of a graph held against a reader's labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from refiner.cli.eval_run import golden_of
from refiner.cli.options import task_names
from refiner.messages import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cli.eval_run import EvalRun
    from refiner.graph.target import Target

# What `--show` knows beside the tasks.
SHOWN_TOO = ("harm", "faultless")


def score_labels(
    run: EvalRun, graph: Path, labels: Path, baselines: Path, show: Sequence[str]
) -> None:
    """Score labelled items, print the figures and what was asked to be shown."""
    from refiner.cli.output import data_line
    from refiner.evals.label_metrics import label_metrics
    from refiner.evals.labelled import asking, find_items, with_proposals
    from refiner.evals.labels import read_labels
    from refiner.evals.metrics import as_json as to_json
    from refiner.evals.scorers.labelled import score_labelled

    shown = [name for name in show if name not in SHOWN_TOO]
    task_names(shown)
    target = _graph(graph)
    settings = run.settings(target.root)
    items = find_items(read_labels(labels), target, settings, labels)
    with asking(items, target, settings, tasks=run.tasks, ledger_file=run.ledger) as asked:
        report = run.refine(asked)
        if report is None:
            return
        scores = [score_labelled(item) for item in with_proposals(items, asked)]
    measured = label_metrics(scores, run.tasks)
    golden = golden_of(baselines, settings.model)
    if run.is_json:
        for metric in measured:
            data_line(to_json(metric))
    else:
        from refiner.evals.show import shown_faults
        from refiner.evals.table import print_tables

        for line in shown_faults(scores, show):
            typer.echo(line)
        print_tables(measured, golden, report, f"{len(scores)} labelled items", "golden samples")
    if run.html is not None:
        from refiner.evals.report.labelled import labelled_report

        written = labelled_report(settings.model, measured, golden, scores, report)
        run.html.write_text(written, encoding="utf-8")


def write_labels(graph: Path, labels: Path, count: int) -> None:
    """Write a skeleton of labels."""
    from refiner.cli.output import say
    from refiner.evals.skeleton import write_skeleton
    from refiner.settings import load_settings

    target = _graph(graph)
    written = write_skeleton(labels, target, load_settings(target.root), count)
    say(
        f"`{labels}` holds {count_of(written, 'item')} to label; "
        "docs/labelling.md tells what each key means"
    )


def _graph(folder: Path) -> Target:
    """The graph that a folder is.

    Raises:
        UserError: It does not exist, or is no graph.
    """
    from dataclasses import replace

    from refiner.graph.target import locate

    return replace(locate([folder]), pages=None)
