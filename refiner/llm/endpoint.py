"""Where requests go: the model embedded in this process, or an OpenAI-compatible endpoint."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from refiner.errors import EndpointError, ModelError, NotInstalledError, UsageError
from refiner.llm import weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from refiner.llm.openai_api.body import StructuredMode

CONTEXT_TOKENS = 6144
# A key that was put there by mistake has small letters, or is long: it must not be shown.
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
# The weights as they lie on disk, and about the same again: rearranged for the CPU, and the context.
MEMORY_OVER_SIZE = 2


@dataclass(frozen=True)
class Endpoint:
    """A place that answers chat requests.

    Attributes:
        base_url: Up to and without `/chat/completions`.
        model: The model's name there.
        key: The API key; never shown.
        is_embedded: Whether it is the model in this process.
        mode: How structured answers are asked for; None until it is known.
    """

    base_url: str
    model: str
    key: str = field(repr=False)
    is_embedded: bool = False
    mode: StructuredMode | None = None


@dataclass(frozen=True)
class ModelChoice:
    """Which model the settings name.

    Attributes:
        name: `local`, `none`, a path to a `.gguf`, or an endpoint's model name.
        base_url: The endpoint, or None for the embedded model.
        key_env: The environment variable that holds the key.
        insecure: Whether plain HTTP to another machine is allowed.
        threads: For the embedded model; None chooses from the load.
        grade: What may be asked of it: `small` for narrow requests, `large` for one about a whole
            item; None for `large` at an endpoint and `small` in this process.
    """

    name: str
    base_url: str | None = None
    key_env: str = "OPENAI_API_KEY"
    insecure: bool = False
    threads: int | None = None
    grade: Literal["small", "large"] | None = None

    @property
    def is_large(self) -> bool:
        """Whether one request asks it for all that is to be mended in an item."""
        if self.is_none:
            return False
        return self.grade == "large" or (self.grade is None and self.base_url is not None)

    @property
    def is_none(self) -> bool:
        """Whether rules work alone."""
        return self.name == "none"

    @property
    def identity(self) -> str:
        """What of the model decides an answer: part of every request's key."""
        if self.base_url is not None:
            return self.name
        if self.name == "local":
            return f"{weights.NAME}:{weights.SHA256[:16]}"
        path = Path(self.name)
        return f"{path.name}:{path.stat().st_size if path.is_file() else 0}"

    @property
    def label(self) -> str:
        """The model's name for a person."""
        return weights.NAME if self.name == "local" and self.base_url is None else self.name

    def check(self) -> None:
        """Check all that can be checked without loading or asking anything.

        Raises:
            UsageError: A name that is none of ours without a base URL; an insecure URL.
            ModelError: The embedded model can't be loaded.
        """
        if self.is_none:
            return
        if self.base_url is not None:
            check_url(self.base_url, insecure=self.insecure)
            return
        if self.name == "local":
            _require_runtime()
            weights.part_path(1)
        elif self.name.endswith(".gguf"):
            _require_runtime()
            weights.check_gguf(Path(self.name))
        else:
            raise UsageError(
                f"the model `{self.name}` is unknown: expected `local`, `none`, a path to a `.gguf`, "
                "or a name together with `--base-url`",
                hint=f"for an endpoint: `--model {self.name} --base-url https://…/v1`",
            )


def check_url(url: str, *, insecure: bool) -> None:
    """Check that text from the graph may be sent to a URL.

    Raises:
        UsageError: It is no HTTP URL, or plain HTTP to another machine without `--insecure`.
    """
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:  # a port that is no number, a bracket that is not closed
        raise UsageError(
            "the base URL is not valid: its host or port can't be read",
            hint="it looks like `https://host:8080/v1`",
        ) from error
    if parts.scheme not in {"http", "https"} or not has_host or parts.hostname is None:
        raise UsageError(
            f"the base URL `{parts.scheme}:…` is not an http(s) URL with a host",
            hint="it looks like `https://host:8080/v1`",
        )
    if parts.username or parts.password:
        raise UsageError("the base URL holds a user or password: give the key in the environment")
    if parts.query or parts.fragment:
        raise UsageError(
            f"the base URL of `{parts.hostname}` holds a query: give the key in the environment",
            hint="a base URL ends with its path, mostly in `/v1`",
        )
    if parts.scheme == "http" and not insecure and not _is_loopback(parts.hostname):
        raise UsageError(
            f"`http://{parts.hostname}` would send your notes unencrypted to another machine",
            hint="use https, or say `--insecure`",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def open_endpoint(
    choice: ModelChoice, tell: Callable[[str], None] = lambda _text: None
) -> Iterator[Endpoint]:
    """Make the model ready: load the embedded one, or name the remote one.

    Raises:
        EndpointError: No key in the environment for an endpoint that is not on this machine.
        ModelError: The embedded model can't be loaded.
    """
    if choice.base_url is not None:
        yield remote(choice)
        return
    path = weights_of(choice, tell)
    memory_gb = MEMORY_OVER_SIZE * path.stat().st_size / 1e9
    tell(f"loading {choice.label}, which takes about {memory_gb:.1f} GB of memory")
    yield embedded(path, choice.threads or free_threads())


def remote(choice: ModelChoice) -> Endpoint:
    """The endpoint that the settings name.

    Raises:
        EndpointError: No key in the environment for an endpoint that is not on this machine.
    """
    url = choice.base_url or ""
    key = os.environ.get(choice.key_env, "").strip()
    if choice.key_env not in os.environ and _NAME.fullmatch(choice.key_env) is None:
        raise EndpointError(
            "`api_key_env` is not the name of an environment variable; nothing was sent",
            hint="it names the variable that holds the key, as `OPENAI_API_KEY`: never the key itself",
        )
    if not key and not _is_loopback(urlsplit(url).hostname or ""):
        raise EndpointError(
            f"the environment variable `{choice.key_env}` holds no key for `{url}`; nothing was sent",
            hint=f"`export {choice.key_env}=…`, or name another variable with `api_key_env`",
        )
    return Endpoint(base_url=url, model=choice.name, key=key or "none")


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


def _require_runtime() -> None:
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
    _require_runtime()
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
