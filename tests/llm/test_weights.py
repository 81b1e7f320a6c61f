"""The embedded model's weights: joined once, checked against their publisher's digest."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from refiner.errors import ModelError
from refiner.kept import cache_folder
from refiner.llm import weights

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two small parts in the place of the packages, with the digest of what they join to."""
    made = [tmp_path / "part01.bin", tmp_path / "part02.bin"]
    made[0].write_bytes(b"GGUF one ")
    made[1].write_bytes(b"two")
    monkeypatch.setattr(weights, "PARTS", 2)
    monkeypatch.setattr(weights, "SHA256", hashlib.sha256(b"GGUF one two").hexdigest())
    monkeypatch.setattr(weights, "part_path", lambda number: made[number - 1])
    return made


def test_parts_are_joined_once(parts: list[Path], tmp_path: Path) -> None:
    told: list[str] = []
    path = weights.weights_path(tmp_path / "cache", told.append)
    assert path.read_bytes() == b"GGUF one two"
    weights.check_digest(path)
    parts[0].unlink()
    assert weights.weights_path(tmp_path / "cache", told.append) == path
    assert len(told) == 1


@pytest.mark.parametrize("data", [b"GGUF 1ne ", b""], ids=["changed", "empty"])
def test_a_wrong_part_is_never_loaded(parts: list[Path], tmp_path: Path, data: bytes) -> None:
    parts[0].write_bytes(data)
    with pytest.raises(ModelError):
        weights.weights_path(tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.gguf"))


def test_weights_that_changed_since_are_found(parts: list[Path], tmp_path: Path) -> None:
    path = weights.weights_path(tmp_path / "cache")
    path.write_bytes(b"GGUF one tw0")
    with pytest.raises(ModelError, match="expected"):
        weights.check_digest(path)
    assert weights.weights_path(tmp_path / "cache").read_bytes() == b"GGUF one two"
    assert len(parts) == 2


def test_the_cache_lies_where_the_hint_says(
    parts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").write_text("no folder")
    with pytest.raises(ModelError, match="full") as caught:
        weights.weights_path(tmp_path / "full" / "cache")
    assert "XDG_CACHE_HOME" in str(caught.value.hint)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert cache_folder() == tmp_path / "other" / "refiner"
    assert weights.weights_path(cache_folder()).parent == tmp_path / "other" / "refiner"
    assert parts


@pytest.mark.parametrize("data", [None, b"PK zip"], ids=["missing", "no GGUF"])
def test_other_weights_are_looked_at_before_they_are_loaded(
    tmp_path: Path, data: bytes | None
) -> None:
    path = tmp_path / "other.gguf"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ModelError, match=r"other\.gguf"):
        weights.check_gguf(path)
