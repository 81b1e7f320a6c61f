"""Every test has its own state folder, and no settings from outside."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from refiner.graph.scan import Fingerprint
from refiner.graph.target import locate
from refiner.ledger import ledger_path
from refiner.pipeline.refine import refine
from refiner.pipeline.session import open_session
from refiner.review.logseq_page import review_file, review_title

if TYPE_CHECKING:
    from collections.abc import Generator

pytest_plugins = ["tests.llm.fixtures"]

ROOT = Path(__file__).resolve().parent.parent
MODEL_LOCK = Path(tempfile.gettempdir()) / f"refiner-tests-model-{os.getuid()}.lock"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """One test at a time runs the embedded model: two would take each other's cores."""
    is_of_model = item.get_closest_marker("model") is not None
    with FileLock(MODEL_LOCK) if is_of_model else nullcontext():
        return (yield)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("REFINER_"):
            monkeypatch.delenv(name)
    # Endpoints are asked task by task, but in the tests of one request for an item.
    monkeypatch.setenv("REFINER_MODEL_GRADE", "small")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A copy of the sample graph."""
    return Path(shutil.copytree(ROOT / "fixtures" / "graph", tmp_path / "graph"))


@pytest.fixture(scope="session")
def refined_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample graph as rules alone refine it, and its ledger."""
    folder = tmp_path_factory.mktemp("refined")
    root = Path(shutil.copytree(ROOT / "fixtures" / "graph", folder / "graph"))
    flags = {"model": "none", "ledger": folder / "ledger.db"}
    with (
        open_session([root], None, flags, is_writing=True) as session,
        session.reviewed() as problems,
    ):
        refine(session.target, session.settings, session.ledger)
    assert not problems
    return folder


@pytest.fixture
def refined(refined_once: Path, tmp_path: Path) -> Path:
    """A copy of the sample graph after `refine --model none`, with the ledger where it belongs."""
    root = Path(shutil.copytree(refined_once / "graph", tmp_path / "graph"))
    ledger = ledger_path(root.resolve(), None)
    ledger.parent.mkdir(parents=True)
    shutil.copyfile(refined_once / "ledger.db", ledger)
    _take_fingerprints(root, ledger)
    return root


def _take_fingerprints(root: Path, ledger: Path) -> None:
    """Let a copied ledger know the copied files by their own inodes and times."""
    config = locate([root]).config
    columns = "size_bytes = ?, mtime_ns = ?, inode = ?"
    with closing(sqlite3.connect(ledger)) as db, db:
        for (path,) in db.execute("SELECT path FROM pages").fetchall():
            values = (*Fingerprint.of(root / path), path)
            db.execute(f"UPDATE pages SET {columns} WHERE path = ?", values)  # noqa: S608 - a constant
        for (title,) in db.execute("SELECT title FROM review_files").fetchall():
            file = root / review_file(review_title(title), config, is_graph=True)
            values = (*Fingerprint.of(file), title)
            db.execute(f"UPDATE review_files SET {columns} WHERE title = ?", values)  # noqa: S608 - a constant
