"""What the README says is so."""

from __future__ import annotations

import re
import tomllib

from refiner.settings import Settings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_table() -> None:
    table = README.partition("## Settings")[2].partition("## Models")[0]
    named = set(
        re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE)))
    )
    assert set(Settings.model_fields) <= named


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    table = README.partition("## Dependencies")[2].partition("## Contribute")[0]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["cluster"], *extras["watch"], *extras["web"]]
    for name in (re.split(r"[>=]", wanted_one)[0] for wanted_one in wanted):
        assert f"`{name}`" in table


def test_the_floors_keep_old_releases_out() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    versions = dict(re.findall(r"^([\w.-]+)==(\d+\.\d+)", lock, re.MULTILINE))
    assert float(versions["instructor"]) >= 1.17
    assert int(versions["openai"].partition(".")[0]) >= 3


def test_the_two_commands_stand_on_one_line_each() -> None:
    commands = re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL)
    assert len(commands) == 2
    assert all(
        "\n" not in command and command.startswith("python3 -m venv") for command in commands
    )


def test_every_place_that_the_readme_names_is_there() -> None:
    table = README.partition("Where to look for:")[2].partition("\n\nA new task")[0]
    places = re.findall(r"`(refiner/[\w./]+)`", table)
    assert len(places) >= 12
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_command_stands_in_the_readme() -> None:
    from refiner.cli.app import app

    commands = app.registered_commands
    names = [one.name or getattr(one.callback, "__name__", "") for one in commands]
    assert [name for name in names if f"refiner {name}" not in README] == []
