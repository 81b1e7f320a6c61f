"""`refiner refine`: find what is wrong and propose better."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from refiner.cli.apply import write_accepted
from refiner.cli.options import (
    BaseUrl,
    Graph,
    Images,
    Insecure,
    Jobs,
    Json,
    LedgerFile,
    Model,
    ModelGrade,
    PageGlob,
    Paths,
    Quiet,
    Tasks,
    task_names,
)
from refiner.cli.output import (
    data_line,
    print_plan,
    print_report,
    say,
    tell_problems,
)
from refiner.errors import UsageError
from refiner.messages import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refiner.pipeline.engine import Engine
    from refiner.pipeline.options import Run
    from refiner.pipeline.report import Report
    from refiner.pipeline.select import Selection
    from refiner.pipeline.session import Session
    from refiner.settings import Settings


def refine(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    model_grade: ModelGrade = None,
    images: Images = None,
    task: Tasks = None,
    page: PageGlob = None,
    tag: Annotated[str | None, typer.Option(help="Only items with this tag.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only items that came in on this day (YYYY-MM-DD) or later.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many items.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Look at unchanged pages too.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Only what failed before.")
    ] = False,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="USD; sending stops before.")
    ] = None,
    max_requests: Annotated[int | None, typer.Option(min=0, help="Requests sent at most.")] = None,
    max_minutes: Annotated[float | None, typer.Option(min=0, help="Minutes of asking.")] = None,
    auto: Annotated[
        str | None, typer.Option(help="Accept these tasks at once, as `typo,whitespace`.")
    ] = None,
    reapply: Annotated[
        bool, typer.Option("--reapply", help="Accept and write what was accepted before.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan; send and keep nothing.")
    ] = False,
    batch_out: Annotated[
        Path | None,
        typer.Option(help="Write the plan as batch requests into a file or folder; send nothing."),
    ] = None,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="Where the work is done: `ray` for a cluster.")
    ] = "local",
    address: Annotated[
        str | None, typer.Option(help="Of a Ray cluster; default: one on this machine.")
    ] = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find what is wrong and propose better. Never touches a source page."""
    from refiner.pipeline.decide import auto_accept, with_auto
    from refiner.pipeline.options import Run
    from refiner.pipeline.session import open_session

    flags = {
        "model": model,
        "base_url": base_url,
        "insecure": insecure or None,
        "model_grade": model_grade,
        "images": images,
        "jobs": jobs,
        "max_cost_usd": max_cost,
        "max_requests": max_requests,
        "max_minutes": max_minutes,
        "ledger": ledger,
    }
    selection = _selection(page, since, limit, tag, task, is_fresh=fresh, only_failed=retry_failed)
    with (
        open_session(paths or [], graph, flags, is_writing=not dry_run, tell=say) as session,
        _opened(engine, address, session.settings) as workers,
    ):
        settings = with_auto(session.settings, auto)
        if dry_run or batch_out is not None:
            run = Run.of(session.target, settings, session.ledger, selection)
            _plan(replace(run, engine=workers), batch_out, quiet=quiet)
            return
        with session.reviewed() as problems:
            run = Run.of(session.target, settings, session.ledger, selection)
            report = _run(replace(run, engine=workers), quiet=quiet)
            if as_json:
                _print_proposals(session)
            accepted = 0
            if settings.auto_accept or reapply:
                deciding = replace(session, settings=settings)
                accepted = auto_accept(deciding, session.pending(), reapply=reapply)
            if reapply:
                write_accepted(session, as_commit=False)
        pending = session.count_pending()
    if not quiet:
        print_report(report, settings, pending)
        if accepted:
            say(f"accepted {accepted} by your settings; `refiner apply` writes them")
        if pending:
            say(f"next: `refiner review{_shown(paths)}` or `refiner diff{_shown(paths)}`")
    tell_problems(problems)


@contextmanager
def _opened(engine: str, address: str | None, settings: Settings) -> Iterator[Engine | None]:
    """The engine that `--engine` names; None for this machine.

    Raises:
        UsageError: An address without a cluster, or a model that only this process has.
    """
    if engine == "local":
        if address is not None:
            raise UsageError("`--address` names a Ray cluster: it goes with `--engine ray`")
        yield None
        return
    from refiner.cluster.engine import RayEngine
    from refiner.pipeline.engine import check_engine

    check_engine(settings)
    with RayEngine(address) as workers:
        yield workers


def _run(run: Run, *, quiet: bool) -> Report:
    """Refine with a progress bar."""
    from refiner.cli.progress import shown_progress
    from refiner.pipeline import refine as pipeline

    with shown_progress(quiet=quiet) as progress:
        return pipeline.refine(
            run.target, run.settings, run.ledger, run.selection, progress, run.engine
        )


def _print_proposals(session: Session) -> None:
    from refiner.proposals import proposal_json

    for proposal in session.pending("pending", "accepted"):
        data_line(proposal_json(proposal))


def _selection(
    page: str | None,
    since: str | None,
    limit: int | None,
    tag: str | None,
    tasks: list[str] | None,
    *,
    is_fresh: bool,
    only_failed: bool,
) -> Selection:
    from refiner.pipeline.select import Selection

    day = None
    if since is not None:
        try:
            day = datetime.strptime(since, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, no time
        except ValueError:
            raise UsageError(f"`--since {since}` is not a day: expected YYYY-MM-DD") from None
    names = task_names(tasks)
    return Selection(
        glob=page,
        since=day,
        limit=limit,
        tag=tag,
        tasks=names or None,
        only_failed=only_failed,
        is_fresh=is_fresh,
    )


def _plan(run: Run, batch_out: Path | None, *, quiet: bool) -> None:
    """Show what a run would ask, or write it as batch requests; nothing is sent."""
    from collections import deque

    from refiner.cli.progress import shown_progress
    from refiner.llm.openai_api.batch_files import is_folder, write_batch
    from refiner.pipeline.refine import planned_by_task, unsent
    from refiner.pipeline.report import Report

    report, by_task = Report(), planned_by_task(run)
    written = 0
    with shown_progress(quiet=quiet) as progress:
        requests = unsent(run, report, by_task, progress)
        if batch_out is None:
            deque(requests, maxlen=0)
            print_plan(report, by_task, run.settings)
            return
        ledger, name = run.ledger, run.settings.model
        for path, count in write_batch(batch_out, requests, name, ledger, ledger.failed_at()):
            written += count
            say(f"{path}: {count_of(count, 'request')}")
    planned = sum(part.requests for part in by_task.values())
    if is_folder(batch_out):
        cached = sum(part.cached for part in by_task.values())
        say(
            f"{count_of(written, 'request')} written, {planned - written} stand in files that were "
            f"there, {cached} answered or asked already"
        )


def _shown(paths: Sequence[Path] | None) -> str:
    return "".join(f" '{path}'" if " " in str(path) else f" {path}" for path in paths or ())
