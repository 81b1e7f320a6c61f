"""Whether Logseq seems to be writing on a page right now, as far as files can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RECENT_S = 30.0


def saved_lately(root: Path, page: str, now: float) -> bool:
    """Whether a page, or Logseq's backup of it, was written within the last half minute.

    Args:
        root: The graph's root.
        page: Path in the graph.
        now: Seconds since the epoch.

    Source:
        Logseq backs a page up as `logseq/bak/<folder>/<name>/<time>.md` before it overwrites a
        file that changed on disk.
    """
    backups = root / "logseq" / "bak" / page.rpartition(".")[0]
    places = [root / page, *(backups.glob("*") if backups.is_dir() else ())]
    return any(place.exists() and now - place.stat().st_mtime < RECENT_S for place in places)
