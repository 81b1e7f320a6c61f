"""Review pages in Logseq kept in step with the ledger while a person decides in the browser."""

from __future__ import annotations

import sqlite3
import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple, Self

from refiner.errors import BusyError, PageError, RefinerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    Pass = Callable[[], Sequence[RefinerError]]

QUIET_S = 0.3
LONGEST_S = 2.0


class Problem(NamedTuple):
    """What keeps a review page from being understood, or written.

    Attributes:
        place: Path and line, or "".
        text: What was found.
        hint: What helps, or "".
    """

    place: str
    text: str
    hint: str


class Keeper:
    """Reads and writes the review pages in a thread of its own, so that no answer waits for it.

    Answers that follow one another quickly are written together. Nothing is lost where the thread
    is killed: the ledger knows which review pages are older than it is.

    Args:
        opened: Gives, in the thread, what makes one pass: reads decisions, writes pages, and
            returns what it can't understand.
        quiet_s: How long an answer waits for the next one; `longest_s` likewise at most.

    Attributes:
        problems: What the last pass could not understand.
    """

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[Pass]],
        quiet_s: float = QUIET_S,
        longest_s: float = LONGEST_S,
    ) -> None:
        self.problems: tuple[Problem, ...] = ()
        self._opened = opened
        self._quiet_s, self._longest_s = quiet_s, longest_s
        self._wishes: SimpleQueue[bool] = SimpleQueue()
        self._is_at_rest = threading.Lock()
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run, name="review pages", daemon=True)

    def __enter__(self) -> Self:
        """Start, and wait for a first pass."""
        self._thread.start()
        self._first.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is still to be written, and end."""
        self._wishes.put(False)  # noqa: FBT003 - the end
        self._thread.join()

    def wish(self) -> None:
        """Have the pages read and written soon."""
        self._wishes.put(True)  # noqa: FBT003 - a wish

    def resting(self) -> AbstractContextManager[bool]:
        """A block during which the thread leaves the graph's lock to others."""
        return self._is_at_rest

    def _run(self) -> None:
        try:
            with self._opened() as one_pass:
                self._pass(one_pass)
                self._first.set()
                while self._wishes.get():
                    has_ended = self._gathered()
                    self._pass(one_pass)
                    if has_ended:
                        return
        finally:
            self._first.set()

    def _gathered(self) -> bool:
        """Wait until no answer follows for a moment; whether it is time to end."""
        until = time.monotonic() + self._longest_s
        while time.monotonic() < until:
            try:
                if not self._wishes.get(timeout=self._quiet_s):
                    return True
            except Empty:
                return False
        return False

    def _pass(self, one_pass: Pass) -> None:
        try:
            with self._is_at_rest:
                found = one_pass()
        except BusyError:
            return  # the command at work does the same when it ends
        except (RefinerError, OSError, sqlite3.Error) as error:
            found = [error if isinstance(error, RefinerError) else RefinerError(str(error))]
        self.problems = tuple(_told(error) for error in found)


def _told(error: RefinerError) -> Problem:
    if not isinstance(error, PageError):
        return Problem("", error.message, error.hint or "")
    place = error.path if error.line is None else f"{error.path}:{error.line}"
    return Problem(place, error.problem, error.hint or "")
