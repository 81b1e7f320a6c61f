"""What the bar on stderr tells while a run goes on."""

from __future__ import annotations

import io

import pytest

from refiner.cli.progress import _minutes, shown_progress
from refiner.pipeline.forecast import Asking


class Terminal(io.StringIO):
    """A stderr that somebody watches."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, state: Asking) -> str:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    with shown_progress(quiet=False) as progress:
        assert progress.is_watched
        progress.asking(state)
    return terminal.getvalue()


def test_items_left_speed_and_time_left_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, Asking(12, 175, "question", 754.0, 41.4))
    assert "12/175" in told
    assert "13 min" in told
    assert "question · 41 tokens/s" in told


def test_what_is_not_known_yet_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, Asking(0, 175, "question"))
    assert "tokens/s" not in told
    assert "min" not in told


def test_nothing_is_shown_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress(quiet=False) as progress:
        assert not progress.is_watched
        progress.asking(Asking(1, 2, "question", 3.0, 4.0))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2, "5 s"), (41, "40 s"), (89, "90 s"), (95, "2 min"), (3540, "59 min"), (4800, "1 h 20 min")],
)
def test_time_left_is_told_about(seconds: float, text: str) -> None:
    assert _minutes(seconds) == text
