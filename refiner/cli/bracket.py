"""What commands with a session tell of it, and the review pages that they leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from refiner.errors import PageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.errors import RefinerError
    from refiner.pipeline.session import Session


def tell_finished(session: Session) -> None:
    """Name the pages whose write a crash had interrupted."""
    for page in session.finished:
        typer.echo(f"finished a write of `{page}` that was interrupted", err=True)


def write_review(session: Session, problems: Sequence[RefinerError]) -> None:
    """Write the review pages anew, but for those that could not be read.

    Args:
        session: The graph's.
        problems: What reading the review pages met.
    """
    if not session.settings.review_pages:
        return
    try:
        session.review.write([p.path for p in problems if isinstance(p, PageError)])
    except PageError as error:
        typer.echo(f"note: no review page: {error.message}; decide in the terminal", err=True)


def tell_problems(problems: Sequence[RefinerError]) -> None:
    """Say every problem but the last, which ends the command.

    Raises:
        RefinerError: The last of the problems.
    """
    for problem in problems[:-1]:
        typer.echo(f"error: {problem.message}", err=True)
    if problems:
        raise problems[-1]
