"""What every command opens first: graph, settings, ledger, lock, review pages."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refiner.errors import BusyError, LedgerError, PageError
from refiner.graph.target import Target, locate
from refiner.ledger import Ledger, ledger_path
from refiner.pipeline.write import recover
from refiner.review.logseq_sync import ReviewPages
from refiner.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from refiner.errors import RefinerError
    from refiner.proposals import Proposal


BRIEF_S = 0.5


def _silent(_message: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Session:
    """A command's surroundings.

    Attributes:
        target: The graph, and which of its pages are meant.
        settings: All settings.
        ledger: Open.
        review: The review pages.
        tell: Takes messages for the person.
    """

    target: Target
    settings: Settings
    ledger: Ledger
    review: ReviewPages
    tell: Callable[[str], None] = _silent

    @contextmanager
    def reviewed(self) -> Iterator[list[RefinerError]]:
        """The bracket around whatever changes the ledger: review pages are read, then written.

        Decisions on review pages are taken into the ledger before the block begins, and the pages
        are written from the ledger when it ends, also with an error; after Ctrl-C the next command
        writes them. With `review_pages = false` they are neither read nor written.

        Yields:
            What on review pages can't be understood; such a page is left as it is. The list may
            grow when the block ends.
        """
        if not self.settings.review_pages:
            yield []
            return
        problems = self.review.read()
        try:
            yield problems
        except Exception:
            self._write_review()
            raise
        self._write_review()

    @contextmanager
    def deciding(self) -> Iterator[list[RefinerError]]:
        """The bracket around decisions, for a session that was opened without the lock.

        Each decision is one transaction of the ledger, which changes only what is as it was shown:
        it need not wait for a run that holds the lock for hours. Such a run reads and writes the
        review pages itself when it ends; else they are read and written here.

        Yields:
            What on review pages can't be understood.

        Raises:
            LedgerError: The lock can't be taken, or the ledger was removed meanwhile.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(self.locked(BRIEF_S))
            except BusyError:
                yield []
            else:
                yield stack.enter_context(self.reviewed())
            self.ledger.check_in_place()

    def _write_review(self) -> None:
        try:
            self.review.write()
        except PageError as error:
            self.tell(f"note: {error.message}; `refiner review` decides in the terminal")

    @contextmanager
    def locked(self, wait_s: float) -> Iterator[None]:
        """Hold the graph's lock for one write of a session that was opened without it.

        Raises:
            LedgerError: Another refiner is at work here.
        """
        with _locked(self.ledger.path, wait_s):
            for page in recover(self.target.root, self.ledger):
                self.tell(f"finished a write of `{page}` that was interrupted")
            yield

    def pending(self, *states: str) -> list[Proposal]:
        """Proposals of the pages that are meant, in these states (pending if none is named)."""
        found = self.ledger.proposals(states or ("pending",))  # type: ignore[arg-type]
        return [proposal for proposal in found if self.target.covers(proposal.page)]

    def count_pending(self) -> int:
        """How many proposals wait on the pages that are meant."""
        if self.target.pages is None:
            return self.ledger.count_pending()
        return sum(
            count
            for page, _, state, count in self.ledger.counts()
            if state == "pending" and self.target.covers(page)
        )


@contextmanager
def open_session(
    paths: Sequence[Path],
    graph: Path | None,
    flags: dict[str, Any],
    *,
    is_writing: bool,
    tell: Callable[[str], None] = _silent,
) -> Iterator[Session]:
    """Find the graph and open its ledger.

    Args:
        paths: As typed.
        graph: The graph's root, if the person names it.
        flags: Settings from the command line.
        is_writing: Whether the command changes anything: then it holds the graph's lock, which
            goes with the process, and first finishes what a crash interrupted.
        tell: Takes messages for the person.

    Raises:
        UserError: No graph or page is there, or a setting is wrong.
        LedgerError: Another refiner is at work here, or the ledger can't be opened.
    """
    target = locate(paths, graph)
    settings = load_settings(target.root, flags)
    path = ledger_path(target.root, settings.ledger)
    with Ledger(path) as ledger:
        review = review_pages(target, settings, ledger)
        session = Session(target, settings, ledger, review, tell)
        if not is_writing:
            yield session
            return
        with _locked(path):
            for page in recover(target.root, ledger):
                tell(f"finished a write of `{page}` that was interrupted")
            yield session
            ledger.check_in_place()


def review_pages(target: Target, settings: Settings, ledger: Ledger) -> ReviewPages:
    """The review pages of a graph."""
    return ReviewPages(
        target.root,
        target.config,
        ledger,
        is_graph=target.is_graph,
        options=settings.extract_options,
        jobs=settings.jobs,
    )


@contextmanager
def _locked(path: Path, wait_s: float = BRIEF_S) -> Iterator[None]:
    """Hold the lock of a ledger; the system lets go of it when the process ends, however."""
    import os

    from filelock import FileLock, Timeout

    lock = FileLock(path.with_suffix(".lock"))
    holder = path.with_suffix(".pid")
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        try:
            who = f"process {holder.read_text(encoding='utf-8').strip()}"
        except OSError:
            who = "another process"
        raise BusyError(who) from None
    except OSError as error:
        raise LedgerError(
            f"the lock `{lock.lock_file}` can't be taken: {error.strerror}; nothing was done",
            hint="may you write to that folder? `--ledger FILE` names another",
        ) from error
    try:
        with suppress(OSError):  # it only tells others who holds the lock
            holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        lock.release()
