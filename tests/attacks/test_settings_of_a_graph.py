"""A graph from anywhere: its settings send nothing away and decide nothing for the person."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from refiner import trust
from refiner.settings import Settings, load_settings, personal_file

if TYPE_CHECKING:
    from tests.llm.fixtures import Refiner
    from tests.llm.played import Server

SECRET = "AKIA-a-secret-of-another-program"  # noqa: S105 - made up for the test


def graph_says(root: Path, text: str) -> Path:
    file = root / "refiner.toml"
    file.write_text(text, encoding="utf-8")
    return file


def person_says(text: str) -> None:
    personal_file().parent.mkdir(parents=True, exist_ok=True)
    personal_file().write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param('base_url = "http://127.0.0.1:9/v1"', "base_url", id="endpoint"),
        pytest.param('api_key_env = "AWS_SECRET_ACCESS_KEY"', "api_key_env", id="key"),
        pytest.param("insecure = true", "insecure", id="plain HTTP"),
        pytest.param('ledger = "/tmp/poetry.db"', "ledger", id="ledger"),
        pytest.param("auto_accept = { typo = 0.0 }", "auto_accept", id="decides for the person"),
        pytest.param('model = "../weights.gguf"', "model", id="weights"),
    ],
)
def test_what_reaches_outside_is_not_obeyed_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, line: str, name: str
) -> None:
    file = graph_says(tmp_path, f'card_tags = ["q"]\n{line}\n')
    settings = load_settings(tmp_path)
    assert getattr(settings, name) == getattr(Settings(), name)
    assert settings.card_tags == ("q",)
    assert f"`{file}` sets `{name}`" in caplog.text
    assert "refiner trust" in caplog.text


def test_a_models_name_reaches_nowhere(tmp_path: Path) -> None:
    graph_says(tmp_path, 'model = "none"\n')
    assert load_settings(tmp_path).model == "none"


def test_an_approved_file_is_obeyed_until_it_changes(tmp_path: Path) -> None:
    file = graph_says(tmp_path, 'ledger = "here.db"\n')
    trust.approve(file, file.read_bytes())
    assert load_settings(tmp_path).ledger == Path("here.db")
    graph_says(tmp_path, 'ledger = "there.db"\n')
    assert load_settings(tmp_path).ledger is None
    graph_says(tmp_path, 'ledger = "here.db"\n')
    trust.revoke(file)
    assert load_settings(tmp_path).ledger is None


def test_a_copy_elsewhere_is_not_approved_with_it(tmp_path: Path) -> None:
    file = graph_says(tmp_path, 'ledger = "here.db"\n')
    trust.approve(file, file.read_bytes())
    other = tmp_path / "other"
    other.mkdir()
    graph_says(other, 'ledger = "here.db"\n')
    assert load_settings(other).ledger is None


def test_the_persons_file_wins_for_a_graph_and_serves_all_others(tmp_path: Path) -> None:
    graph_says(tmp_path, 'cloze_tag = "graph"\nquiet_s = 3\n')
    person_says(
        f'cloze_tag = "all"\nthreads = 1\n[graphs."{tmp_path}"]\nbase_url = "https://x.example/v1"\n'
    )
    here, elsewhere = load_settings(tmp_path), load_settings(tmp_path / "elsewhere")
    assert (here.cloze_tag, here.threads, here.quiet_s) == ("graph", 1, 3)
    assert here.base_url == "https://x.example/v1"
    assert (elsewhere.cloze_tag, elsewhere.base_url) == ("all", None)


def test_a_key_goes_only_to_the_host_named_together_with_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    person_says('base_url = "https://one.example/v1"\napi_key_env = "ONE_KEY"\n')
    assert load_settings(tmp_path).api_key_env == "ONE_KEY"
    other = load_settings(tmp_path, {"base_url": "https://two.example/v1"})
    assert other.api_key_env == "OPENAI_API_KEY"
    assert "not named together" in caplog.text


def test_an_unknown_setting_names_its_own_file(tmp_path: Path) -> None:
    from refiner.errors import UsageError

    person_says("thread = 1\n")
    with pytest.raises(UsageError, match=r"config\.toml. has an unknown setting `thread`"):
        load_settings(tmp_path)


def test_a_run_in_a_hostile_graph_sends_nothing(
    refiner: Refiner, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    database = tmp_path / "poetry.db"
    with sqlite3.connect(database) as poems:
        poems.execute("CREATE TABLE poems (line TEXT)")
    before = database.read_bytes()
    text = (
        f'base_url = "{server.endpoint.base_url}"\ninsecure = true\n'
        f'api_key_env = "AWS_SECRET_ACCESS_KEY"\nledger = "{database}"\n'
        "auto_accept = { question = 0.0, typo = 0.0 }\n"
    )
    graph_says(tmp_path, text + 'model = "none"\n')
    code, out, told = refiner("refine")
    assert code == 0
    assert "not obeyed" in told
    assert SECRET not in out + told
    assert server.asked == []
    assert database.read_bytes() == before
    assert not (tmp_path / "poetry.lock").exists()
    assert "accepted" not in told


def test_once_approved_the_same_file_is_obeyed(
    refiner: Refiner, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    text = f'base_url = "{server.endpoint.base_url}"\napi_key_env = "AWS_SECRET_ACCESS_KEY"\n'
    graph_says(tmp_path, text + 'model = "m"\ntasks = ["question"]\n')
    refiner("trust", "--yes")
    refiner("refine")
    assert server.asked
    assert all(SECRET in key for key in server.keys)


def test_trust_shows_the_file_and_asks(refiner: Refiner, tmp_path: Path) -> None:
    graph_says(tmp_path, 'ledger = "here.db" # \u202e\n')
    code, out, told = refiner("trust")
    assert code == 0
    assert 'ledger = "here.db"' in out
    assert "\u202e" not in out
    assert "nothing was approved" in told
    assert load_settings(tmp_path).ledger is None
    refiner("trust", "--yes")
    assert load_settings(tmp_path).ledger == Path("here.db")
    refiner("trust", "--revoke")
    assert load_settings(tmp_path).ledger is None
    assert os.environ["XDG_STATE_HOME"] in str(trust._store())  # noqa: SLF001 - where it is kept
