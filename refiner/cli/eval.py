"""`refiner eval`: the golden samples through the real pipeline, scored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from refiner.cli.options import BaseUrl, Insecure, Json, Model, Tasks

if TYPE_CHECKING:
    from refiner.evals.baselines import Comparison
    from refiner.pipeline.report import Report

Split = Literal["dev", "test", "all"]
# Requests that never came to an answer, whatever the model would have said.
LOST = ("transport", "limit")


def evaluate(
    *,
    samples: Annotated[Path, typer.Option(help="The folder of samples.")] = Path("fixtures/golden"),
    split: Annotated[Split, typer.Option(help="`dev` to tune on, `test` to measure.")] = "all",
    task: Tasks = None,
    each: Annotated[
        int, typer.Option(help="Of each task only every so many-th sample.", min=1)
    ] = 1,
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
    """Measure detection, rewrites and corrections on the golden samples.

    Any model serves: `--model none` for rules alone, `local`, an endpoint's, or answers that an
    earlier run recorded with `--ledger FILE`.
    """
    from refiner.cli.output import data_line
    from refiner.cli.progress import progress_watcher
    from refiner.errors import UserError
    from refiner.evals.baselines import Choice, compare, load_baselines, write_baseline
    from refiner.evals.metrics import as_json as to_json
    from refiner.evals.metrics import cost_metrics, metrics
    from refiner.evals.run import run
    from refiner.evals.samples import load_samples
    from refiner.evals.scorers import score
    from refiner.pipeline.select import model_choice
    from refiner.settings import load_settings

    flags = {"model": model, "base_url": base_url, "insecure": insecure or None, "ledger": ledger}
    settings = load_settings(samples, flags)
    model_choice(settings).check()
    choice = Choice(settings.model, split, each, tuple(sorted(task or ())))
    chosen = load_samples(samples, None if split == "all" else split, task or (), each)
    with progress_watcher(quiet=as_json) as watcher:
        results, report = run(chosen, settings, watcher)
    _refuse_half_a_run(report)
    scores = [score(result) for result in results]
    measured = metrics(scores) + cost_metrics(results)
    known = load_baselines(baselines)
    baseline = next((one for one in known if one.choice == choice), None)
    if as_json:
        for metric in measured:
            data_line(to_json(metric))
    else:
        from refiner.evals.table import print_tables

        print_tables(measured, baseline, report, len(scores))
    if html is not None:
        from refiner.evals.report import html_report

        html.write_text(html_report(choice, measured, known, scores, report), encoding="utf-8")
    if update:
        write_baseline(baselines, choice, len(scores), measured)
    if check:
        if baseline is None:
            raise UserError(
                f"there is no baseline `{baselines / choice.file_name}`",
                hint="`refiner eval --update` makes one",
            )
        _tell(compare(measured, baseline))


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
