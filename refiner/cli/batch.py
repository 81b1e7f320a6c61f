"""`refiner batch`: a plan run as a batch, at half the price."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.cli.options import (
    BaseUrl,
    Graph,
    Images,
    Insecure,
    Json,
    LedgerFile,
    Model,
    ModelGrade,
    Quiet,
)
from refiner.cli.output import say, show
from refiner.errors import UsageError

if TYPE_CHECKING:
    from refiner.llm.endpoint import Endpoint

RESULTS = ".jsonl"

batch_app = typer.Typer(no_args_is_help=True, help="Run a plan as a batch, at half the price.")


@batch_app.command()
def read(
    results: Annotated[
        Path,
        typer.Argument(help="JSON lines, as the engine wrote them, or a folder of such files."),
    ],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="More results (.jsonl), then pages or a graph; default: here."),
    ] = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
    model_grade: ModelGrade = None,
    images: Images = None,
    quiet: Quiet = False,
) -> None:
    """Take results of batches; the next `refine` proposes from them."""
    from refiner.cli.output import tell_problems
    from refiner.cli.progress import shown_progress
    from refiner.llm.openai_api.batch_files import read_results, result_files
    from refiner.pipeline.options import Run
    from refiner.pipeline.refine import planned_by_task, unsent
    from refiner.pipeline.report import Report
    from refiner.pipeline.select import Selection
    from refiner.pipeline.session import open_session

    more = [path for path in paths or () if path.suffix == RESULTS]
    pages = [path for path in paths or () if path.suffix != RESULTS]
    flags = {
        "model": model,
        "base_url": base_url,
        "model_grade": model_grade,
        "images": images,
        "ledger": ledger,
    }
    with (
        open_session(pages, graph, flags, is_writing=True, tell=say) as session,
        session.reviewed() as problems,
        shown_progress(quiet=quiet) as progress,
    ):
        run = Run.of(session.target, session.settings, session.ledger, Selection(is_fresh=True))
        requests = unsent(run, Report(), planned_by_task(run), progress)
        found = read_results(result_files([results, *more]), requests, session.ledger)
        name = session.settings.model
    result = found.result
    before = f", answered before {found.before}" if found.before else ""
    say(
        f"took {result.taken}, refused by guards {result.refused}, failed {result.failed}, "
        f"not in the plan {result.unknown}{before}; `refiner refine` goes on"
    )
    if result.unknown and result.unknown == sum(result):
        say(
            f"note: nothing here was asked of the model `{name}` and is still unanswered; "
            "`--model` and `--base-url` have to be those of the plan"
        )
    elif result.refused or result.failed:
        say("the next `refiner refine --batch-out PLACE` asks again what was refused or failed")
    tell_problems([*problems, *found.problems])


@batch_app.command()
def submit(
    files: Annotated[
        list[Path], typer.Argument(help="Files of `refine --batch-out`, or its folder.")
    ],
    *,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
) -> None:
    """Upload batch files and start them; prints the batches' ids."""
    from refiner.llm.openai_api import batch_jobs
    from refiner.llm.openai_api.batch_files import request_files

    plans = [plan for path in files for plan in (request_files(path) or [path])]
    for id_ in batch_jobs.submit(plans, _endpoint(model, base_url, insecure=insecure)):
        show(id_)


@batch_app.command("status")
def batch_status(
    ids: Annotated[list[str], typer.Argument(help="Ids that `batch submit` printed.")],
    *,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    as_json: Json = False,
) -> None:
    """How far batches are."""
    from refiner.cli.output import data_line
    from refiner.llm.openai_api import batch_jobs

    endpoint = _endpoint(model, base_url, insecure=insecure)
    for id_ in ids:
        state = batch_jobs.state(id_, endpoint)
        if as_json:
            data_line(state._asdict())
            continue
        counts = f"{state.completed} of {state.total}, {state.failed} failed"
        problem = f": {state.problem}" if state.problem else ""
        show(f"{id_}: {state.status}, {counts}{problem}")


@batch_app.command()
def collect(
    ids: Annotated[list[str], typer.Argument(help="Ids that `batch submit` printed.")],
    *,
    folder: Annotated[Path, typer.Option(help="Where the results go.")] = Path(),
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
) -> None:
    """Download what batches have given so far; `batch read` takes the files."""
    from refiner.llm.openai_api import batch_jobs

    endpoint = _endpoint(model, base_url, insecure=insecure)
    for id_ in ids:
        files = batch_jobs.collect(id_, folder, endpoint)
        for path in files:
            show(str(path))
        if not files:
            say(f"{id_} has no results yet; `refiner batch status {id_}` tells how far it is")


def _endpoint(model: str | None, base_url: str | None, *, insecure: bool) -> Endpoint:
    """The endpoint that flags, environment or the settings here name."""
    from refiner.llm.open import remote
    from refiner.pipeline.options import model_choice
    from refiner.settings import load_settings

    flags = {"model": model, "base_url": base_url, "insecure": insecure or None}
    choice = model_choice(load_settings(Path(), flags))
    if choice.base_url is None:
        raise UsageError("batches need an endpoint: `--base-url URL --model NAME`")
    choice.check()
    return remote(choice)
