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
    from rich.progress import Task, TaskID

    from refiner.pipeline.forecast import Asking


class BarProgress(Progress):
    """Shows how far a run is, what is being done, and how long it will take."""

    is_watched = True

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._bar: TaskID | None = None
        self._what = ""

    def planning(self, done: int, total: int, page: str) -> None:
        """A page is being planned."""
        self._show("reading", done, total, visible(page.rpartition("/")[2][:40]))

    def asking(self, state: Asking) -> None:
        """A request has ended."""
        speed = "" if state.tokens_per_s is None else f" · {state.tokens_per_s:.0f} tokens/s"
        self._show("asking the model", state.done, state.total, f"{state.task}{speed}")
        if self._bar is not None and state.seconds_left is not None:
            self._bars.update(self._bar, left=_minutes(state.seconds_left))

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


def _minutes(seconds: float) -> str:
    """About how long: `40 s`, `3 min`, `1 h 20 min`."""
    if seconds < 90:  # noqa: PLR2004 - two minutes are told as minutes
        return f"{max(5, round(seconds / 5) * 5)} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


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
    from rich.text import Text

    class LeftColumn(TimeRemainingColumn):
        """What the run itself forecasts, where it does, else what the bar's speed tells."""

        def render(self, task: Task) -> Text:
            left = task.fields.get("left")
            return super().render(task) if left is None else Text(left, style="progress.remaining")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("ETA"),
        LeftColumn(),
        TextColumn("{task.fields[detail]}", style="dim", markup=False),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield BarProgress(bars)
