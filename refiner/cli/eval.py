"""`refiner eval`: golden samples, or a person's labelled items, through the real pipeline, scored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from refiner.cli.options import BaseUrl, Insecure, Json, Model, Tasks, task_names
from refiner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refiner.evals.asking import Asking
    from refiner.evals.baselines import Baseline, Comparison
    from refiner.graph.target import Target
    from refiner.pipeline.report import Report
    from refiner.settings import Settings
    from refiner.tasks.model import TaskName

Split = Literal["dev", "test", "all"]
# Requests that never came to an answer, whatever the model would have said.
LOST = ("transport", "limit")
# What `--show` knows beside the tasks.
SHOWN_TOO = ("harm", "faultless")


def evaluate(
    *,
    samples: Annotated[Path, typer.Option(help="The folder of samples.")] = Path("fixtures/golden"),
    split: Annotated[Split, typer.Option(help="`dev` to tune on, `test` to measure.")] = "all",
    task: Tasks = None,
    each: Annotated[
        int, typer.Option(help="Of each task only every so many-th sample.", min=1)
    ] = 1,
    graph: Annotated[
        Path | None,
        typer.Option(help="Score items of this graph instead; it is only read (`--labels`)."),
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
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
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
    """Measure detection, rewrites and corrections on golden samples, or on your own pages.

    Any model serves: `--model none` for rules alone, `local`, an endpoint's, or answers that an
    earlier run recorded with `--ledger FILE`, or that a batch gave (`--answers FILE`).
    """
    flags = {"model": model, "base_url": base_url, "insecure": insecure or None}
    run = _Run(flags, ledger, task_names(task), answers or [], batch_out, html, is_json=as_json)
    if graph is None and labels is None and init is None:
        if show:
            raise UsageError(
                "`--show` prints labelled items: it goes with `--graph` and `--labels`"
            )
        _score_samples(run, _Samples(samples, split, each), baselines, check=check, update=update)
        return
    if graph is None or labels is None:
        raise UsageError(
            "`--graph`, `--labels` and `--init` go together: a graph, and the file of its labels",
            hint="`refiner eval --graph FOLDER --labels FILE --init 50` makes a skeleton to fill in",
        )
    if check or update:
        raise UsageError("`--check` and `--update` are for the golden samples")
    if init is not None:
        _write_skeleton(graph, labels, init)
        return
    _score_labelled(run, graph, labels, baselines, show or [])


@dataclass(frozen=True)
class _Run:
    """What the command line says about the model and about what is printed."""

    flags: Mapping[str, str | bool | None]
    ledger: Path | None
    tasks: tuple[TaskName, ...]
    answers: Sequence[Path]
    batch_out: Path | None
    html: Path | None
    is_json: bool

    def settings(self, root: Path) -> Settings:
        """The settings of a graph, or of the samples' folder; nothing is sent for a file's sake.

        Raises:
            UsageError: A model that is unknown, or that no batch can be made for.
        """
        from refiner.evals.asking import RECORDED, never_sending
        from refiner.pipeline.options import model_choice
        from refiner.settings import load_settings

        settings = load_settings(root, {**self.flags, "ledger": self.ledger})
        if self.answers or self.batch_out is not None:
            if self.flags["model"] is None and settings.base_url is None:
                settings = settings.model_copy(update={"model": RECORDED})
            if settings.model in {"none", "local"} or settings.model.endswith(".gguf"):
                raise UsageError(
                    f"batches are for a model behind an endpoint, and `{settings.model}` is not one",
                    hint="leave `--model` out, or give the name that the requests were planned for",
                )
            settings = never_sending(settings)
        model_choice(settings).check()
        return settings

    def refine(self, asked: Asking) -> Report | None:
        """Run the pipeline as asked for; None where the plan was written instead.

        Raises:
            UserError: Not everything was answered.
        """
        from refiner.cli.output import say
        from refiner.cli.progress import shown_progress

        taken = asked.take(self.answers) if self.answers else None
        if taken is not None:
            say(
                f"recorded answers: took {taken.taken}, refused by guards {taken.refused}, "
                f"failed {taken.failed}, not in the plan {taken.unknown}"
            )
        if self.batch_out is not None:
            _write_batch(self.batch_out, asked)
            return None
        with shown_progress(quiet=self.is_json) as progress:
            report = asked.refine(progress)
        if taken is None:
            _refuse_half_a_run(report)
        else:
            _tell_missing(report, self.answers)
        return report


@dataclass(frozen=True)
class _Samples:
    """Which golden samples."""

    folder: Path
    split: Split
    each: int


def _score_samples(
    run: _Run, samples: _Samples, baselines: Path, *, check: bool, update: bool
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


def _score_labelled(
    run: _Run, graph: Path, labels: Path, baselines: Path, show: Sequence[str]
) -> None:
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
    golden = _golden(baselines, settings.model)
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


def _write_skeleton(graph: Path, labels: Path, count: int) -> None:
    from refiner.cli.output import say
    from refiner.evals.skeleton import write_skeleton
    from refiner.settings import load_settings

    target = _graph(graph)
    written = write_skeleton(labels, target, load_settings(target.root), count)
    say(
        f"`{labels}` holds {written} {'item' if written == 1 else 'items'} to label; "
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


def _golden(baselines: Path, model: str) -> Baseline | None:
    """What a model is worth on all golden samples, or else on those of the largest part."""
    from refiner.evals.baselines import load_baselines

    own = [one for one in load_baselines(baselines) if one.choice.model == model]
    return max(own, key=lambda one: one.samples, default=None)


def _write_batch(path: Path, asked: Asking) -> None:
    from refiner.cli.output import say
    from refiner.llm.openai_api.batch import write_batch

    requests = list(asked.plan().values())
    for file, count in write_batch(path, requests, asked.settings.model, asked.ledger):
        say(f"{file}: {count} {'request' if count == 1 else 'requests'}")


def _refuse_half_a_run(report: Report) -> None:
    """A model that was not heard on everything was not measured: its figures would be the rules'.

    An answer that the model cut short or refused to give is its own, and counts as none.

    Raises:
        UserError: Requests were lost on the way, or none was answered.
    """
    from refiner.errors import UserError

    is_silent = bool(report.failed) and not report.requests + report.cached
    if is_silent or any(report.failed[kind] for kind in LOST):
        failed = ", ".join(f"{times} {kind}" for kind, times in report.failed.items())
        raise UserError(
            f"not everything was answered, so nothing was scored: {failed} "
            f"({'; '.join(report.notes)})",
            hint="with `--ledger FILE` what was answered is kept, and the next run goes on",
        )


def _tell_missing(report: Report, files: Sequence[Path]) -> None:
    """Count the requests that files of answers say nothing about.

    Raises:
        UserError: They say nothing about any.
    """
    from refiner.cli.output import say
    from refiner.errors import UserError

    missing = report.failed["limit"]
    if missing and not report.cached:
        named = ", ".join(f"`{file}`" for file in files)
        raise UserError(
            f"{named}: holds an answer to none of the {missing} requests; nothing was scored",
            hint="`--batch-out FILE` writes them as they are planned now; `--model` has to be that "
            "of the plan",
        )
    if missing:
        verb = "request has" if missing == 1 else "requests have"
        say(f"{missing} {verb} no recorded answer; rules alone are scored there")


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
