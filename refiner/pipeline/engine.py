"""Where the work is done that is not this process's own: pages looked at, requests sent.

Without an engine both happen on this machine. Ledger, budget, cache and graph always stay here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from refiner.errors import UsageError
from refiner.pipeline.options import model_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from refiner.llm.asking import Sender
    from refiner.llm.budget import Limits
    from refiner.llm.choice import ModelChoice
    from refiner.settings import Settings


class Engine(Protocol):
    """Workers elsewhere, as long as the run."""

    def mapped(
        self,
        function: Callable[[Any], Any],
        jobs: Iterable[Any],
        stays: Callable[[Any], bool] = ...,
    ) -> Generator[tuple[Any, Any]]:
        """Each job with its result, in order, or with why its workers died on it.

        Args:
            function: A module's own function, or a partial of one, with values that pickle.
            jobs: Taken as results are.
            stays: Whether a job needs what is only on this machine: it is done here.
        """

    def sender(self, choice: ModelChoice, limits: Limits) -> Callable[[], Sender]:
        """Who sends requests to a model at an endpoint."""


def check_engine(settings: Settings) -> None:
    """Check that workers elsewhere can ask the model of the settings.

    Raises:
        UsageError: It is the one in this process.
    """
    choice = model_choice(settings)
    if choice.base_url is None and not choice.is_none:
        raise UsageError(
            "`--engine ray` asks a model at an endpoint, and the embedded one is in this process",
            hint="name one with `--base-url URL --model NAME`, or `--model none` for rules alone",
        )
