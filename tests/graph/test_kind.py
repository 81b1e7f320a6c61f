from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from refiner.errors import UserError
from refiner.graph.kind import graph_kind
from refiner.graph.target import locate

if TYPE_CHECKING:
    from pathlib import Path


def database_graph(root: Path) -> Path:
    """A graph as Logseq's database line lays it out: `db.sqlite`, assets, a mirror of Markdown."""
    pages = root / "mirror" / "markdown" / "pages"
    pages.mkdir(parents=True)
    (root / "assets").mkdir()
    (pages / "Plants.md").write_text("- What is a stoma? #Card\n  - A pore.\n", encoding="utf-8")
    with sqlite3.connect(root / "db.sqlite") as database:
        database.execute(
            "CREATE TABLE kvs (addr INTEGER PRIMARY KEY, content TEXT, addresses JSON)"
        )
    database.close()
    return root


def file_graph(root: Path) -> Path:
    """A graph as Logseq OG lays it out."""
    (root / "logseq").mkdir(parents=True)
    (root / "logseq" / "config.edn").write_text("{}", encoding="utf-8")
    (root / "pages").mkdir()
    (root / "journals").mkdir()
    (root / "pages" / "Plants.md").write_text("- What is a stoma? #card\n\t- A pore.", "utf-8")
    return root


def test_a_graph_of_files_is_taken(tmp_path: Path) -> None:
    root = file_graph(tmp_path / "graph")
    assert graph_kind(root / "pages") == "files"
    assert locate([root / "pages" / "Plants.md"]).root == root


@pytest.mark.parametrize(
    ("place", "kind", "reason"),
    [
        pytest.param("", "database", "database graph", id="root"),
        pytest.param("assets", "database", "database graph", id="a folder of it"),
        pytest.param("mirror/markdown", "mirror", "Markdown mirror", id="mirror"),
        pytest.param(
            "mirror/markdown/pages/Plants.md", "mirror", "mirror", id="page of the mirror"
        ),
    ],
)
def test_a_database_graph_is_refused_with_the_reason(
    tmp_path: Path, place: str, kind: str, reason: str
) -> None:
    root = database_graph(tmp_path / "graph")
    assert graph_kind(root / place) == kind
    with pytest.raises(UserError, match=reason) as refused:
        locate([root / place])
    assert "Logseq OG" in (refused.value.hint or "")


def test_a_mirror_that_was_copied_alone_is_still_refused(tmp_path: Path) -> None:
    root = database_graph(tmp_path / "graph")
    (root / "db.sqlite").unlink()
    with pytest.raises(UserError, match="never reads it back"):
        locate([root / "mirror" / "markdown"])


def test_the_graph_named_by_flag_is_refused_too(tmp_path: Path) -> None:
    root = database_graph(tmp_path / "graph")
    with pytest.raises(UserError, match="database graph"):
        locate([], root)


@pytest.mark.parametrize("content", [b"", b"not a database", None], ids=["empty", "text", "other"])
def test_another_file_of_that_name_changes_nothing(tmp_path: Path, content: bytes | None) -> None:
    root = file_graph(tmp_path / "graph")
    file = root / "db.sqlite"
    if content is None:
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE poems (line TEXT)")
        database.close()
    else:
        file.write_bytes(content)
    assert locate([root]).root == root
