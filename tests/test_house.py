"""The house's own rules that no linter knows: short files, few parameters, one place for tasks."""

from __future__ import annotations

import ast
import re
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


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and number of parameters of each function, `self` and `cls` left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            own = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            yield node.name, len([arg for arg in own if arg.arg not in {"self", "cls"}])


def test_files_are_short() -> None:
    sizes = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("refiner", "tests", "eval")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {name for name, size in sizes.items() if size > LINES_AT_MOST} == set()


@pytest.mark.parametrize("folder", FEW_PARAMETERS)
def test_functions_take_few_values(folder: str) -> None:
    many = {
        f"{path.relative_to(PACKAGE).as_posix()}:{name}"
        for path in (PACKAGE / folder).rglob("*.py")
        for name, count in functions(path)
        if count > PARAMETERS_AT_MOST
    }
    assert many == set()


def test_few_modules_stand_at_the_root() -> None:
    assert len([*PACKAGE.glob("*.py")]) <= MODULES_AT_THE_ROOT


# Settings that people change (tags, metadata patterns) and their defaults are theirs, not a language's.
DEFAULTS = {
    "cards/extract.py",
    "settings.py",
    "tasks/model.py",
    "pipeline/initial.py",
    "evals/scorers/cloze.py",  # what is measured does not move with the rules
}
ACCENTED_WORD = re.compile(r"(?<![\w\\-])[a-zà-öø-ÿ]*[à-öø-ÿ][a-zà-öø-ÿ]*(?![\w-])")
# Words that only sentences of one language have.
FUNCTION_WORDS = re.compile(r"\b(?:los|las|pero|porque|cuando|els|amb|perquè|mais|pour|avec|uma)\b")


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and value of each string that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def test_words_of_a_language_stand_in_its_file() -> None:
    found = [
        f"{name}:{line}: {text[:60]}"
        for path in PACKAGE.rglob("*.py")
        if (name := path.relative_to(PACKAGE).as_posix()) not in DEFAULTS
        and "lang" not in path.parts
        for line, text in strings(path)
        if ACCENTED_WORD.search(text.replace("à-ÿ", "")) or FUNCTION_WORDS.search(text)
    ]
    assert found == []


def test_no_table_by_language_stands_outside_lang() -> None:
    codes = {"en", "es", "ca", "fr", "pt"}
    tables = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if "lang" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        and len(codes & {key.value for key in node.keys if isinstance(key, ast.Constant)}) > 1
    ]
    assert tables == []
