"""What a command works on, by the paths that a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.errors import PageError, UserError
from refiner.graph.target import find_pages, locate, matches

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "graph"
    for name in ("pages/Soil.md", "pages/Rivers.md", "journals/2024_01_01.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("- x\n", encoding="utf-8")
    (root / "logseq").mkdir()
    (root / "logseq" / "config.edn").write_text("{:file/name-format :triple-lowbar}")
    return root


def paths(target_paths: list[Path], glob: str | None = None) -> list[str]:
    return [file.path for file in find_pages(locate(target_paths), glob).pages]


def test_a_graph_means_all_its_pages(root: Path) -> None:
    target = locate([root])
    assert (target.root, target.is_graph, target.pages) == (root.resolve(), True, None)
    assert paths([root]) == ["journals/2024_01_01.md", "pages/Rivers.md", "pages/Soil.md"]


def test_a_page_or_a_folder_means_what_is_in_it(root: Path) -> None:
    assert paths([root / "pages" / "Soil.md"]) == ["pages/Soil.md"]
    assert paths([root / "pages"]) == ["pages/Rivers.md", "pages/Soil.md"]
    assert paths([root / "journals", root / "pages" / "Soil.md"]) == [
        "journals/2024_01_01.md",
        "pages/Soil.md",
    ]


def test_only_what_is_named_is_covered(root: Path) -> None:
    target = locate([root / "pages"])
    assert target.covers("pages/Soil.md")
    assert not target.covers("pages-other/Soil.md")
    assert not target.covers("journals/2024_01_01.md")


def test_the_current_folder_is_the_default(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert locate([]).root == root.resolve()
    monkeypatch.chdir(root / "pages")
    assert locate([]).pages == ("pages",)


def test_a_page_alone_stands_in_its_own_folder(tmp_path: Path) -> None:
    page = tmp_path / "notes.txt"
    page.write_text("- x\n", encoding="utf-8")
    target = locate([page])
    assert (target.root, target.is_graph) == (tmp_path.resolve(), False)
    assert paths([page]) == ["notes.txt"]


def test_a_glob_fits_path_file_name_or_title(root: Path) -> None:
    assert paths([root], "S*") == ["pages/Soil.md"]
    assert paths([root], "pages/*") == ["pages/Rivers.md", "pages/Soil.md"]
    assert matches("pages/a___b.md", "a/b", "a/*")
    assert not matches("pages/Soil.md", "Soil", "soil")


def test_a_title_is_read_in_the_graph_s_file_name_format(root: Path) -> None:
    assert locate([root]).title("pages/a___b.md") == "a/b"


def test_a_path_that_is_not_there_is_an_error(root: Path) -> None:
    with pytest.raises(UserError, match="does not exist; nothing was done"):
        locate([root / "pages" / "Nothing.md"])


def test_paths_of_two_graphs_are_an_error(root: Path, tmp_path: Path) -> None:
    (tmp_path / "other" / "pages").mkdir(parents=True)
    with pytest.raises(UserError, match="different graphs"):
        locate([root, tmp_path / "other"])


def test_a_folder_that_is_no_graph_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="neither it nor a folder above"):
        locate([tmp_path / "empty"])


def test_a_path_outside_the_graph_that_is_named_is_an_error(root: Path, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("- x\n")
    with pytest.raises(UserError, match="outside the graph"):
        locate([tmp_path / "other.md"], root)


def test_a_configuration_that_can_not_be_read_is_told_with_its_place(root: Path) -> None:
    (root / "logseq" / "config.edn").write_text("{:file/name-format")
    with pytest.raises(PageError, match=r"config\.edn"):
        locate([root])
