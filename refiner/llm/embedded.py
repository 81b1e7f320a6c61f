"""The model in this process: llama.cpp's own server, on loopback."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import ModelError
from refiner.kept import cache_folder
from refiner.llm import weights
from refiner.llm.endpoint import Endpoint
from refiner.llm.prefixes import Prefixes
from refiner.llm.runtime import runtime, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from refiner.llm.choice import ModelChoice

CONTEXT_TOKENS = 6144
PROMPT_CACHE_MB = 512


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


def embedded(path: Path, threads: int | None, attempts: int) -> Endpoint:
    """Start llama.cpp's server in this process, on loopback, behind a random key.

    The server lives as long as the process.

    Args:
        path: The weights.
        threads: None for as many as the cores allow.
        attempts: How often a request is asked, a re-ask included.

    Raises:
        NotInstalledError: llama.cpp is not installed.
        ModelError: The weights can't be loaded.
    """
    xllamacpp = runtime()
    key = secrets.token_urlsafe(24)
    prefixes = cache_folder() / "prefixes"
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.cpuparams.n_threads = threads or thread_count(xllamacpp)
    params.cpuparams_batch.n_threads = params.cpuparams.n_threads
    params.slot_save_path = f"{prefixes}{os.sep}"
    params.cache_ram_mib = PROMPT_CACHE_MB
    params.verbosity = -1
    try:
        server = xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        raise ModelError(f"`{path}` can't be loaded: {error}") from error
    _servers.append(server)
    url = server.listening_address
    built = f"{xllamacpp.__version__} {xllamacpp.get_system_info()} {CONTEXT_TOKENS}"
    stat = path.stat()
    identity = f"{path.name} {stat.st_size} {stat.st_mtime_ns} {built}"
    return Endpoint(
        base_url=f"{url}/v1",
        model=path.stem,
        key=key,
        is_embedded=True,
        mode="json_schema",
        attempts=attempts,
        prefixes=Prefixes(prefixes, url, key, identity),
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
