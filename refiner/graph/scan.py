"""Find a graph's pages, as Logseq finds them, and tell which have changed."""

from __future__ import annotations

import os
import unicodedata
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from refiner.logseq.names import file_name_from_title

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.logseq.config import GraphConfig

# Source: logseq, deps/common graph.cljs (`ignored-path?`).
IGNORED_FOLDERS = frozenset({"node_modules"})
IGNORED_IN_LOGSEQ = frozenset({"bak", ".recycle", "version-files"})
PAGE_SUFFIXES = (".md", ".markdown")
# The page that refiner keeps in a graph, and those under it.
REVIEW = "refiner/review"
LEADS_OUT = "a link that leads out of the graph"
LEADS_BACK = "a link to a folder of the graph itself: its pages are read where they lie"


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
    configuration hides are no part of the graph, nor are refiner's review pages. A link that leads
    out of the graph is skipped.
    """
    found = Scan([], [])
    review = file_name_from_title(f"{REVIEW}/", config.file_name_format).removesuffix(".md")
    no_part = _NoPart(review, tuple(entry.strip("/") for entry in config.hidden))
    _scan_folder(root, os.path.realpath(root), "", no_part, found)
    found.pages.sort(key=attrgetter("path"))
    _without_twins(found)
    return found


class _NoPart(NamedTuple):
    """What is passed over without a word: names that begin as `review`, and what is `hidden`."""

    review: str
    hidden: tuple[str, ...]


def _scan_folder(root: Path, real_root: str, prefix: str, no_part: _NoPart, found: Scan) -> None:
    try:
        entries = os.scandir(root / prefix)
    except OSError as error:
        found.skipped.append(Skipped(prefix, f"can't be read: {error.strerror}"))
        return
    add = found.pages.append
    review, hidden = no_part
    with entries:
        for entry in entries:
            name = entry.name
            if name[0] == "." or name.startswith(review):
                continue
            path = prefix + name
            if hidden and any(path == h or path.startswith(f"{h}/") for h in hidden):
                continue
            is_page = name.endswith(PAGE_SUFFIXES)
            try:
                reason = _refused_name(name) if is_page else None
                if reason is None and is_page and entry.is_symlink():
                    reason = None if _is_inside(entry.path, real_root) else LEADS_OUT
                if reason is not None:
                    found.skipped.append(Skipped(path, reason))
                    continue
                if is_page and entry.is_file():
                    stat = entry.stat()
                    add(PageFile(path, Fingerprint(stat.st_size, stat.st_mtime_ns, stat.st_ino)))
                elif name.endswith(".org"):
                    found.skipped.append(Skipped(path, "an Org page: only Markdown is read"))
                elif is_page and entry.is_symlink():
                    found.skipped.append(Skipped(path, "a link that leads nowhere"))
                elif entry.is_dir():
                    if entry.is_symlink():
                        inside = _is_inside(entry.path, real_root)
                        found.skipped.append(Skipped(path, LEADS_BACK if inside else LEADS_OUT))
                    elif not _is_ignored(prefix, name):
                        _scan_folder(root, real_root, f"{path}/", no_part, found)
            except OSError as error:
                found.skipped.append(Skipped(path, f"can't be read: {error.strerror}"))


def _is_ignored(prefix: str, name: str) -> bool:
    return name in IGNORED_FOLDERS or (prefix == "logseq/" and name in IGNORED_IN_LOGSEQ)


def _refused_name(name: str) -> str | None:
    """Why a page of this file name is not read, or None."""
    if name.isprintable():  # nearly every name
        return None
    try:
        name.encode()
    except UnicodeEncodeError:
        return "its file name is not UTF-8"
    if any(unicodedata.category(char) == "Cc" for char in name):
        return "its file name holds a line break or another control character"
    return None


def _without_twins(found: Scan) -> None:
    """Keep one of the pages whose names differ only in how their accents are composed.

    Logseq takes them for one page; the composed name stays.
    """
    if all(file.path.isascii() for file in found.pages):
        return
    by_name: dict[str, PageFile] = {}
    for file in found.pages:
        name = unicodedata.normalize("NFC", file.path)
        other = by_name.get(name)
        by_name[name] = file if other is None or file.path == name else other
    kept = set(by_name.values())
    for file in found.pages:
        if file not in kept:
            reason = "another page has the same name in another Unicode form (NFC, NFD)"
            found.skipped.append(Skipped(file.path, reason))
    found.pages[:] = [file for file in found.pages if file in kept]


def _is_inside(path: str, real_root: str) -> bool:
    return os.path.realpath(path).startswith(real_root + os.sep)
