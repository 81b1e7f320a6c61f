"""Which pages have something to do, and why: the one answer of refine, dry run and status."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refiner.graph.scan import REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from refiner.graph.scan import PageFile
    from refiner.ledger import PageState
    from refiner.pipeline.select import Selection


class Work(NamedTuple):
    """A page that has something to do.

    Attributes:
        file: The page.
        reason: Why, as a heading over all pages that share it.
        state: The page as it was when it was last read, or None.
    """

    file: PageFile
    reason: str
    state: PageState | None


class Changes(NamedTuple):
    """What a run would look at.

    Attributes:
        pages: How many pages were found.
        work: Those that have something to do, newest first.
        items: How many cards and passages the others hold.
    """

    pages: int
    work: tuple[Work, ...]
    items: int


def is_review_page(title: str) -> bool:
    """Whether a page is one of the tool's own: never refined."""
    return title == REVIEW or title.startswith(f"{REVIEW}/")


def find_changes(
    files: Iterable[PageFile],
    known: Mapping[str, PageState],
    digests: Mapping[str, str],
    selection: Selection,
) -> Changes:
    """Tell the pages that have something to do.

    Args:
        files: The pages of the graph that are meant, without the tool's own.
        known: Every page as it was when it was last read, by path.
        digests: By task, the digest of all but the page that decides what it proposes.
        selection: Which of them are meant.
    """
    pages = items = 0
    work = []
    for file in files:
        pages += 1
        state = known.get(file.path)
        if selection.only_failed and not (state is not None and state.failed):
            continue
        reason = _reason(state, file, digests)
        if selection.is_fresh or reason is not None:
            work.append(Work(file, reason or "asked for", state))
        elif state is not None:
            items += state.items
    work.sort(key=lambda one: -one.file.fingerprint.mtime_ns)
    return Changes(pages, tuple(work), items)


def tasks_to_do(
    work: Work, sha256: str, digests: Mapping[str, str], *, is_fresh: bool
) -> tuple[str, ...]:
    """The tasks that have something to do on a page, now that its bytes are known.

    Args:
        work: The page.
        sha256: Of its bytes, hex.
        digests: As for `find_changes`; the tasks are those that it names.
        is_fresh: Whether all tasks are meant, whatever is known.
    """
    state = work.state
    if state is None or is_fresh or state.sha256 != sha256:
        return tuple(digests)
    return tuple(name for name, digest in digests.items() if state.plan.get(name) != digest)


def _reason(state: PageState | None, file: PageFile, digests: Mapping[str, str]) -> str | None:
    """Why a page is looked at, or None."""
    if state is None:
        return "new pages"
    if state.fingerprint != file.fingerprint:
        return "pages that changed"
    changed = [name for name, digest in digests.items() if state.plan.get(name) != digest]
    if not changed:
        return None
    missing = [name for name in changed if name not in state.plan]
    if missing:
        return f"left to do: {', '.join(missing)}"
    return f"another version, model or settings: {', '.join(changed)}"
