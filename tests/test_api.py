"""The examples of docs/python.md run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_examples_run(
    graph: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    first, second = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (graph.parent / "fixtures").mkdir()
    graph.rename(graph.parent / "fixtures" / "graph")
    monkeypatch.chdir(graph.parent)
    names: dict[str, object] = {}
    exec(first, names)  # noqa: S102 - our own example
    exec(second, names)  # noqa: S102 - likewise
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"60 cards, [1-9]\d* proposals written and taken back", lines[-2])
    assert lines[-1] == "card True True"
