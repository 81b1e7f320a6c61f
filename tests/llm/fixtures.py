from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

import pytest
from pytest_httpserver import HTTPServer

from refiner.cli.app import main
from tests.llm.played import KEY, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CARDS = 5


@pytest.fixture(scope="session")
def make_httpserver() -> Iterator[HTTPServer]:
    """The library's own takes one request at a time."""
    with HTTPServer(threaded=True) as server:
        yield server


@pytest.fixture
def server(httpserver: HTTPServer) -> Server:
    return Server(httpserver)


class Refiner(Protocol):
    """The tool in this process: exit code, stdout and stderr of a command."""

    def __call__(self, *words: str) -> tuple[int, str, str]: ...


@pytest.fixture
def refiner(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Refiner:
    """Run the tool in a graph of five vague cards, with a key that it never shows."""
    lines = ["- Chapter 1"]
    for number in range(CARDS):
        lines += [
            f"\t- About gauge {number} #car",
            f"\t\t- At noon gauge {number} measures the water of its river, and sends it by radio.",
        ]
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "Gauges.md").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["refiner", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert KEY not in said.out + said.err
        return int(ended.value.code or 0), said.out, said.err

    return run
