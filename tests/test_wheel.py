"""An installed wheel carries prompts, templates and styles, and works outside the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tests.review.browser.test_guard import send


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("refiner-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment, which borrows this one's dependencies."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    install = ["install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True)
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "bin"


def environment() -> dict[str, str]:
    """Without this checkout on the path."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def run(command: list[str | Path], folder: Path) -> str:
    return subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=folder, env=environment()
    ).stdout


def test_the_wheel_holds_the_prompts_and_finds_them(installed: Path, tmp_path: Path) -> None:
    probe = "import refiner.llm.prompt as p; q = p.load_prompt('question'); print(p.__file__); print(q.id)"
    shown = run([installed / "python", "-c", probe], tmp_path)
    assert str(installed.parent) in shown
    assert "question@" in shown


def test_the_wheel_names_what_the_browser_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().splitlines()
    needed = [line for line in lines if line.endswith("extra == 'web'")]
    assert {line.split()[1].partition(">")[0] for line in needed} == {
        "jinja2",
        "starlette",
        "uvicorn",
    }


def test_an_installed_wheel_serves_its_pages(installed: Path, tmp_path: Path) -> None:
    pytest.importorskip("uvicorn")
    page = tmp_path / "page.md"
    page.write_text("- What is a registy? #car\n\t- A store.\n", encoding="utf-8")
    refiner = installed / "refiner"
    run([refiner, "refine", "--model", "none", page], tmp_path)
    proposal = json.loads(run([refiner, "diff", "--json", page], tmp_path).splitlines()[0])
    with subprocess.Popen(
        [refiner, "serve", "--no-open", page],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
        env=environment(),
    ) as process:
        try:
            assert process.stdout is not None
            parts = urlsplit(process.stdout.readline().strip())
            assert parts.port is not None
            headers = {"Host": parts.netloc}
            first = send(parts.port, "GET", f"/?{parts.query}", headers)
            headers["Cookie"] = (first.getheader("set-cookie") or "").partition(";")[0]
            paths = ["/", f"/card/{proposal['id']}", f"/bulk?id={proposal['id']}", "/decided"]
            for path in [*paths, "/apply", "/static/review.css", "/static/review.js"]:
                assert send(parts.port, "GET", path, headers).status == 200, path
        finally:
            process.terminate()
