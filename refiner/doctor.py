"""Look at all that the tool leans on, and say what is wrong with it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from refiner.errors import RefinerError
from refiner.ledger import Ledger, ledger_path
from refiner.llm.endpoint import open_endpoint
from refiner.pipeline import model_choice
from refiner.review.decide import ReviewPages
from refiner.settings import load_settings
from refiner.targets import find_pages, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from refiner.llm.endpoint import Endpoint
    from refiner.settings import Settings

PROBE = "Write the numbers from one to forty in words, separated by commas."
PROBE_TOKENS = 64


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
        return f"{len(found.pages)} pages, {target.config.file_name_format} file names{skipped}"

    def ledger() -> str:
        path = ledger_path(target.root, settings.ledger)
        if not path.exists():
            return "none yet; the first `refiner refine` makes it"
        with Ledger(path) as opened:
            said = opened.check()
            begun = len(opened.begun_writes())
        if said != "ok":
            raise RefinerError(f"`{path}` is damaged: {said}", hint="restore it from a backup")
        note = f"; {begun} interrupted writes, the next command finishes them" if begun else ""
        return f"`{path}` is whole{note}"

    def review() -> str:
        path = ledger_path(target.root, settings.ledger)
        if not path.exists():
            return "none yet"
        with Ledger(path) as opened:
            held = ReviewPages(target.root, target.config, opened, is_graph=target.is_graph)
            problems = held.check()
        if problems:
            raise problems[0]
        return "all can be read"

    checks += [("graph", pages), ("ledger", ledger), ("review pages", review)]
    checks.append(("model", lambda: _model(settings, tell)))
    is_well = True
    for name, check in checks:
        try:
            tell(f"ok    {name}: {check()}")
        except RefinerError as error:
            is_well = False
            tell(f"wrong {name}: {error.message}" + (f"\n      {error.hint}" if error.hint else ""))
    return is_well


def _model(settings: Settings, tell: Callable[[str], None]) -> str:
    choice = model_choice(settings)
    if choice.is_none:
        return "none: rules work alone"
    choice.check()
    with open_endpoint(choice, lambda text: tell(f"      {text}")) as endpoint:
        return f"`{choice.label}` answers: {measured(endpoint)}"


def measured(endpoint: Endpoint) -> str:
    """Tokens a second of an endpoint, and how it gives structured answers.

    Raises:
        RefinerError: It does not answer.
    """
    import openai

    from refiner.llm.client import fatal_error
    from refiner.llm.probe import structured_mode

    client = openai.OpenAI(
        base_url=endpoint.base_url, api_key=endpoint.key, max_retries=0, timeout=120
    )
    started = time.monotonic()
    try:
        answer = client.chat.completions.create(
            model=endpoint.model,
            messages=[{"role": "user", "content": PROBE}],
            max_tokens=PROBE_TOKENS,
            temperature=0,
        )
        seconds = time.monotonic() - started
        mode = endpoint.mode or structured_mode(client, endpoint.model)
    except openai.APIError as error:
        raise fatal_error(endpoint, error) from None
    tokens = answer.usage.completion_tokens if answer.usage else 0
    return f"{tokens / seconds:.1f} tokens/s, structured answers by {mode}"
