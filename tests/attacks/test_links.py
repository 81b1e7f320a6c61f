"""A link in a graph overwrites nothing outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.errors import ConflictError, PageError
from refiner.graph import files
from refiner.graph.files import replace_file, temporary_of
from refiner.graph.target import locate
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

MINE = "a file outside the graph\n"


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    file = tmp_path / "victim.txt"
    file.write_text(MINE, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("refiner___review___Queues in Practice (highlights).md", id="a review page"),
        pytest.param("refiner___review.md", id="the index"),
    ],
)
def test_a_link_at_a_review_page_is_not_followed(graph: Path, victim: Path, name: str) -> None:
    (graph / "pages" / name).symlink_to(victim)
    done = run("refine", "--model", "none", str(graph))
    assert victim.read_text(encoding="utf-8") == MINE
    assert "Traceback" not in done.stderr


def test_a_page_that_became_a_link_is_not_followed(refined: Path, victim: Path) -> None:
    page = next((refined / "pages").glob("Queues*.md"))
    victim.write_bytes(page.read_bytes())
    before = victim.read_bytes()
    page.unlink()
    page.symlink_to(victim)
    done = run("apply", "--all", str(refined))
    assert victim.read_bytes() == before
    assert "leads out of the graph" in done.stderr
    assert "wrote" in done.stderr  # the other pages


def test_a_page_that_becomes_a_link_while_it_is_written_is_not_followed(
    tmp_path: Path, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "graph"
    root.mkdir()
    page = root / "Page.md"
    page.write_bytes(b"old")
    read = files.read_file

    def swapped(path: Path) -> bytes:
        data = read(path)
        page.unlink()
        page.symlink_to(victim)
        return data

    monkeypatch.setattr(files, "read_file", swapped)
    with pytest.raises((ConflictError, PageError)):
        replace_file(page, b"old", b"new", root=root)
    assert victim.read_text(encoding="utf-8") == MINE


def test_a_link_at_the_temporary_file_s_name_is_not_followed(tmp_path: Path, victim: Path) -> None:
    root = tmp_path / "graph"
    root.mkdir()
    page = root / "Page.md"
    page.write_bytes(b"old")
    temporary_of(page).symlink_to(victim)
    replace_file(page, b"old", b"new", root=root)
    assert victim.read_text(encoding="utf-8") == MINE
    assert page.read_bytes() == b"new"


@pytest.mark.parametrize("folder", ["../victim", "/tmp"], ids=["above", "absolute"])  # noqa: S108 - never written
def test_a_folder_for_pages_outside_the_graph_is_refused(graph: Path, folder: str) -> None:
    config = graph / "logseq" / "config.edn"
    config.write_text(f'{{:pages-directory "{folder}"}}', encoding="utf-8")
    with pytest.raises(PageError, match="leads out of the graph"):
        locate([graph])


def test_a_folder_that_is_a_link_out_is_refused(graph: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (graph / "pages").rename(outside)
    (graph / "pages").symlink_to(outside)
    with pytest.raises(PageError, match="leads out of the graph"):
        locate([graph])


def test_a_link_inside_the_graph_still_serves(refined: Path) -> None:
    page = next((refined / "pages").glob("Queues*.md"))
    real = refined / "assets" / "real.md"
    real.parent.mkdir(exist_ok=True)
    page.rename(real)
    page.symlink_to(real)
    before = real.read_bytes()
    assert run("apply", "--all", str(refined)).returncode == 0
    assert page.is_symlink()
    assert real.read_bytes() != before
