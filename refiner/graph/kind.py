"""Which kind of graph a folder belongs to: Logseq's files, its database, or the database's mirror.

Only a graph of files can be written: Logseq keeps a database graph in `db.sqlite` and reads
nothing back from the Markdown that it mirrors.

Source: logseq, docs/adr/0016-markdown-mirror.md (`mirror/markdown/` beside `db.sqlite`, one way)
and deps/db (`kvs`, the table that holds a graph's datoms).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

GraphKind = Literal["files", "database", "mirror"]

DATABASE = "db.sqlite"
MIRROR = ("mirror", "markdown")
# What a person can do, for both kinds.
HINT = (
    "export the graph from Logseq as Markdown files, or keep it in Logseq OG (the 0.10 line), "
    "and run refiner there"
)


def graph_kind(folder: Path) -> GraphKind:
    """The kind of graph that a folder stands in; `files` where nothing speaks for another.

    Args:
        folder: A resolved path: a graph's root or a folder of it, need not be a graph at all.
    """
    for place in (folder, *folder.parents):
        if place.parts[-len(MIRROR) :] == MIRROR:
            return "mirror"
        if _is_database(place / DATABASE):
            return "database"
    return "files"


def _is_database(file: Path) -> bool:
    """Whether a file is a Logseq database, and not somebody else's of the same name."""
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'kvs'"
            return database.execute(query).fetchone() is not None
    except sqlite3.Error:
        return False


def refusal(kind: GraphKind, place: Path) -> str | None:
    """Why refiner does not work there, or None."""
    if kind == "mirror":
        return (
            f"`{place}` is the Markdown mirror of a Logseq database graph: Logseq writes it and never "
            "reads it back, so that every change here is lost; nothing was done"
        )
    if kind == "database":
        return (
            f"`{place}` is a Logseq database graph: its pages are kept in `{DATABASE}`, and files "
            "are not read from there; nothing was done"
        )
    return None
