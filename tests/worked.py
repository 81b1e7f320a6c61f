"""What workers do in tests: functions of a module that a worker can import."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from refiner.pipeline import plan

if TYPE_CHECKING:
    from refiner.pipeline.options import Frame
    from refiner.pipeline.plan import Looked, PageJob, Passed

SETTLE = plan.settle_page
CRASHING = "refiner-test-crash"


def twice(number: int) -> int:
    return 2 * number


def slow_at_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return number


def deadly_at_seven(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def raising(number: int) -> int:
    raise KeyError(number)


def chatty(number: int) -> int:
    print("to stdout", number)  # noqa: T201 - what a library might do
    return number


def who(_number: int) -> int:
    return os.getpid()


def asleep(_number: int) -> None:
    time.sleep(600)


def settle_or_crash(job: PageJob | Passed, frame: Frame) -> Looked:
    """Look at a page; one that says so crashes its worker."""
    if CRASHING in job.file.path:
        os._exit(41)
    return SETTLE(job, frame)
