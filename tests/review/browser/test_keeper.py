"""Review pages follow the decisions in the browser, together and never lost."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from refiner.errors import BusyError, PageError
from refiner.review.browser.keeper import Keeper, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from refiner.errors import RefinerError
    from refiner.review.browser.keeper import Pass

LONG_S = 60.0


def opened(one_pass: Pass) -> Callable[[], AbstractContextManager[Pass]]:
    @contextmanager
    def gives() -> Iterator[Pass]:
        yield one_pass

    return gives


def test_answers_that_follow_one_another_are_written_together() -> None:
    passes: list[str] = []

    def one_pass() -> Sequence[RefinerError]:
        passes.append(threading.current_thread().name)
        return []

    with Keeper(opened(one_pass), quiet_s=LONG_S, longest_s=LONG_S) as keeper:
        assert passes == ["review pages"]  # before the first answer
        for _ in range(20):
            keeper.wish()
    assert len(passes) == 2  # what was still to be written is, at the end


def test_a_pass_begins_by_itself_when_answers_pause() -> None:
    begun = threading.Semaphore(0)

    def one_pass() -> Sequence[RefinerError]:
        begun.release()
        return []

    with Keeper(opened(one_pass), quiet_s=0.01) as keeper:
        assert begun.acquire(timeout=LONG_S)
        keeper.wish()
        assert begun.acquire(timeout=LONG_S)


def test_problems_are_told_with_place_and_hint_and_stay_while_another_command_works() -> None:
    found: list[RefinerError] = [PageError("pages/x.md", "is odd", line=3, hint="mend it")]
    told = (Problem("pages/x.md:3", "is odd", "mend it"),)

    def one_pass() -> Sequence[RefinerError]:
        if not found:
            raise BusyError("process 1")
        return [found.pop()]

    with Keeper(opened(one_pass)) as keeper:
        assert keeper.problems == told
        keeper.wish()
    assert keeper.problems == told


def test_an_error_of_a_pass_is_told_and_the_next_pass_is_made() -> None:
    errors = [OSError("disk full")]

    def one_pass() -> Sequence[RefinerError]:
        if errors:
            raise errors.pop()
        return []

    with Keeper(opened(one_pass)) as keeper:
        assert keeper.problems == (Problem("", "disk full", ""),)
        keeper.wish()
    assert not keeper.problems
