"""What every command opens first: graph, settings, ledger, lock, review pages."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refiner.errors import LedgerError
from refiner.graph.target import Target, locate
from refiner.ledger import Ledger, ledger_path
from refiner.pipeline.apply import recover
from refiner.review.logseq_sync import ReviewPages
from refiner.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refiner.proposals import Proposal


@dataclass(frozen=True)
class Session:
    """A command's surroundings.

    Attributes:
        target: The graph, and which of its pages are meant.
        settings: All settings.
        ledger: Open.
        review: The review pages.
        finished: Pages whose write a crash had interrupted, finished now.
    """

    target: Target
    settings: Settings
    ledger: Ledger
    review: ReviewPages
    finished: tuple[str, ...]

    def pending(self, *states: str) -> list[Proposal]:
        """Proposals of the pages that are meant, in these states (pending if none is named)."""
        found = self.ledger.proposals(states or ("pending",))  # type: ignore[arg-type]
        return [proposal for proposal in found if self.target.covers(proposal.page)]

    def count_pending(self) -> int:
        """How many proposals wait on the pages that are meant."""
        return sum(
            count
            for page, _, state, count in self.ledger.counts()
            if state == "pending" and self.target.covers(page)
        )


@contextmanager
def open_session(
    paths: Sequence[Path], graph: Path | None, flags: dict[str, Any], *, is_writing: bool
) -> Iterator[Session]:
    """Find the graph and open its ledger.

    Args:
        paths: As typed.
        graph: The graph's root, if the person names it.
        flags: Settings from the command line.
        is_writing: Whether the command changes anything: then it holds the graph's lock, which
            goes with the process, and first finishes what a crash interrupted.

    Raises:
        UserError: No graph or page is there, or a setting is wrong.
        LedgerError: Another refiner is at work here, or the ledger can't be opened.
    """
    target = locate(paths, graph)
    settings = load_settings(target.root, flags)
    path = ledger_path(target.root, settings.ledger)
    with Ledger(path) as ledger:
        review = ReviewPages(target.root, target.config, ledger, is_graph=target.is_graph)
        if not is_writing:
            yield Session(target, settings, ledger, review, ())
            return
        with _locked(path):
            finished = tuple(recover(target.root, ledger))
            yield Session(target, settings, ledger, review, finished)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a ledger; the system lets go of it when the process ends, however."""
    import os

    from filelock import FileLock, Timeout

    lock = FileLock(path.with_suffix(".lock"))
    holder = path.with_suffix(".pid")
    try:
        lock.acquire(timeout=0.5)
    except Timeout:
        try:
            who = f"process {holder.read_text(encoding='utf-8').strip()}"
        except OSError:
            who = "another process"
        raise LedgerError(
            f"another refiner ({who}) is at work on this graph; nothing was done",
            hint="wait for it, or stop it, then run the command again",
        ) from None
    try:
        holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        lock.release()
