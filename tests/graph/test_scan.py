from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.graph.scan import find_graph, scan
from refiner.logseq import GraphConfig

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "graph"
    for name in (
        "pages/a.md", "journals/2024_01_01.md", "logseq/config.edn", "logseq/bak/pages/a/1.md",
        "logseq/.recycle/b.md", "logseq/version-files/c.md", ".git/d.md", "node_modules/e.md",
        "drafts/f.md", "pages/g.org", "pages/h.txt",
    ):  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"- x")
    return root


def test_pages_are_found_as_logseq_finds_them(root: Path) -> None:
    found = scan(root, GraphConfig(hidden=("/drafts",)))
    assert [file.path for file in found.pages] == ["journals/2024_01_01.md", "pages/a.md"]
    assert [skip.path for skip in found.skipped] == ["pages/g.org"]


def test_a_link_that_leads_out_is_skipped_and_said(root: Path, tmp_path: Path) -> None:
    (tmp_path / "out.md").write_bytes(b"- secret")
    (root / "pages" / "out.md").symlink_to(tmp_path / "out.md")
    found = scan(root, GraphConfig())
    assert "pages/out.md" not in [file.path for file in found.pages]
    assert ("pages/out.md", "a link that leads out of the graph") in found.skipped


def test_a_changed_file_has_another_fingerprint(root: Path) -> None:
    before = {file.path: file.fingerprint for file in scan(root, GraphConfig()).pages}
    (root / "pages" / "a.md").write_bytes(b"- longer")
    after = {file.path: file.fingerprint for file in scan(root, GraphConfig()).pages}
    assert {path for path in before if before[path] != after[path]} == {"pages/a.md"}


def test_the_graph_is_found_from_below(root: Path) -> None:
    assert find_graph(root / "pages" / "a.md") == root
    assert find_graph(root.parent) is None
