"""`refiner batch`: a plan run as a batch, at half the price."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from refiner.errors import UsageError
from refiner.options import BaseUrl, Graph, Insecure, LedgerFile, Model, Paths

if TYPE_CHECKING:
    from refiner.llm.endpoint import Endpoint

batch_app = typer.Typer(no_args_is_help=True, help="Run a plan as a batch, at half the price.")


@batch_app.command()
def read(
    results: Annotated[Path, typer.Argument(help="JSON lines, as the engine wrote them.")],
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
) -> None:
    """Take results of a batch; the next `refine` proposes from them."""
    from refiner import pipeline
    from refiner.llm.batch import read_batch
    from refiner.session import open_session

    flags = {"model": model, "base_url": base_url, "ledger": ledger}
    with open_session(paths or [], graph, flags, is_writing=True) as session:
        selection = pipeline.Selection(is_fresh=True)
        plan = pipeline.dry_run(session.target, session.settings, session.ledger, selection)[2]
        result = read_batch(results, plan, session.ledger)
    typer.echo(
        f"took {result.taken}, refused by guards {result.refused}, failed {result.failed}, "
        f"not in the plan {result.unknown}; `refiner refine` goes on",
        err=True,
    )


@batch_app.command()
def submit(
    files: Annotated[list[Path], typer.Argument(help="Files of `refine --batch-out`.")],
    *,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
) -> None:
    """Upload batch files and start them; prints the batches' ids."""
    from refiner.llm import batch

    for id_ in batch.submit(files, _endpoint(model, base_url, insecure=insecure)):
        typer.echo(id_)


@batch_app.command("status")
def batch_status(
    ids: Annotated[list[str], typer.Argument(help="Ids that `batch submit` printed.")],
    *,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
) -> None:
    """How far batches are."""
    from refiner.llm import batch

    endpoint = _endpoint(model, base_url, insecure=insecure)
    for id_ in ids:
        typer.echo(f"{id_}: {batch.state(id_, endpoint)}")


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
    from refiner.llm import batch

    endpoint = _endpoint(model, base_url, insecure=insecure)
    for id_ in ids:
        for path in batch.collect(id_, folder, endpoint):
            typer.echo(str(path))


def _endpoint(model: str | None, base_url: str | None, *, insecure: bool) -> Endpoint:
    """The endpoint that flags, environment or the settings here name."""
    from refiner.llm.endpoint import remote
    from refiner.pipeline import model_choice
    from refiner.settings import load_settings

    flags = {"model": model, "base_url": base_url, "insecure": insecure or None}
    choice = model_choice(load_settings(Path(), flags))
    if choice.base_url is None:
        raise UsageError("batches need an endpoint: `--base-url URL --model NAME`")
    choice.check()
    return remote(choice)
