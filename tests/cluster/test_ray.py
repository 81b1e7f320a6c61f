"""A real Ray on this machine: the same answers in the same ledger, whoever dies on the way."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_interrupted import answered
from tests.cluster.mapping import DEADLY, STAYS
from tests.command import interruptible, run
from tests.conftest import ROOT
from tests.llm.played import KEY, Late, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug import Response

    from tests.llm.fixtures import Refiner
    from tests.llm.played import Server

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra `cluster`"),
]
MESSAGE = "interrupted: what was answered and decided is kept; run it again to go on\n"


@pytest.fixture
def ray_folder() -> Iterator[Path]:
    """Where Ray keeps its files; its sockets need a short name."""
    folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def processes(ray_folder: Path, name: str = "") -> list[int]:
    """The processes of the Ray that keeps its files there."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            is_it = name.encode() in (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(ray_folder).encode() in told and is_it and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def start(tmp_path: Path, ray_folder: Path, server: Server, *words: str) -> subprocess.Popen[str]:
    at = ("--model", "m", "--base-url", server.endpoint.base_url, "--task", "question")
    return subprocess.Popen(
        interruptible("refine", "--engine", "ray", *at, *words, str(tmp_path)),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "REFINER_CONCURRENCY": "2", "RAY_TMPDIR": str(ray_folder)},
    )


def question_of(asked: dict[str, Any]) -> str:
    return f"What does gauge {number_of(asked)} of a river measure at noon?"


def number_of(asked: dict[str, Any]) -> str:
    return str(re.findall(r"[Gg]auge (\d+)", asked["messages"][-1]["content"])[0])


def test_a_worker_that_is_killed_loses_nothing(
    refiner: Refiner, server: Server, tmp_path: Path, ray_folder: Path
) -> None:
    killed: list[int] = []

    def script(number: int) -> Response:
        if number == 2:
            killed.extend(processes(ray_folder, "ray::Asking"))
            os.kill(killed[0], signal.SIGKILL)
        return said(json.dumps({"questions": [question_of(server.asked[number])]}))

    server.script = script
    process = start(tmp_path, ray_folder, server, "--json")
    out, err = process.communicate(timeout=120)
    assert (process.returncode, len(killed)) == (0, 1)
    proposals = [json.loads(line) for line in out.splitlines()]
    assert len(proposals) == 5
    assert "requests 5 (answered before 0)" in err
    assert KEY not in out + err
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert 5 <= len(server.asked) <= 7
    files = [path for path in ray_folder.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    at = ("--model", "m", "--base-url", server.endpoint.base_url, "--task", "question", "--fresh")
    asked = len(server.asked)
    code, _, told = refiner("refine", *at)
    assert (code, len(server.asked)) == (0, asked)
    assert "proposals 5" in told


def test_pages_are_mapped_in_order_and_a_deadly_one_is_told(
    refined: Path, tmp_path: Path, ray_folder: Path
) -> None:
    told = tmp_path / "told.json"
    process = subprocess.run(
        [sys.executable, "-c", "from tests.cluster.mapping import main; main()", refined, told],
        cwd=ROOT,
        env={**os.environ, "RAY_TMPDIR": str(ray_folder)},
        capture_output=True,
        check=False,
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, b"", b"")
    found = json.loads(told.read_bytes())
    expected: list[int | str] = [2 * number for number in range(80)]
    expected[STAYS] = found["own"]
    expected[DEADLY] = "the workers that looked at it died, 2 times"
    assert found["jobs"] == list(range(80))
    assert found["results"] == expected
    assert found["odd"] == "odd"
    here = run("diff", "--json", refined).stdout.splitlines()
    assert found["proposals"] == [json.loads(line) for line in here]
    assert len(here) > 10


@pytest.mark.usefixtures("refiner")
def test_ctrl_c_is_clean(server: Server, tmp_path: Path, ray_folder: Path) -> None:
    server.script = lambda number: Late(
        said(json.dumps({"questions": [question_of(server.asked[number])]})).data
    )
    ledger = tmp_path / "ledger.db"
    process = start(tmp_path, ray_folder, server, "--ledger", str(ledger))
    while answered(ledger) < 1 and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", MESSAGE)
    until = time.monotonic() + 10
    while processes(ray_folder) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes(ray_folder) == []
