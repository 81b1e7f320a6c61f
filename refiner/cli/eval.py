"""`refiner eval`: golden samples, or a person's labelled items, through the real pipeline, scored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from refiner.cli.eval_labelled import score_labels, write_labels
from refiner.cli.eval_mine import Beside, score_mine
from refiner.cli.eval_run import EvalRun
from refiner.cli.options import BaseUrl, Insecure, Json, Model, ModelGrade, Tasks, task_names
from refiner.errors import UsageError

if TYPE_CHECKING:
    from refiner.evals.baselines import Comparison

Split = Literal["dev", "test", "all"]


def evaluate(
    *,
    samples: Annotated[Path, typer.Option(help="The folder of samples.")] = Path("fixtures/golden"),
    split: Annotated[Split, typer.Option(help="`dev` to tune on, `test` to measure.")] = "all",
    task: Tasks = None,
    each: Annotated[
        int, typer.Option(help="Of each task one sample in so many, always the same.", min=1)
    ] = 1,
    graph: Annotated[
        Path | None,
        typer.Option(help="With `--labels` or `--mine`: the graph; it is only read."),
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="A reader's labels of the graph's items, JSON lines.")
    ] = None,
    init: Annotated[
        int | None,
        typer.Option(help="Write a skeleton of labels for so many items, to fill in.", min=1),
    ] = None,
    show: Annotated[
        list[str] | None,
        typer.Option(
            help="Print what was missed or wrong on labelled items: a task, `harm`, `faultless`."
        ),
    ] = None,
    mine: Annotated[
        bool,
        typer.Option("--mine", help="Score your own decisions on a graph instead (default: here)."),
    ] = False,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    model_grade: ModelGrade = None,
    compare: Annotated[
        str | None, typer.Option(help="With `--mine`: another model, beside `--model`.")
    ] = None,
    examples: Annotated[
        bool,
        typer.Option(
            "--examples",
            help="With `--mine`: the model once more, with your own wordings as examples.",
        ),
    ] = False,
    ledger: Annotated[
        Path | None,
        typer.Option(
            help="Record answers in this file. A run with the same file again sends nothing that "
            "is recorded there, and scores the recorded answers.",
        ),
    ] = None,
    answers: Annotated[
        list[Path] | None,
        typer.Option(
            help="Score the answers of this file of batch results, and send nothing; may be repeated."
        ),
    ] = None,
    batch_out: Annotated[
        Path | None,
        typer.Option(help="Write what the model would be asked as batch requests; send nothing."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
    baselines: Annotated[Path, typer.Option(help="Their folder.")] = Path("eval/baselines"),
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Fail where a metric fell out of the interval of its baseline (same model, split, "
            "part and tasks), or is not measured any more.",
        ),
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="Write the baseline anew.")] = False,
    as_json: Json = False,
) -> None:
    """Measure detection, rewrites and corrections: on golden samples, your pages, your decisions.

    Any model serves: `--model none` for rules alone, `local`, an endpoint's, or answers that an
    earlier run recorded with `--ledger FILE`, or that a batch gave (`--answers FILE`).
    """
    flags = {
        "model": model,
        "base_url": base_url,
        "insecure": insecure or None,
        "model_grade": model_grade,
    }
    run = EvalRun(flags, ledger, task_names(task), answers or [], batch_out, html, is_json=as_json)
    is_golden = not (mine or graph or labels or init or show or compare or examples)
    if not is_golden and (check or update):
        raise UsageError("`--check` and `--update` are for the golden samples")
    if is_golden:
        _score_samples(run, _Samples(samples, split, each), baselines, check=check, update=update)
    elif mine:
        if labels or init or show or answers or batch_out or html:
            raise UsageError(
                "`--mine` takes a graph, a ledger, tasks and models: `--graph`, `--ledger`, "
                "`--task`, `--model`, `--compare`, `--examples`"
            )
        score_mine(run, graph or Path(), baselines, Beside(compare, with_examples=examples))
    elif compare or examples:
        raise UsageError("`--compare` and `--examples` go with `--mine`")
    elif graph is None or labels is None:
        raise UsageError(
            "`--graph` goes with `--labels`, and `--init` and `--show` with both: a graph, and the "
            "file of its labels",
            hint="`refiner eval --graph FOLDER --labels FILE --init 50` makes a skeleton to fill in",
        )
    elif init is not None:
        write_labels(graph, labels, init)
    else:
        score_labels(run, graph, labels, baselines, show or [])


@dataclass(frozen=True)
class _Samples:
    """Which golden samples."""

    folder: Path
    split: Split
    each: int


def _score_samples(
    run: EvalRun, samples: _Samples, baselines: Path, *, check: bool, update: bool
) -> None:
    from refiner.cli.output import data_line
    from refiner.errors import UserError
    from refiner.evals.baselines import Choice, compare, load_baselines, write_baseline
    from refiner.evals.metrics import as_json as to_json
    from refiner.evals.metrics import cost_metrics, metrics
    from refiner.evals.run import asking, results
    from refiner.evals.samples import load_samples
    from refiner.evals.scorers import score

    settings = run.settings(samples.folder)
    choice = Choice(settings.model, samples.split, samples.each, tuple(sorted(run.tasks)))
    split = None if samples.split == "all" else samples.split
    chosen = load_samples(samples.folder, split, run.tasks, samples.each)
    with asking(chosen, settings) as asked:
        report = run.refine(asked)
        if report is None:
            return
        refined = results(chosen, asked)
    scores = [score(result) for result in refined]
    measured = metrics(scores) + cost_metrics(refined)
    known = load_baselines(baselines)
    baseline = next((one for one in known if one.choice == choice), None)
    if run.is_json:
        for metric in measured:
            data_line(to_json(metric))
    else:
        from refiner.evals.table import print_tables

        print_tables(measured, baseline, report, f"{len(scores)} samples")
    if run.html is not None:
        from refiner.evals.report import html_report

        written = html_report(choice, measured, known, scores, report)
        run.html.write_text(written, encoding="utf-8")
    if update:
        write_baseline(baselines, choice, len(scores), measured)
    if check:
        if baseline is None:
            raise UserError(
                f"there is no baseline `{baselines / choice.file_name}`",
                hint="`refiner eval --update` makes one",
            )
        _tell(compare(measured, baseline))


def _tell(found: Comparison) -> None:
    """Say what moved; end with an error where something fell.

    Raises:
        UserError: A metric fell out of its interval.
    """
    from refiner.cli.output import say
    from refiner.errors import UserError

    for name, moved in (("lower, inside its interval", found.lower), ("risen", found.risen)):
        for one in moved:
            say(f"{name}: {one}")
    if found.fallen:
        raise UserError("worse than the baseline:\n  " + "\n  ".join(found.fallen))
