"""The model in this process: llama.cpp's own server, on loopback."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import ModelError, NotInstalledError
from refiner.llm import weights
from refiner.llm.endpoint import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from refiner.llm.choice import ModelChoice

CONTEXT_TOKENS = 6144


def cache_folder() -> Path:
    """Where joined weights lie."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("XDG_CACHE_HOME") or user_cache_path()) / "refiner"


def weights_of(choice: ModelChoice, tell: Callable[[str], None]) -> Path:
    """The embedded model's weights; joined the first time.

    Raises:
        ModelError: They are not there, or are not what they should be.
    """
    if choice.name == "local":
        return weights.weights_path(cache_folder(), tell)
    path = Path(choice.name)
    weights.check_gguf(path)
    return path


def require_runtime() -> None:
    """Check that llama.cpp is installed.

    Raises:
        NotInstalledError: It is not.
    """
    from importlib.util import find_spec

    if find_spec("xllamacpp") is None:
        raise NotInstalledError(
            "the embedded model's runtime `xllamacpp` is not installed", hint=weights.INSTALL_HINT
        )


def free_threads() -> int:
    """Threads for the embedded model: as many as cores stand idle, at least one.

    A thread too many is far worse than one too few: with two threads on two cores and another
    process on one of them the model falls to a fortieth of its speed.
    """
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    try:
        load = os.getloadavg()[0]
    except OSError:
        load = 0.0
    idle = cores - round(load + 0.2)
    return max(1, min(idle, cores - 1 if cores > 2 else idle))  # noqa: PLR2004 - leave one free


def embedded(path: Path, threads: int) -> Endpoint:
    """Start llama.cpp's server in this process, on loopback, behind a random key.

    The server lives as long as the process.

    Raises:
        ModelError: The weights can't be loaded.
    """
    require_runtime()
    import xllamacpp

    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.verbosity = -1
    try:
        server = xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        raise ModelError(f"`{path}` can't be loaded: {error}") from error
    _servers.append(server)
    return Endpoint(
        base_url=f"{server.listening_address}/v1",
        model=path.stem,
        key=key,
        is_embedded=True,
        mode="json_schema",
    )


def leave(code: int) -> None:
    """End the process now, if the embedded model runs in it.

    At its exit Python would wait for the server, which first ends the prompt that it reads: ten
    seconds and more after Ctrl-C. All that is to be kept is on disk by then.
    """
    if _servers:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


_servers: list[object] = []
