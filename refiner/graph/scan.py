"""Find a graph's pages, as Logseq finds them, and tell which have changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.logseq.config import GraphConfig

# Source: logseq, deps/common graph.cljs (`ignored-path?`).
IGNORED_FOLDERS = frozenset({"node_modules"})
IGNORED_IN_LOGSEQ = frozenset({"bak", ".recycle", "version-files"})
PAGE_SUFFIXES = (".md", ".markdown")


class Fingerprint(NamedTuple):
    """What tells an unchanged file without reading it: bytes, nanoseconds, inode."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Fingerprint:
        """A file's fingerprint now."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ino)


class PageFile(NamedTuple):
    """A page's file: its path in the graph, with `/`, and its fingerprint."""

    path: str
    fingerprint: Fingerprint


class Skipped(NamedTuple):
    """What is passed over, and why."""

    path: str
    reason: str


class Scan(NamedTuple):
    """A graph's pages, and what was passed over."""

    pages: list[PageFile]
    skipped: list[Skipped]


def find_graph(start: Path) -> Path | None:
    """The graph's root: the first folder, from `start` up, that holds `logseq/` or `pages/`."""
    for folder in (start, *start.parents):
        if (folder / "logseq" / "config.edn").is_file() or (folder / "pages").is_dir():
            return folder
        if (folder / "logseq").is_dir() and (folder / "journals").is_dir():
            return folder
    return None


def scan(root: Path, config: GraphConfig) -> Scan:
    """List a graph's pages without reading them.

    Folders that begin with a dot, `logseq/bak` and its kin, `node_modules` and what the
    configuration hides are no part of the graph. A link that leads out of the graph is skipped.
    """
    found = Scan([], [])
    hidden = tuple(entry.strip("/") for entry in config.hidden)
    _scan_folder(root, os.path.realpath(root), "", hidden, found)
    found.pages.sort()
    return found


def _scan_folder(
    root: Path, real_root: str, prefix: str, hidden: tuple[str, ...], found: Scan
) -> None:
    try:
        entries = os.scandir(root / prefix)
    except OSError as error:
        found.skipped.append(Skipped(prefix, f"can't be read: {error.strerror}"))
        return
    add = found.pages.append
    with entries:
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                continue
            path = prefix + name
            if hidden and any(path == h or path.startswith(f"{h}/") for h in hidden):
                continue
            if name.endswith(PAGE_SUFFIXES):
                if entry.is_symlink() and not _is_inside(entry.path, real_root):
                    found.skipped.append(Skipped(path, "a link that leads out of the graph"))
                    continue
                try:
                    stat = entry.stat()
                except OSError as error:
                    found.skipped.append(Skipped(path, f"can't be read: {error.strerror}"))
                    continue
                if entry.is_file():
                    add(PageFile(path, Fingerprint(stat.st_size, stat.st_mtime_ns, stat.st_ino)))
                    continue
            if name.endswith(".org"):
                found.skipped.append(Skipped(path, "an Org page: only Markdown is read"))
            elif entry.is_dir():
                if entry.is_symlink() and not _is_inside(entry.path, real_root):
                    found.skipped.append(Skipped(path, "a link that leads out of the graph"))
                elif not (
                    name in IGNORED_FOLDERS or (prefix == "logseq/" and name in IGNORED_IN_LOGSEQ)
                ):
                    _scan_folder(root, real_root, f"{path}/", hidden, found)


def _is_inside(path: str, real_root: str) -> bool:
    return os.path.realpath(path).startswith(real_root + os.sep)
