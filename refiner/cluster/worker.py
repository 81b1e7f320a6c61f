"""What runs in a worker: the tool's own client, and its stages of a page.

Nothing of Ray is needed here. The key of an endpoint comes from the worker's own environment.
"""

from __future__ import annotations

import gc
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Self

from refiner.errors import UserError
from refiner.llm.asking import Asked, Asker
from refiner.llm.dispatch import silence
from refiner.llm.open import remote
from refiner.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from refiner.llm.budget import Limits
    from refiner.llm.choice import ModelChoice
    from refiner.llm.model import Request
    from refiner.llm.store import StoredAnswer


class Asking:
    """Asks an endpoint from where it is.

    Args:
        choice: The model; an endpoint's.
        limits: This worker's share of the run's.
        version: Of the tool that opened it.
    """

    def __init__(self, choice: ModelChoice, limits: Limits, version: str) -> None:
        self._choice = choice
        self._limits = limits
        self._version = version
        self._stack = AsyncExitStack()
        self._asker: Asker | None = None

    async def __aenter__(self) -> Self:
        """Open it."""
        await self.ready()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self._stack.__aexit__(kind, error, trace)

    async def ready(self) -> None:
        """Open the client.

        Raises:
            UserError: Another version of the tool is installed here.
            EndpointError: No key in the environment here.
        """
        if self._version != VERSION:
            raise UserError(
                f"a machine of the cluster has refiner {VERSION}, this one {self._version}",
                hint="install the same version on all of them",
            )
        silence()
        if self._asker is None:
            asker = Asker(remote(self._choice), self._limits)
            self._asker = await self._stack.enter_async_context(asker)
        gc.freeze()

    async def ask(
        self, request: Request, refused: StoredAnswer | None, *, has_answered: bool
    ) -> Asked:
        """Ask one request, and once more where the guards refuse its answer.

        Raises:
            EndpointError: No request can succeed.
        """
        if self._asker is None:
            raise RuntimeError("the client is not open")
        self._asker.has_answered |= has_answered
        return await self._asker.ask(request, refused)


def looked(function: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    """What a stage makes of a few pages."""
    return [function(job) for job in jobs]
