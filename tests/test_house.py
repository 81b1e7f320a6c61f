"""The house's own rules that no linter knows: short files, few parameters, one place for tasks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES_AT_MOST = 400
PARAMETERS_AT_MOST = 6
MODULES_AT_THE_ROOT = 12
PACKAGE = ROOT / "refiner"
FEW_PARAMETERS = ("pipeline", "tasks", "review")
# What has not been brought into line yet; nothing is ever added here.
LONGER = frozenset({"tasks/editor/propose.py", "tasks/editor/corrections.py"})
MORE_PARAMETERS = frozenset(
    {
        "tasks/flagging.py:flag_draft",
        "tasks/typo/misspelling.py:_correct",
        "tasks/typo/task.py:_finding",
    }
)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and number of parameters of each function, `self` and `cls` left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            own = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            yield node.name, len([arg for arg in own if arg.arg not in {"self", "cls"}])


def test_files_are_short() -> None:
    sizes = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert {name for name, size in sizes.items() if size > LINES_AT_MOST} - LONGER == set()


@pytest.mark.parametrize("folder", FEW_PARAMETERS)
def test_functions_take_few_values(folder: str) -> None:
    many = {
        f"{path.relative_to(PACKAGE).as_posix()}:{name}"
        for path in (PACKAGE / folder).rglob("*.py")
        for name, count in functions(path)
        if count > PARAMETERS_AT_MOST
    }
    assert many - MORE_PARAMETERS == set()


def test_few_modules_stand_at_the_root() -> None:
    assert len([*PACKAGE.glob("*.py")]) <= MODULES_AT_THE_ROOT
