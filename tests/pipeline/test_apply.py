from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from refiner.cards import ExtractOptions
from refiner.errors import ConflictError, PageError
from refiner.graph.target import Target
from refiner.ledger import Ledger, PageState, SyncedPage
from refiner.logseq import GraphConfig, splice
from refiner.pipeline.apply import apply_accepted, compose_page
from refiner.pipeline.session import Session
from refiner.pipeline.undo import undo
from refiner.pipeline.write import recover
from refiner.review.logseq_sync import ReviewPages
from refiner.settings import Settings
from tests.proposals.made import PAGE, edit, propose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from refiner.proposals import State

ACCEPTED: tuple[State, ...] = ("accepted",)
APPLIED: tuple[State, ...] = ("applied",)
STATE = PageState("One", "", (1, 2, 3), "sha", 2, {})
TYPO = propose(PAGE, edit(PAGE, "registy", "registry"))
JOIN = propose(PAGE, edit(PAGE, "contain- ner", "container"))
DONE = PAGE.replace(b"registy", b"registry").replace(b"contain- ner", b"container")


def session_of(root: Path, ledger: Ledger) -> Session:
    """A session on all pages of a graph."""
    target = Target(root, GraphConfig(), is_graph=True, pages=None)
    review = ReviewPages(root, target.config, ledger, is_graph=True, options=ExtractOptions())
    return Session(target, Settings(model="none"), ledger, review)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "One.md").write_bytes(PAGE)
    return tmp_path


@pytest.fixture
def session(root: Path) -> Iterator[Session]:
    with Ledger(root / "ledger.db") as ledger:
        ledger.sync_pages([SyncedPage("pages/One.md", STATE, ("typo",), [TYPO, JOIN])])
        ledger.decide([TYPO.id, JOIN.id], "accepted", "command")
        yield session_of(root, ledger)


def test_only_accepted_edits_are_written(root: Path, session: Session) -> None:
    session.ledger.decide([JOIN.id], "rejected", "command")
    apply_accepted(session)
    assert (root / "pages/One.md").read_bytes() == PAGE.replace(b"registy", b"registry")


@pytest.mark.parametrize(
    ("decide", "written"),
    [
        pytest.param(
            lambda other: other.decide([JOIN.id], "rejected", "browser"),
            PAGE.replace(b"registy", b"registry"),
            id="rejected",
        ),
        pytest.param(
            lambda other: other.reopen([JOIN.id]),
            PAGE.replace(b"registy", b"registry"),
            id="taken back",
        ),
        pytest.param(
            lambda other: other.decide(
                [JOIN.id], "accepted", "browser", wording=f"{JOIN.after} too", seen=("accepted",)
            ),
            None,
            id="worded anew",
        ),
    ],
)
def test_what_is_decided_while_pages_are_composed_holds(
    root: Path,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    decide: Callable[[Ledger], object],
    written: bytes | None,
) -> None:
    rounds = []

    def composed(*args: Any) -> Any:  # noqa: ANN401 - passed on
        rounds.append(1)
        made = compose_page(*args)
        if len(rounds) == 1:  # a person clicks between the composing and the writing
            with Ledger(session.ledger.path) as other:
                decide(other)
        return made

    monkeypatch.setattr("refiner.pipeline.apply.compose_page", composed)
    report = apply_accepted(session)
    found = (root / "pages/One.md").read_bytes()
    assert len(rounds) == 2
    if written is None:
        assert JOIN.id in report.proposals
        assert f"{JOIN.after.splitlines()[0]} too".encode() in found
    else:
        assert report.proposals == [TYPO.id]
        assert found == written
    assert len(session.ledger.writes(10)) == 1


def test_undo_gives_the_first_bytes_back(root: Path, session: Session) -> None:
    apply_accepted(session)
    assert (root / "pages/One.md").read_bytes() == DONE
    undo(session)
    assert (root / "pages/One.md").read_bytes() == PAGE
    assert {p.id for p in session.ledger.proposals()} == {TYPO.id, JOIN.id}
    assert {splice(PAGE, p.place.edits) == PAGE for p in session.ledger.proposals()} == {False}


def test_one_proposal_can_be_taken_back_and_then_the_other(root: Path, session: Session) -> None:
    apply_accepted(session)
    undo(session, {TYPO.id})
    assert (root / "pages/One.md").read_bytes() == DONE.replace(b"registry", b"registy")
    undo(session, {JOIN.id})
    assert (root / "pages/One.md").read_bytes() == PAGE


