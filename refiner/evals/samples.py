"""Golden samples: page snippets with what should become of them (fixtures/golden/README.md)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from refiner.errors import UserError
from refiner.tasks import task_names

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

FENCE = "+++\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """One snippet and its target.

    Attributes:
        name: `<task>/<split>/<name>`.
        lang: Of the side that matters; `item` is the number of the tagged block.
        is_clean: Whether no proposal of the task may be made.
        target: As the README of the samples tells, by task.
        page: The snippet's bytes.
    """

    name: str
    task: str
    split: str
    lang: str
    is_clean: bool
    item: int
    note: str
    target: dict[str, Any]
    page: bytes


def load_samples(
    folder: Path, split: str | None, tasks: Collection[str] = (), each: int = 1
) -> list[Sample]:
    """Read the samples below a folder, by name.

    Args:
        folder: As `fixtures/golden`.
        split: `dev`, `test`, or None for both.
        tasks: Only of these; empty for all.
        each: One in so many, chosen by their names: further samples change none of the choice.

    Raises:
        UserError: There are none, or one can't be read.
    """
    paths = sorted(folder.glob("*/*/*.md"))
    found = []
    for task in sorted(tasks or task_names()):
        own = [path for path in paths if path.parent.parent.name == task]
        own = [path for path in own if split in {None, path.parent.name}]
        found += [read_sample(path) for path in own if _is_chosen(path, each)]
    if not found:
        raise UserError(f"`{folder}` holds no samples", hint="name the folder: `--samples FOLDER`")
    return found


def _is_chosen(path: Path, each: int) -> bool:
    """Whether a sample is of the one in so many, in whichever split it is."""
    name = f"{path.parent.parent.name}/{path.stem}"
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) % each == 0


def read_sample(path: Path) -> Sample:
    """Read one sample.

    Raises:
        UserError: Its front matter is not TOML, or lacks a key.
    """
    text = path.read_bytes().decode()
    _, front, page = text.split(FENCE, 2) if text.count(FENCE) > 1 else ("", "", "")
    name = f"{path.parent.parent.name}/{path.parent.name}/{path.stem}"
    try:
        data = tomllib.loads(front)
        return Sample(
            name=name,
            task=data["task"],
            split=path.parent.name,
            lang=data["lang"],
            is_clean=data["clean"],
            item=data["item"],
            note=data.get("note", ""),
            target=data.get("target", {}),
            page=page.encode(),
        )
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise UserError(f"the sample `{path}` can't be read: {error}") from error
