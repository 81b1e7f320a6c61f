"""How far a run is, on stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from refiner.pipeline.report import Progress
from refiner.review.show import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class BarProgress(Progress):
    """Shows how far a run is, what is being done, and how long it will take."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._bar: TaskID | None = None
        self._what = ""

    def planning(self, done: int, total: int, page: str) -> None:
        """A page is being planned."""
        self._show("reading", done, total, visible(page.rpartition("/")[2][:40]))

    def asking(self, done: int, total: int, task: str) -> None:
        """A request has ended."""
        self._show("asking the model", done, total, task)

    def tell(self, text: str) -> None:
        """Something takes long."""
        self._bars.console.print(visible(text), style="dim", highlight=False, markup=False)

    def _show(self, what: str, done: int, total: int, detail: str) -> None:
        if self._bar is None or what != self._what:
            if self._bar is not None:
                self._bars.remove_task(self._bar)
            self._bar = self._bars.add_task(what, total=total, detail=detail)
            self._what = what
        self._bars.update(self._bar, completed=done, total=total, detail=detail)


@contextmanager
def shown_progress(*, quiet: bool) -> Iterator[Progress]:
    """A progress bar on stderr, gone when the run ends; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[detail]}", style="dim", markup=False),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield BarProgress(bars)
