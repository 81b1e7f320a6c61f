"""What Logseq's own parser sees, and what ours sees, in one form to compare."""

from __future__ import annotations

import json
import shutil
import subprocess
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from refiner.logseq import parse
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FOLDER = ROOT / "tests" / "oracle"
IS_HERE = shutil.which("node") is not None and (FOLDER / "node_modules").is_dir()


class Seen(NamedTuple):
    """A block as both parsers tell of it; tags as a set, since a tag counts once."""

    start: int
    level: int
    kind: str
    marker: str | None
    properties: tuple[tuple[str, str], ...]
    tags: frozenset[str]


def mldoc(paths: Iterable[Path]) -> list[list[Seen] | None]:
    """The blocks of each page; None where mldoc itself fails."""
    done = subprocess.run(
        ["node", str(FOLDER / "oracle.mjs")],
        input="\n".join(map(str, paths)),
        capture_output=True,
        text=True,
        check=True,
    )
    return [_read(json.loads(line)) for line in done.stdout.splitlines()]


def ours(data: bytes) -> list[Seen]:
    page = parse(data)
    return [
        Seen(
            block.start,
            block.level,
            block.kind,
            block.marker,
            tuple((p.key, p.value) for p in block.properties),
            frozenset(tag.name for tag in block.tags),
        )
        for block in page.blocks
    ]


def _read(page: dict[str, Any]) -> list[Seen] | None:
    if "error" in page:
        return None
    return [
        Seen(
            block["start"],
            block["level"],
            block["kind"],
            block["marker"],
            tuple((_key(key), value.strip()) for key, value in block["properties"]),
            frozenset(unicodedata.normalize("NFC", tag).lower() for tag in block["tags"]),
        )
        for block in page["blocks"][1:]
    ]


def _key(key: str) -> str:
    key = key.lower().replace("_", "-")
    return "id" if key == "custom-id" else key
