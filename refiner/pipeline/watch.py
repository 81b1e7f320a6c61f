"""Refine after each sync, once the graph has been quiet for a while."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from refiner.errors import NotInstalledError, RefinerError
from refiner.graph.scan import PAGE_SUFFIXES
from refiner.messages import count_of
from refiner.pipeline.changes import is_review_page
from refiner.pipeline.refine import refine
from refiner.pipeline.session import open_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from refiner.pipeline.session import Session


def watch_graph(path: Path, flags: dict[str, Any], tell: Callable[[str], None]) -> None:
    """Watch until Ctrl-C or SIGTERM.

    The graph's lock is held all the while; it goes with the process.

    Raises:
        NotInstalledError: The extra `watch` is missing.
        LedgerError: Another refiner is at work on this graph.
    """
    try:
        import watchfiles
    except ImportError:
        raise NotInstalledError(
            "watching needs `watchfiles`", hint="`pip install 'refiner[watch]'`"
        ) from None
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _number, _frame: stop.set())
    with open_session([path], None, flags, is_writing=True, tell=tell) as session:
        quiet_s = session.settings.quiet_s
        tell(f"watching {session.target.root}; it is refined when quiet for {quiet_s:g} s")
        refine_once(session, tell)
        changed_at: float | None = None
        events = watchfiles.watch(
            session.target.root,
            stop_event=stop,
            watch_filter=lambda _change, name: _is_source(session, name),
            yield_on_timeout=True,
            rust_timeout=500,
            raise_interrupt=False,
        )
        for changes in events:
            if changes:
                changed_at = time.monotonic()
            elif changed_at is not None and time.monotonic() - changed_at >= quiet_s:
                changed_at = None
                refine_once(session, tell)
    tell("stopped")


def refine_once(session: Session, tell: Callable[[str], None]) -> None:
    """One run; trouble is told, and the watch goes on."""
    try:
        with session.reviewed() as problems:
            report = refine(session.target, session.settings, session.ledger)
    except RefinerError as error:
        tell(f"error: {error.message}")
        return
    for problem in problems:
        tell(f"error: {problem.message}")
    tell(
        f"{count_of(report.pages_planned, 'page')} looked at, "
        f"{count_of(report.proposals.total(), 'proposal')}, "
        f"{count_of(report.requests, 'request')}, {report.seconds:.1f} s"
    )


def _is_source(session: Session, name: str) -> bool:
    """Whether a changed file is a page, and none that the tool itself writes."""
    base = name.replace("\\", "/").rpartition("/")[2]
    if base.startswith(".") or not base.endswith(PAGE_SUFFIXES) or "/logseq/bak/" in name:
        return False
    return not is_review_page(session.target.title(base))
