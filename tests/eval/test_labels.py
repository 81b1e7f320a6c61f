"""The file of labels: what is read, and what a person is told about a line that is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from refiner.errors import UserError
from refiner.evals.labels import Label, read_labels

if TYPE_CHECKING:
    from pathlib import Path

PLACE = {"page": "pages/Rivers.md", "line": 3, "kind": "card"}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "labels.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_labels_stand_by_their_line_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    read = read_labels(written(tmp_path, PLACE, "", {**PLACE, "line": 9, "vague": "borderline"}))
    assert list(read) == [1, 3]
    assert read[1].typos is None
    assert read[3].vague == "borderline"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "expected one JSON object"),
        ("[]", "expected one JSON object"),
        ({"page": "a", "kind": "card"}, "the key `line` is missing"),
        ({**PLACE, "vagu": True}, "the key `vagu` is unknown; did you mean `vague`?"),
        ({**PLACE, "zzz": 1}, "the key `zzz` is unknown"),
        ({**PLACE, "vague": "maybe"}, '`vague` is "maybe"; expected true, false, null or'),
        ({**PLACE, "kind": "crd"}, '`kind` is "crd": '),
        ({**PLACE, "typos": [{"wrong": "a"}]}, "the key `typos.0.right` is missing"),
        ({**PLACE, "must_keep": "x"}, '`must_keep` is "x": '),
    ],
    ids=["broken", "list", "missing", "misspelt", "unknown", "verdict", "kind", "typo", "type"],
)
def test_a_line_that_is_no_label_is_named_with_its_place(
    tmp_path: Path, line: object, told: str
) -> None:
    path = written(tmp_path, PLACE, line)
    with pytest.raises(UserError) as caught:
        read_labels(path)
    assert caught.value.message.startswith(f"`{path}:2` is not a label: {told}")
    assert caught.value.message.endswith("; nothing was scored")


def test_an_item_labelled_twice_names_both_lines(tmp_path: Path) -> None:
    path = written(tmp_path, PLACE, {**PLACE, "line": 4}, PLACE)
    with pytest.raises(UserError, match=r":3` labels `pages/Rivers\.md:3` again, as line 1 does"):
        read_labels(path)


@pytest.mark.parametrize("text", [None, b"\n", b"\xff"], ids=["absent", "empty", "not UTF-8"])
def test_a_file_without_labels_says_how_one_is_made(tmp_path: Path, text: bytes | None) -> None:
    path = tmp_path / "labels.jsonl"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(UserError) as caught:
        read_labels(path)
    assert caught.value.message.startswith(f"`{path}` ")
    assert "--init" in (caught.value.hint or "")


LOOKED = {"typos": [], "truncated": False, "flattened_code": False, "vague": False}


@pytest.mark.parametrize(
    ("said", "is_faultless"),
    [
        (LOOKED, True),
        ({**LOOKED, "vague": None}, True),
        ({**LOOKED, "vague": "borderline"}, False),
        ({**LOOKED, "typos": None}, False),
        ({**LOOKED, "typos": [{"wrong": "a", "right": "b"}]}, False),
        ({**LOOKED, "truncated": None}, False),
        ({**LOOKED, "too_long": True}, False),
    ],
    ids=["clean", "a passage", "borderline", "not looked", "typo", "not judged", "too long"],
)
def test_faultless_is_what_a_reader_looked_at_and_left(
    said: dict[str, object], is_faultless: object
) -> None:
    assert Label.model_validate({**PLACE, **said}).is_faultless is is_faultless
