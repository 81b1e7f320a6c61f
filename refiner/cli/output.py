"""What commands print: data on stdout, messages on stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from refiner.errors import PageError
from refiner.messages import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from refiner.errors import RefinerError
    from refiner.pipeline.report import PlannedRequests, Report
    from refiner.settings import Settings


SHOWN_OF_A_PAGE = 3


def data_line(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """A message on stderr; text of a graph or an endpoint in it is shown, and acts on nothing."""
    from refiner.review.show import visible

    print(visible(text), file=sys.stderr)  # noqa: T201 - this is where messages go


def show(text: str) -> None:
    """A line for a person on stdout, shown as `say` shows it."""
    from refiner.review.show import visible

    print(visible(text), flush=True)  # noqa: T201 - this is where what was asked for goes


def tell_problems(problems: Sequence[RefinerError]) -> None:
    """Say the problems but the last, which ends the command; of many on one page the first few.

    Raises:
        RefinerError: The last of the problems.
    """
    by_page: dict[str, int] = {}
    for problem in problems[:-1]:
        page = problem.path if isinstance(problem, PageError) else ""
        by_page[page] = by_page.get(page, 0) + 1
        if not page or by_page[page] <= SHOWN_OF_A_PAGE:
            say(f"error: {problem.message}")
    for page, count in by_page.items():
        if page and count > SHOWN_OF_A_PAGE:
            say(f"error: `{page}`: {count_of(count - SHOWN_OF_A_PAGE, 'more problem')} like these")
    if problems:
        raise problems[-1]


def print_report(report: Report, settings: Settings, pending: int) -> None:
    """The table at a run's end, on stderr."""
    if report.findings.total() or report.proposals.total() or report.by_task:
        _print_tasks(report, settings)
    usage = report.usage
    parts = [
        f"pages {report.pages} (planned {report.pages_planned})",
        f"items {report.items}",
        f"proposals {report.proposals.total()}",
        f"pending {pending}",
        f"requests {report.requests} (answered before {report.cached})",
        f"tokens {usage.prompt_tokens:,} in, {usage.completion_tokens:,} out",
        f"seconds {report.seconds:.1f}",
    ]
    if report.cost_usd is not None:
        parts.append(f"cost {report.cost_usd:.4f} USD")
    if report.failed.total():
        parts.append(f"failed {report.failed.total()} (the next run asks again)")
    if report.abstentions.total():
        parts.append(f"dropped by guards or abstained {report.abstentions.total()}")
    say(" · ".join(parts))
    _warn(f"skipped `{path}`: {reason}" for path, reason in report.skipped)
    for line in _muted(report):
        say(line)
    _warn(f"note: {note}" for note in report.notes)


def _print_tasks(report: Report, settings: Settings) -> None:
    """What each task found and used."""
    from rich.console import Console
    from rich.table import Table

    from refiner.llm.model import Usage
    from refiner.pipeline.report import cost_usd

    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    table.add_column("task")
    names = ["findings", "proposals"]
    names += ["tokens in", "tokens out"] * bool(report.by_task)
    names += ["cost USD"] * (report.cost_usd is not None)
    for name in names:
        table.add_column(name, justify="right")
    for task in settings.tasks:
        used = report.by_task.get(task, Usage())
        if report.findings[task] or report.proposals[task] or used.total:
            cost = cost_usd(settings, settings.model, used)
            figures = [f"{used.prompt_tokens:,}", f"{used.completion_tokens:,}", f"{cost or 0:.4f}"]
            counts = (str(report.findings[task]), str(report.proposals[task]))
            table.add_row(task, *[*counts, *figures][: len(names)])
    if table.row_count:
        Console(stderr=True, highlight=False).print(table)


def _warn(texts: Iterable[str]) -> None:
    """Lines in yellow, on stderr; nothing is loaded for none."""
    lines = [*texts]
    if lines:
        from rich.console import Console

        from refiner.review.show import visible

        console = Console(stderr=True, highlight=False)
        for line in lines:
            console.print(visible(line), style="yellow", soft_wrap=True, markup=False)


def _muted(report: Report) -> Iterator[str]:
    for rule, count in report.muted.items():
        yield f"muted by the settings: {count_of(count, 'finding')} of the rule `{rule}`"


def print_plan(report: Report, by_task: dict[str, PlannedRequests], settings: Settings) -> None:
    """What a dry run found, on stdout."""
    from rich.console import Console
    from rich.table import Table

    from refiner.llm.model import Usage
    from refiner.pipeline.report import cost_usd

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("task")
    for name in (
        "items",
        "requests",
        "answered before",
        "tokens in ≈",
        "tokens out ≤",
        "cost ≤ USD",
    ):
        table.add_column(name, justify="right")
    for task, part in by_task.items():
        usage = Usage(part.prompt_tokens, 0, part.completion_tokens)
        cost = cost_usd(settings, settings.model, usage)
        table.add_row(
            task,
            str(part.items),
            str(part.requests),
            str(part.cached),
            f"{part.prompt_tokens:,}",
            f"{part.completion_tokens:,}",
            "" if cost is None else f"{cost:.4f}",
        )
    console.print(table)
    for reason, count in report.reasons.items():
        console.print(f"{count_of(count, 'page')}: {reason}", markup=False)
    for line in _muted(report):
        console.print(line, markup=False, soft_wrap=True)
    console.print(
        f"{count_of(report.items, 'item')} on {count_of(report.pages, 'page')}; "
        "nothing was sent, nothing was kept"
    )
