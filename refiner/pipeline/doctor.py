"""Look at all that the tool leans on, and say what is wrong with it."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from typing import TYPE_CHECKING, Any

from refiner.errors import RefinerError
from refiner.graph.target import find_pages, locate
from refiner.ledger import Ledger, ledger_path
from refiner.llm import weights
from refiner.llm.embedded import weights_of
from refiner.llm.open import open_endpoint
from refiner.llm.runtime import cpu_instructions, described, runtime
from refiner.messages import count_of
from refiner.pipeline.options import model_choice
from refiner.review.logseq_sync import ReviewPages
from refiner.settings import load_settings
from refiner.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from refiner.llm.choice import ModelChoice
    from refiner.llm.endpoint import Endpoint
    from refiner.settings import Settings

PACKAGES = ("openai", "instructor", "tenacity", "xllamacpp", "watchfiles")
PROBE = "Write the numbers from one to forty in words, separated by commas."
PROBE_TOKENS = 64
TIMEOUT_S = 120


def examine(
    paths: Sequence[Path], graph: Path | None, flags: dict[str, Any], tell: Callable[[str], None]
) -> bool:
    """Check everything, one line each; whether all is well.

    Args:
        paths: As typed.
        graph: The graph's root, if the person names it.
        flags: Settings from the command line.
        tell: Gets each line.
    """
    target = locate(paths, graph)
    settings = load_settings(target.root, flags)
    checks: list[tuple[str, Callable[[], str]]] = []

    def pages() -> str:
        found = find_pages(target)
        skipped = "".join(f"\n    skipped `{path}`: {why}" for path, why in found.skipped)
        kind = "a graph of files" if target.is_graph else "a page outside a graph"
        pages = count_of(len(found.pages), "page")
        return f"{kind}, {pages}, {target.config.file_name_format} file names{skipped}"

    def ledger() -> str:
        path = ledger_path(target.root, settings.ledger)
        if not path.exists():
            return "none yet; the first `refiner refine` makes it"
        with Ledger(path) as opened:
            verdict = opened.check()
            begun = len(opened.begun_writes())
        if verdict != "ok":
            raise RefinerError(f"`{path}` is damaged: {verdict}", hint="restore it from a backup")
        note = (
            f"; {count_of(begun, 'interrupted write')}, the next command finishes them"
            if begun
            else ""
        )
        return f"`{path}` is whole{note}"

    def review() -> str:
        path = ledger_path(target.root, settings.ledger)
        if not path.exists():
            return "none yet"
        with Ledger(path) as opened:
            held = ReviewPages(
                target.root,
                target.config,
                opened,
                is_graph=target.is_graph,
                options=settings.extract_options,
            )
            problems = held.check()
        if problems:
            raise problems[0]
        return "all can be read"

    checks += [
        ("installed", installed),
        ("graph", pages),
        ("ledger", ledger),
        ("review pages", review),
    ]
    checks.append(("model", lambda: _model(settings, tell)))
    is_well = True
    for name, check in checks:
        try:
            tell(f"ok    {name}: {check()}")
        except RefinerError as error:
            is_well = False
            tell(f"wrong {name}: {error.message}" + (f"\n      {error.hint}" if error.hint else ""))
    return is_well


def installed() -> str:
    """Versions of what the model stage leans on."""
    found = [f"refiner {VERSION}", f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


def _model(settings: Settings, tell: Callable[[str], None]) -> str:
    choice = model_choice(settings)
    if choice.is_none:
        return "none: rules work alone"
    choice.check()
    if choice.is_embedded:
        tell(f"ok    runtime: {described(runtime(), cpu_instructions())}")
        tell(f"ok    weights: {_weights(choice, tell)}")
    with open_endpoint(choice, lambda text: tell(f"      {text}")) as endpoint:
        return f"`{choice.label}` answers: {measured(endpoint)}"


def _weights(choice: ModelChoice, tell: Callable[[str], None]) -> str:
    """Where the embedded model's weights lie, and whether they are whole.

    Raises:
        ModelError: They are not their publisher's.
    """
    path = weights_of(choice, lambda text: tell(f"      {text}"))
    if choice.name != "local":
        return f"`{path}`, {path.stat().st_size / 1e9:.1f} GB"
    weights.check_digest(path)
    return f"`{path}` has its publisher's SHA-256, {weights.SHA256[:16]}…"


def measured(endpoint: Endpoint) -> str:
    """Tokens a second of an endpoint, and how it gives structured answers.

    Raises:
        EndpointError: It does not answer, or not as such an endpoint does.
    """
    import openai

    from refiner.llm.openai_api.body import Manner
    from refiner.llm.openai_api.client import open_probe
    from refiner.llm.openai_api.faults import NoAnswerError, fatal_error
    from refiner.llm.openai_api.probe import ask, find_manner

    manner = Manner(mode=endpoint.mode or "json_schema")
    with open_probe(endpoint, TIMEOUT_S) as client:
        try:
            if endpoint.mode is None:
                manner = find_manner(client, endpoint.model, manner)
            started = time.monotonic()
            answer, manner = ask(client, endpoint.model, manner, PROBE, PROBE_TOKENS)
            seconds = time.monotonic() - started
            tokens = answer.usage.completion_tokens if answer.usage else None
        except openai.APIError as error:
            raise fatal_error(endpoint, error) from None
        except (
            AttributeError,
            RecursionError,
            ValueError,
        ):  # a page of HTML, or a body without choices
            raise fatal_error(endpoint, NoAnswerError()) from None
    speed = "its speed is unknown" if tokens is None else f"{tokens / seconds:.1f} tokens/s"
    return f"{speed}, structured answers by {manner.mode}"
