"""Tables in the cache folder: made once, whole or not used, and never needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.kept import cache_folder, kept_table

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"\x00table\xff" * 1000


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "source"
    path.write_bytes(b"source")
    return path


def never() -> bytes:
    raise AssertionError


def test_a_table_is_made_once(source: Path) -> None:
    assert bytes(kept_table("words", source, lambda: CONTENT)) == CONTENT
    assert bytes(kept_table("words", source, never)) == CONTENT
    assert [path.suffix for path in cache_folder().iterdir()] == [".bin"]


def test_another_source_or_option_makes_it_anew(source: Path) -> None:
    kept_table("words", source, lambda: CONTENT)
    assert bytes(kept_table("words", source, lambda: b"one", "option")) == b"one"
    source.write_bytes(b"another source")
    assert bytes(kept_table("words", source, lambda: b"two")) == b"two"
    assert len([*cache_folder().iterdir()]) == 1


@pytest.mark.parametrize("damage", [b"", b"not ours", None], ids=["empty", "foreign", "cut"])
def test_a_damaged_file_is_made_anew(source: Path, damage: bytes | None) -> None:
    kept_table("words", source, lambda: CONTENT)
    (path,) = cache_folder().iterdir()
    path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    assert bytes(kept_table("words", source, lambda: CONTENT)) == CONTENT
    assert bytes(kept_table("words", source, never)) == CONTENT


def test_a_folder_that_cannot_be_written_is_no_hindrance(source: Path) -> None:
    cache_folder().parent.mkdir(parents=True)
    cache_folder().write_bytes(b"a file where the folder should be")
    assert bytes(kept_table("words", source, lambda: CONTENT)) == CONTENT
