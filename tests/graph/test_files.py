from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from refiner.errors import ConflictError, PageError
from refiner.graph.files import read_file, remove_leftover, replace_file
from refiner.graph.held import saved_lately

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_bytes(b"other")
    with pytest.raises(ConflictError):
        replace_file(page, b"old", b"new", root=tmp_path)
    assert page.read_bytes() == b"other"
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_a_vanished_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="has vanished"):
        read_file(tmp_path / "a.md")


def test_a_leftover_of_a_killed_write_is_removed(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_bytes(b"x")
    (tmp_path / ".refiner-a.md.tmp").write_bytes(b"half")
    remove_leftover(page, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_a_page_or_its_backup_saved_lately_is_told(tmp_path: Path) -> None:
    page = tmp_path / "pages" / "A.md"
    page.parent.mkdir()
    page.write_bytes(b"x")
    now = page.stat().st_mtime
    assert saved_lately(tmp_path, "pages/A.md", now + 5)
    assert not saved_lately(tmp_path, "pages/A.md", now + 300)
    backup = tmp_path / "logseq" / "bak" / "pages" / "A" / "2024.md"
    backup.parent.mkdir(parents=True)
    backup.write_bytes(b"x")
    os.utime(backup, (now + 290, now + 290))
    assert saved_lately(tmp_path, "pages/A.md", now + 300)


def test_extended_attributes_stay_and_hard_links_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = tmp_path / "Page.md"
    page.write_bytes(b"old")
    os.link(page, tmp_path / "Other.md")
    try:
        os.setxattr(page, "user.tag", b"blue")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    replace_file(page, b"old", b"new", root=tmp_path)
    assert os.getxattr(page, "user.tag") == b"blue"
    assert "keep the old text" in caplog.text
    assert (tmp_path / "Other.md").read_bytes() == b"old"
