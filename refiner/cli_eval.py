"""`refiner eval`: the golden samples through the real pipeline, scored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from refiner.options import BaseUrl, Insecure, Json, LedgerFile, Model, Tasks

if TYPE_CHECKING:
    from refiner.evals.scoring import Metric
    from refiner.report import Report

Split = Literal["dev", "test", "all"]


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
    ledger: LedgerFile = None,
    html: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
    baselines: Annotated[Path, typer.Option(help="Their folder.")] = Path("eval/baselines"),
    check: Annotated[
        bool, typer.Option("--check", help="Fail where a metric fell below its interval.")
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="Write the baseline anew.")] = False,
    as_json: Json = False,
) -> None:
    """Measure detection, rewrites and corrections on the golden samples."""
    import json

    from refiner.evals.report import html_report, key
    from refiner.evals.running import run
    from refiner.evals.samples import load_samples
    from refiner.evals.scoring import metrics, score, usage_metrics
    from refiner.settings import load_settings
    from refiner.terminal import progress_watcher

    flags = {"model": model, "base_url": base_url, "insecure": insecure or None, "ledger": ledger}
    settings = load_settings(samples, flags)
    chosen = load_samples(samples, None if split == "all" else split, task or (), each)
    with progress_watcher(quiet=as_json) as watcher:
        results, report = run(chosen, settings, watcher)
    scores = [score(result) for result in results]
    measured = metrics(scores) + usage_metrics(report, len(scores))
    part = "" if each == 1 else f"-{each}"
    name = settings.model.replace("/", "-") + ("" if split == "all" else f"-{split}") + part
    path = baselines / f"{name}.json"
    baseline = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if as_json:
        for metric in measured:
            typer.echo(json.dumps(metric._asdict()))
    else:
        _print(measured, report, len(scores))
    if html is not None:
        before = {name: entry["value"] for name, entry in baseline.items()}
        html.write_text(html_report(settings.model, measured, before, scores), encoding="utf-8")
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {
            key(m): {
                "value": round(m.value, 4),
                "low": round(m.low, 4),
                "high": round(m.high, 4),
                "n": m.n,
            }
            for m in measured
            if m.task != "run"
        }
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    if check:
        _check(measured, baseline, path)


def _check(measured: list[Metric], baseline: dict[str, dict[str, float]], path: Path) -> None:
    from refiner.errors import UserError
    from refiner.evals.report import key

    if not baseline:
        raise UserError(f"there is no baseline `{path}`", hint="`refiner eval --update` makes one")
    fallen = []
    for metric in measured:
        before = baseline.get(key(metric))
        if before is None:
            continue
        is_worse = (
            metric.value > before["high"]
            if metric.name in {"false edits per 100 clean", "protected spans touched", "abstained"}
            else metric.value < before["low"]
        )
        if is_worse:
            fallen.append(
                f"{key(metric)} is {metric.value:.3f}, outside {before['low']:.3f} to {before['high']:.3f}"
            )
    if fallen:
        raise UserError("worse than the baseline: " + "; ".join(fallen))


def _print(measured: list[Metric], report: Report, count: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("task", "language", "metric", "value", "95 % interval", "n", box=None)
    for m in measured:
        if m.lang == "all" and (": " not in m.name or m.task == "run"):
            table.add_row(
                m.task, m.lang, m.name, f"{m.value:.3f}", f"{m.low:.3f} to {m.high:.3f}", str(m.n)
            )
    console = Console()
    console.print(table)
    usage = report.usage
    console.print(
        f"{count} samples, {report.requests} requests, {usage.prompt_tokens} tokens in, "
        f"{usage.completion_tokens} out, {report.seconds:.1f} s"
    )
    for guard, times in report.abstentions.most_common():
        console.print(f"  abstained {times}: {guard}", markup=False)
