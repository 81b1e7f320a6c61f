"""Settings: which place wins, and what a wrong one says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.errors import UsageError
from refiner.settings import Settings, load_settings, personal_file
from refiner.tasks import task_names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def graph_says(root: Path, text: str) -> None:
    (root / "refiner.toml").write_text(text, encoding="utf-8")


def person_says(text: str) -> None:
    personal_file().parent.mkdir(parents=True, exist_ok=True)
    personal_file().write_text(text, encoding="utf-8")


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.tasks == task_names()
    assert (settings.model, settings.review_pages, settings.auto_accept) == ("local", True, {})


def test_flag_wins_over_environment_over_graph_over_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_says("quiet_s = 1\nconcurrency = 1\nthreads = 1\ntimeout_s = 1")
    graph_says(tmp_path, "quiet_s = 2\nconcurrency = 2\nthreads = 2")
    monkeypatch.setenv("REFINER_QUIET_S", "3")
    monkeypatch.setenv("REFINER_CONCURRENCY", "3")
    settings = load_settings(tmp_path, {"quiet_s": 4})
    assert (settings.quiet_s, settings.concurrency) == (4, 3)
    assert (settings.threads, settings.timeout_s) == (2, 1)


def test_a_flag_that_was_not_given_says_nothing(tmp_path: Path) -> None:
    graph_says(tmp_path, "concurrency = 2")
    assert load_settings(tmp_path, {"concurrency": None}).concurrency == 2


def test_the_person_s_table_for_a_graph_wins_over_its_file(tmp_path: Path) -> None:
    graph_says(tmp_path, "concurrency = 2")
    person_says(f'concurrency = 1\n[graphs."{tmp_path}"]\nconcurrency = 3')
    assert load_settings(tmp_path).concurrency == 3


def test_lists_and_tables_in_the_environment_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFINER_CARD_TAGS", '["quiz"]')
    monkeypatch.setenv("REFINER_AUTO_ACCEPT", '{"typo": 0.5}')
    settings = load_settings(None)
    assert (settings.card_tags, settings.auto_accept) == (("quiz",), {"typo": 0.5})


WRONG = {
    "unknown": ('card_tag = ["x"]', r"unknown setting `card_tag`; did you mean `card_tags`\?"),
    "not TOML": ("card_tags = ", "is not valid TOML"),
    "wrong kind": ('concurrency = "many"', "`concurrency`: input should be a valid integer"),
    "out of range": (
        "concurrency = 0",
        "`concurrency`: input should be greater than or equal to 1",
    ),
    "unknown task": ('tasks = ["typos"]', "there is no task `typos`; did you mean `typo`"),
    "pattern": ('metadata_patterns = ["("]', "is not a valid regular expression"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_in_the_graph_s_file_is_told_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    graph_says(tmp_path, text)
    with pytest.raises(UsageError, match=message) as caught:
        load_settings(tmp_path)
    assert str(tmp_path / "refiner.toml") in caught.value.message
    assert caught.value.exit_code == 2


def test_what_is_wrong_on_the_command_line_says_so() -> None:
    with pytest.raises(UsageError, match=r"the command line: `concurrency`"):
        load_settings(None, {"concurrency": 0})


def test_what_is_wrong_in_the_environment_names_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REFINER_CONCURRENCY", "0")
    with pytest.raises(UsageError, match="the environment variable `REFINER_CONCURRENCY`"):
        load_settings(None)
    monkeypatch.delenv("REFINER_CONCURRENCY")
    monkeypatch.setenv("REFINER_CONCURENCY", "2")
    with pytest.raises(UsageError, match="names no setting; did you mean `concurrency`"):
        load_settings(None)


def test_settings_never_change_once_they_are_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().model = "none"
