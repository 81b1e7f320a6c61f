"""Make the model ready that the settings name."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from refiner.errors import EndpointError
from refiner.llm.choice import is_loopback
from refiner.llm.embedded import embedded, weights_of
from refiner.llm.endpoint import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from refiner.llm.choice import ModelChoice

# The weights as they lie on disk, and about the same again: rearranged for the CPU, and the context.
MEMORY_OVER_SIZE = 2
# A key that was put there by mistake has small letters, or is long: it must not be shown.
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")


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
    # The model that is shipped gives its first answer again, whatever is said against it.
    attempts = 1 if choice.name == "local" else 2
    yield embedded(path, choice.threads, attempts)


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
    if not key and not is_loopback(urlsplit(url).hostname or ""):
        raise EndpointError(
            f"the environment variable `{choice.key_env}` holds no key for `{url}`; nothing was sent",
            hint=f"`export {choice.key_env}=…`, or name another variable with `api_key_env`",
        )
    return Endpoint(base_url=url, model=choice.name, key=key or "none")