def test_mode_and_links_stay(root: Path, session: Session) -> None:
    page = root / "pages/One.md"
    page.chmod(0o640)
    page.rename(root / "real.md")
    page.symlink_to(root / "real.md")
    apply_accepted(session)
    assert page.is_symlink()
    assert (root / "real.md").stat().st_mode & 0o777 == 0o640
    assert (root / "real.md").read_bytes() == DONE


def test_a_block_that_somebody_changed_is_left_alone(root: Path, session: Session) -> None:
    changed = PAGE.replace(b"one", b"1")
    (root / "pages/One.md").write_bytes(changed)
    report = apply_accepted(session)
    assert (root / "pages/One.md").read_bytes() == changed
    assert {id_ for id_, _ in report.refused} == {TYPO.id, JOIN.id}
    assert {p.state for p in session.ledger.proposals(("accepted", "stale"))} == {"stale"}


def test_an_edit_elsewhere_on_the_page_does_not_matter(root: Path, session: Session) -> None:
    (root / "pages/One.md").write_bytes(b"- zero\n" + PAGE + b"- three")
    apply_accepted(session)
    assert (root / "pages/One.md").read_bytes() == b"- zero\n" + DONE + b"- three"


def test_undo_of_a_block_that_changed_is_a_conflict(root: Path, session: Session) -> None:
    apply_accepted(session)
    changed = DONE.replace(b"one registry", b"my registry")
    (root / "pages/One.md").write_bytes(changed)
    with pytest.raises(ConflictError, match="my registry"):
        undo(session)
    assert (root / "pages/One.md").read_bytes() == changed


def test_a_vanished_page_is_told_and_stays_accepted(root: Path, session: Session) -> None:
    (root / "pages/One.md").unlink()
    report = apply_accepted(session)
    assert [type(p) for p in report.problems] == [PageError]
    assert {p.state for p in session.ledger.proposals(ACCEPTED)} == {"accepted"}


def test_a_page_that_is_no_longer_utf_8_is_told(root: Path, session: Session) -> None:
    (root / "pages/One.md").write_bytes(PAGE + b"\xff")
    report = apply_accepted(session)
    assert "not UTF-8" in report.problems[0].message
    assert (root / "pages/One.md").read_bytes() == PAGE + b"\xff"


@pytest.mark.skipif(
    shutil.which("mount") is None or os.geteuid() != 0, reason="needs a small tmpfs"
)
def test_a_full_disk_leaves_the_page_whole(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("this machine mounts no tmpfs")
    try:
        (small / "pages").mkdir()
        (small / "pages/One.md").write_bytes(PAGE)
        (small / "filler").write_bytes(b"x" * 40_000)
        with Ledger(tmp_path / "ledger.db") as ledger:
            data = PAGE + b"- x\n" * 4000
            (small / "pages/One.md").write_bytes(data)
            ledger.sync_pages([SyncedPage("pages/One.md", STATE, ("typo",), [TYPO])])
            ledger.decide([TYPO.id], "accepted", "command")
            report = apply_accepted(session_of(small, ledger))
            assert len(report.problems) == 1
            assert (small / "pages/One.md").read_bytes() == data
            assert [p.name for p in (small / "pages").iterdir()] == ["One.md"]
            (small / "filler").unlink()
            assert apply_accepted(session_of(small, ledger)).pages == ["pages/One.md"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


PAGES = 12
KILLED = """
import sys
from pathlib import Path
from refiner.pipeline.apply import apply_accepted, compose_page
from refiner.pipeline.session import open_session
root = Path(sys.argv[1])
with open_session([root], None, {"ledger": root / "ledger.db"}, is_writing=True) as session:
    print("ready", flush=True)
    apply_accepted(session)
"""


def test_a_killed_apply_is_finished_by_the_next_command(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 - moments, no secrets
    for number in range(10):
        root = tmp_path / str(number)
        (root / "pages").mkdir(parents=True)
        names = [f"pages/{i}.md" for i in range(PAGES)]
        with Ledger(root / "ledger.db") as ledger:
            for i, name in enumerate(names):
                (root / name).write_bytes(PAGE)
                own = [
                    replace(TYPO, id=f"a{i:011x}", page=name),
                    replace(JOIN, id=f"b{i:011x}", page=name),
                ]
                ledger.sync_pages([SyncedPage(name, STATE, ("typo",), own)])
                ledger.decide([p.id for p in own], "accepted", "command")
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(root)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.08))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with Ledger(root / "ledger.db") as ledger:
            recover(root, ledger)
            found = {name: (root / name).read_bytes() for name in names}
            assert set(found.values()) <= {PAGE, DONE}
            applied = {p.page for p in ledger.proposals(APPLIED)}
            assert applied == {name for name, data in found.items() if data == DONE}
            assert len(list((root / "pages").iterdir())) == PAGES
            assert ledger.check() == "ok"
