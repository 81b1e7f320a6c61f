"""What a command works on: a graph, some of its pages, or a page that stands alone."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import PageError, UserError
from refiner.graph.kind import HINT, graph_kind, refusal
from refiner.graph.scan import Fingerprint, PageFile, find_graph, scan
from refiner.logseq.config import GraphConfig, read_config
from refiner.logseq.names import title_from_file_name

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Target:
    """Where a command works.

    Attributes:
        root: The graph's root; for a page that stands alone, its folder.
        config: What `logseq/config.edn` says, or the defaults.
        is_graph: Whether `root` is a Logseq graph.
        pages: The pages named by PATHS, or None for all of the graph.
    """

    root: Path
    config: GraphConfig
    is_graph: bool
    pages: tuple[str, ...] | None

    def covers(self, page: str) -> bool:
        """Whether a page, by its path in the graph, is among those named."""
        return self.pages is None or any(
            page == name or page.startswith(f"{name}/") for name in self.pages
        )

    def title(self, page: str) -> str:
        """A page's title by its file name."""
        return title_from_file_name(page.rpartition("/")[2], self.config.file_name_format)


@dataclass(frozen=True)
class Found:
    """The pages that a command looks at, and those that it can't.

    Attributes:
        pages: In the order of their paths.
        skipped: Path and reason.
    """

    pages: tuple[PageFile, ...]
    skipped: tuple[tuple[str, str], ...]


def locate(paths: Sequence[Path], graph: Path | None = None) -> Target:
    """Find the graph that the paths stand in.

    Args:
        paths: Pages, folders or a graph, as typed; empty for the current folder.
        graph: The graph's root, if the person names it.

    Raises:
        UserError: A path that does not exist, paths of two graphs, a folder outside a graph
            that is no graph, a database graph or its mirror.
    """
    named = [*paths] or [graph or Path()]
    for path in named:
        if not path.exists():
            raise UserError(
                f"`{path}` does not exist; nothing was done",
                hint="name a page or a graph: `refiner refine PATH`",
            )
    roots = {_root(path, graph) for path in named}
    if len(roots) > 1:
        listed = " and ".join(f"`{root}`" for root in sorted(str(root) for root, _ in roots))
        raise UserError(
            f"the paths stand in different graphs: {listed}; nothing was done",
            hint="run the command once for each",
        )
    root, is_graph = roots.pop()
    config = _config(root)
    inside = [path.resolve().relative_to(root).as_posix() for path in named]
    return Target(root, config, is_graph, None if "." in inside else tuple(inside))


def find_pages(target: Target, glob: str | None = None) -> Found:
    """List the pages that a command looks at, without reading them.

    Raises:
        UserError: The graph, or the folder named, holds no page.
    """
    files: dict[str, PageFile] = {}
    skipped: list[tuple[str, str]] = []
    singles = [name for name in target.pages or () if (target.root / name).is_file()]
    if len(singles) < len(target.pages or (".",)):
        scanned = scan(target.root, target.config)
        files = {file.path: file for file in scanned.pages if target.covers(file.path)}
        skipped = [(skip.path, skip.reason) for skip in scanned.skipped if target.covers(skip.path)]
    for name in singles:
        files[name] = PageFile(name, Fingerprint.of(target.root / name))
    if not files and not skipped:
        place = ", ".join(f"`{target.root / name}`" for name in target.pages or ("",))
        raise UserError(
            f"{place} holds no page (`.md` in the graph's folders for pages and journals)",
            hint="name a page itself: `refiner refine PAGE`",
        )
    chosen = sorted(files.values(), key=attrgetter("path"))
    if glob is not None:
        chosen = [file for file in chosen if matches(file.path, target.title(file.path), glob)]
    return Found(tuple(chosen), tuple(skipped))


def matches(page: str, title: str, glob: str) -> bool:
    """Whether a page's path, its file name or its title fits a glob."""
    names = (page, page.rpartition("/")[2], page.rpartition("/")[2].rpartition(".")[0], title)
    return any(fnmatch.fnmatchcase(name, glob) for name in names)


def _root(path: Path, graph: Path | None) -> tuple[Path, bool]:
    resolved = path.resolve()
    refused = refusal(graph_kind(resolved), path)
    if refused is not None:
        raise UserError(refused, hint=HINT)
    if graph is not None:
        root = graph.resolve()
        if not resolved.is_relative_to(root):
            raise UserError(f"`{path}` stands outside the graph `{graph}`; nothing was done")
        return root, True
    found = find_graph(resolved)
    if found is not None:
        return found, True
    if resolved.is_dir():
        raise UserError(
            f"`{path}` is no Logseq graph: neither it nor a folder above holds `logseq/` or `pages/`",
            hint="name a page, or the graph's root with `--graph`",
        )
    return resolved.parent, False


def _config(root: Path) -> GraphConfig:
    path = root / "logseq" / "config.edn"
    try:
        config = read_config(path.read_bytes() if path.is_file() else None)
    except (OSError, ValueError) as error:
        raise PageError(
            str(path), f"can't be read: {error}", hint="Logseq itself can't read such a file either"
        ) from error
    for key, folder in (
        (":pages-directory", config.pages_directory),
        (":journals-directory", config.journals_directory),
    ):
        if not (root / folder).resolve().is_relative_to(root.resolve()):
            raise PageError(
                str(path),
                f"has the {key} `{folder}`, which leads out of the graph; nothing was done",
                hint="name a folder inside the graph there",
            )
    return config
