"""Pages over several processes: the same as in this one, and a crash costs one page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from eval.bench.made_graph import make_graph
from refiner import parallel
from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.pipeline import plan
from refiner.pipeline.options import Run
from refiner.pipeline.refine import dry_run, refine
from refiner.settings import Settings
from tests import worked
from tests.command import interruptible, run

if TYPE_CHECKING:
    from refiner.pipeline.report import Report


def refined(root: Path, ledger: Path, jobs: int) -> tuple[Report, list[Any]]:
    settings = Settings(model="none", jobs=jobs)
    with Ledger(ledger) as opened:
        report = refine(locate([root]), settings, opened)
        return report, opened.proposals()


def test_two_processes_find_what_one_finds(graph: Path, tmp_path: Path) -> None:
    (graph / "pages" / "Broken.md").write_bytes(b"- \xff")
    one, here = refined(graph, tmp_path / "one.db", 1)
    two, there = refined(graph, tmp_path / "two.db", 2)
    assert here == there
    assert len(here) > 20
    first, second = one.as_json(), two.as_json()
    assert first | {"seconds": 0} == second | {"seconds": 0}
    assert one.skipped == two.skipped
    assert one.skipped[-1][0] == "pages/Broken.md"


@pytest.mark.parametrize("grade", ["small", "large"])
def test_two_processes_ask_what_one_asks(
    graph: Path, tmp_path: Path, grade: Literal["small", "large"]
) -> None:
    keys = []
    for jobs in (1, 2):
        settings = Settings(
            model="m", base_url="https://example.org/v1", model_grade=grade, jobs=jobs
        )
        with Ledger(tmp_path / f"{jobs}.db") as ledger:
            _, _, requests = dry_run(Run.of(locate([graph]), settings, ledger))
        keys.append([(key, request.messages) for key, request in requests.items()])
    assert keys[0] == keys[1]
    assert keys[0]


def test_cards_of_two_processes_are_those_of_one(graph: Path) -> None:
    for words in ((), ("--json",), ("--format", "anki")):
        one = run("cards", "--jobs", "1", *words, graph)
        two = run("cards", "--jobs", "2", *words, graph)
        assert (one.stdout, one.stderr) == (two.stdout, two.stderr)
        assert one.stdout


def test_a_page_on_which_a_worker_dies_is_told_and_looked_at_next_time(
    graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"pages/{worked.CRASHING}.md"
    (graph / name).write_text("- What is silt made of? #car")
    with monkeypatch.context() as patch:
        patch.setattr(plan, "settle_page", worked.settle_or_crash)
        report, proposals = refined(graph, tmp_path / "ledger.db", 2)
    assert report.skipped == [(name, "the process that looked at it died (exit code 41)")]
    assert len(proposals) > 20
    again, more = refined(graph, tmp_path / "ledger.db", 2)
    assert again.pages_planned == 1
    assert {p.page for p in more} - {p.page for p in proposals} == {name}


def test_a_process_works_alone_where_there_is_little_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "usable_cores", lambda: 4)
    each = parallel.PAGES_EACH
    assert [parallel.workers_for(n, None) for n in (0, 1, 2 * each - 1)] == [1, 1, 1]
    assert [parallel.workers_for(n, None) for n in (2 * each, 3 * each, 99 * each)] == [2, 3, 4]
    assert [parallel.workers_for(n, 3) for n in (0, 1, 2, 5)] == [1, 1, 2, 3]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_ctrl_c_ends_a_run_of_several_processes(tmp_path: Path, name: str) -> None:
    make_graph(tmp_path / "graph", 400)
    process = subprocess.Popen(
        interruptible("refine", "--model", "none", "--jobs", "2", tmp_path / "graph"),
        stderr=subprocess.PIPE,
        text=True,
    )
    workers = _workers_of(process)
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "interrupted: what was answered and decided is kept; run it again to go on\n"
    assert not any(os.path.exists(f"/proc/{pid}") for pid in workers)  # noqa: PTH110 - no file


def _workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Its two workers, once both are there."""
    while process.poll() is None:
        told = subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False
        )
        if len(told.stdout.split()) == 2:
            return [int(pid) for pid in told.stdout.split()]
    raise AssertionError(process.returncode)


def test_jobs_may_be_set_for_all_runs(graph: Path) -> None:
    (graph / "refiner.toml").write_text("jobs = 2\n")
    told = run("refine", "--model", "none", "--json", graph)
    assert told.returncode == 0
    assert len([json.loads(line) for line in told.stdout.splitlines()]) > 20
    (graph / "refiner.toml").write_text("jobs = 0\n")
    assert run("refine", "--model", "none", graph).returncode == 2


def test_review_pages_of_two_processes_are_those_of_one(graph: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(graph, tmp_path / "other"))
    pages = []
    for jobs, root in (("1", graph), ("2", other)):
        told = run("refine", "--model", "none", "--jobs", jobs, root)
        assert told.returncode == 0
        files = sorted((root / "pages").glob("refiner*"))
        pages.append({file.name: file.read_bytes() for file in files})
    assert pages[0] == pages[1]
    assert len(pages[0]) > 4
