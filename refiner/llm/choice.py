"""Which model the settings name, and whether it may be used as they say."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from refiner.errors import UsageError
from refiner.llm import weights
from refiner.llm.runtime import require_runtime


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
    def is_embedded(self) -> bool:
        """Whether it runs in this process."""
        return self.base_url is None and not self.is_none

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
            require_runtime()
            weights.part_path(1)
        elif self.name.endswith(".gguf"):
            require_runtime()
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
    if parts.scheme == "http" and not insecure and not is_loopback(parts.hostname):
        raise UsageError(
            f"`http://{parts.hostname}` would send your notes unencrypted to another machine",
            hint="use https, or say `--insecure`",
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
