from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from refiner.errors import ConflictError, PageError
from refiner.ledger import Ledger, PageState
from refiner.logseq import splice
from refiner.pipeline import apply as applying
from tests.proposals.made import PAGE, edit, propose

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.proposals import State

ACCEPTED: tuple[State, ...] = ("accepted",)
APPLIED: tuple[State, ...] = ("applied",)
STATE = PageState("One", "", (1, 2, 3), "sha", 2, {})
TYPO = propose(PAGE, edit(PAGE, "registy", "registry"))
JOIN = propose(PAGE, edit(PAGE, "contain- ner", "container"))
DONE = PAGE.replace(b"registy", b"registry").replace(b"contain- ner", b"container")


def everything(_page: str) -> bool:
    return True


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "One.md").write_bytes(PAGE)
    return tmp_path


@pytest.fixture
def ledger(root: Path) -> Ledger:
    opened = Ledger(root / "ledger.db")
    opened.sync_pages([("pages/One.md", STATE, ("typo",), [TYPO, JOIN], ())])
    opened.decide([TYPO.id, JOIN.id], "accepted", "command")
    return opened


def test_only_accepted_edits_are_written(root: Path, ledger: Ledger) -> None:
    ledger.decide([JOIN.id], "rejected", "command")
    applying.apply_accepted(root, ledger, everything)
    assert (root / "pages/One.md").read_bytes() == PAGE.replace(b"registy", b"registry")


def test_undo_gives_the_first_bytes_back(root: Path, ledger: Ledger) -> None:
    applying.apply_accepted(root, ledger, everything)
    assert (root / "pages/One.md").read_bytes() == DONE
    applying.undo(root, ledger, None, everything)
    assert (root / "pages/One.md").read_bytes() == PAGE
    assert {p.id for p in ledger.proposals()} == {TYPO.id, JOIN.id}
    assert {splice(PAGE, p.place.edits) == PAGE for p in ledger.proposals()} == {False}


def test_one_proposal_can_be_taken_back_and_then_the_other(root: Path, ledger: Ledger) -> None:
    applying.apply_accepted(root, ledger, everything)
    applying.undo(root, ledger, {TYPO.id}, everything)
    assert (root / "pages/One.md").read_bytes() == DONE.replace(b"registry", b"registy")
    applying.undo(root, ledger, {JOIN.id}, everything)
    assert (root / "pages/One.md").read_bytes() == PAGE


def test_mode_and_links_stay(root: Path, ledger: Ledger) -> None:
    page = root / "pages/One.md"
    page.chmod(0o640)
    page.rename(root / "real.md")
    page.symlink_to(root / "real.md")
    applying.apply_accepted(root, ledger, everything)
    assert page.is_symlink()
    assert (root / "real.md").stat().st_mode & 0o777 == 0o640
    assert (root / "real.md").read_bytes() == DONE


def test_a_block_that_somebody_changed_is_left_alone(root: Path, ledger: Ledger) -> None:
    changed = PAGE.replace(b"one", b"1")
    (root / "pages/One.md").write_bytes(changed)
    report = applying.apply_accepted(root, ledger, everything)
    assert (root / "pages/One.md").read_bytes() == changed
    assert {id_ for id_, _ in report.refused} == {TYPO.id, JOIN.id}
    assert {p.state for p in ledger.proposals(("accepted", "stale"))} == {"stale"}


def test_an_edit_elsewhere_on_the_page_does_not_matter(root: Path, ledger: Ledger) -> None:
    (root / "pages/One.md").write_bytes(b"- zero\n" + PAGE + b"- three")
    applying.apply_accepted(root, ledger, everything)
    assert (root / "pages/One.md").read_bytes() == b"- zero\n" + DONE + b"- three"


def test_undo_of_a_block_that_changed_is_a_conflict(root: Path, ledger: Ledger) -> None:
    applying.apply_accepted(root, ledger, everything)
    changed = DONE.replace(b"one registry", b"my registry")
    (root / "pages/One.md").write_bytes(changed)
    with pytest.raises(ConflictError, match="my registry"):
        applying.undo(root, ledger, None, everything)
    assert (root / "pages/One.md").read_bytes() == changed


def test_a_vanished_page_is_told_and_stays_accepted(root: Path, ledger: Ledger) -> None:
    (root / "pages/One.md").unlink()
    report = applying.apply_accepted(root, ledger, everything)
    assert [type(p) for p in report.problems] == [PageError]
    assert {p.state for p in ledger.proposals(ACCEPTED)} == {"accepted"}


def test_a_page_that_is_no_longer_utf_8_is_told(root: Path, ledger: Ledger) -> None:
    (root / "pages/One.md").write_bytes(PAGE + b"\xff")
    report = applying.apply_accepted(root, ledger, everything)
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
            ledger.sync_pages([("pages/One.md", STATE, ("typo",), [TYPO], ())])
            ledger.decide([TYPO.id], "accepted", "command")
            report = applying.apply_accepted(small, ledger, everything)
            assert len(report.problems) == 1
            assert (small / "pages/One.md").read_bytes() == data
            assert [p.name for p in (small / "pages").iterdir()] == ["One.md"]
            (small / "filler").unlink()
            assert applying.apply_accepted(small, ledger, everything).pages == ["pages/One.md"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


PAGES = 12
KILLED = """
import sys
from pathlib import Path
from refiner.pipeline.apply import apply_accepted, recover
from refiner.ledger import Ledger
root = Path(sys.argv[1])
with Ledger(root / "ledger.db") as ledger:
    print("ready", flush=True)
    recover(root, ledger)
    apply_accepted(root, ledger, lambda page: True)
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
                ledger.sync_pages([(name, STATE, ("typo",), own, ())])
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
            applying.recover(root, ledger)
            found = {name: (root / name).read_bytes() for name in names}
            assert set(found.values()) <= {PAGE, DONE}
            applied = {p.page for p in ledger.proposals(APPLIED)}
            assert applied == {name for name, data in found.items() if data == DONE}
            assert len(list((root / "pages").iterdir())) == PAGES
            assert ledger.check() == "ok"
