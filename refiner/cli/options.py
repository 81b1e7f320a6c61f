"""Words of the command line that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from refiner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Paths = Annotated[list[Path] | None, typer.Argument(help="Pages or a graph; default: here.")]
Graph = Annotated[Path | None, typer.Option(help="The graph's root, if it is not found by itself.")]
LedgerFile = Annotated[Path | None, typer.Option("--ledger", help="Another ledger file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Tasks = Annotated[list[str] | None, typer.Option("--task", help="Only this task; may be repeated.")]
PageGlob = Annotated[str | None, typer.Option("--page", help="Only pages of this path or title.")]
Ids = Annotated[list[str] | None, typer.Argument(help="Ids, or how they begin.")]
Model = Annotated[
    str | None, typer.Option(help="`local`, `none`, a `.gguf`, or an endpoint's model name.")
]
BaseUrl = Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint, up to `/v1`.")]
Insecure = Annotated[bool, typer.Option("--insecure", help="Allow plain HTTP to another machine.")]
ModelGrade = Annotated[
    Literal["small", "large"] | None,
    typer.Option(
        help="`large` asks once about a whole card or passage (endpoints), `small` task by task."
    ),
]
Images = Annotated[
    Literal["none", "own", "remote"] | None,
    typer.Option(
        help="Show the endpoint the image of a question that is only a figure: the graph's `own` "
        "assets, or `remote` ones too."
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, help="Processes at work; default: by cores and pages."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")]


def task_names(tasks: Sequence[str] | None) -> tuple[str, ...]:
    """The tasks that `--task` names.

    Raises:
        UsageError: One of them is unknown.
    """
    import difflib

    from refiner.tasks import task_names as known_tasks

    known = known_tasks()
    for name in tasks or ():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(known)}"
            raise UsageError(f"there is no task `{name}`{guess}")
    return tuple(tasks or ())


def ids_or_paths(words: Sequence[str] | None) -> tuple[list[str], list[Path]]:
    """Ids and paths of a command that takes both: a word that exists on disk is a path.

    Raises:
        UsageError: An empty word: as an id it would mean everything, as a path this folder.
    """
    if any(not word.strip() for word in words or ()):
        raise UsageError("an id is empty; nothing was done")
    names = [word for word in words or () if not Path(word).exists()]
    return names, [Path(word) for word in words or () if Path(word).exists()]
