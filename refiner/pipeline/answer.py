"""Requests to outcomes: what was answered is recalled, the rest is asked."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Self

from refiner.errors import EndpointError, ModelError, UsageError
from refiner.llm.model import Failed
from refiner.pipeline.forecast import Forecast
from refiner.pipeline.report import cost_usd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from refiner.llm.asking import Sender
    from refiner.llm.budget import Limits
    from refiner.llm.endpoint import Endpoint
    from refiner.llm.model import Outcome, Request
    from refiner.pipeline.options import Run
    from refiner.pipeline.report import Progress, Report


class Answers:
    """The run's model, and what came of its requests.

    The model is loaded when the first request is really sent, and closed with the block.

    Args:
        run: What is meant.
        report: Hears what was asked, and what it took.
        progress: Hears how far it is.
        ahead: All that the run will ask, looked up where somebody watches the embedded model.
    """

    def __init__(
        self,
        run: Run,
        report: Report,
        progress: Progress,
        ahead: Callable[[], Iterable[Request]] | None = None,
    ) -> None:
        self._run = run
        self._ahead = ahead
        self._forecast: Forecast | None = None
        self._report = report
        self._progress = progress
        self._stack = ExitStack()
        self._endpoint: Endpoint | None = None

    def __enter__(self) -> Self:
        """The answers; nothing is loaded yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the model."""
        self._stack.__exit__(kind, error, trace)

    def to(self, requests: Iterable[Request]) -> dict[str, Outcome]:
        """What came of each request, by key.

        Raises:
            EndpointError: No request can succeed; what was answered is kept.
        """
        outcomes: dict[str, Outcome] = {}
        unsent: dict[str, Request] = {}
        requests = list(requests)
        if not requests:  # the client waits for the first request
            return outcomes
        from refiner.llm.openai_api.conversation import recall

        for request in requests:
            if request.key in outcomes or request.key in unsent:
                continue
            stored = self._run.ledger.answer(request.key)
            if stored is None:
                unsent[request.key] = request
            else:
                outcomes[request.key] = recall(request, stored)
                self._report.cached += 1
        if unsent:
            self._ask(unsent, outcomes)
        return outcomes

    def _ask(self, unsent: Mapping[str, Request], outcomes: dict[str, Outcome]) -> None:
        """Ask what was not answered before; outcomes are added one by one."""
        report, progress = self._report, self._progress

        def on_outcome(outcome: Outcome) -> None:
            outcomes[outcome.request.key] = outcome
            report.asked(outcome)
            forecast.ended(outcome)
            progress.asking(forecast.now(outcome.request.task))

        limits = _limits(self._run, report)
        try:
            sender = self._sender(limits)
        except EndpointError:
            raise
        except ModelError as error:
            for request in unsent.values():
                outcomes[request.key] = Failed(request, "refused", error.message)
            report.failed["refused"] += len(unsent)
            hint = f"; {error.hint}" if error.hint else ""
            report.note(f"{error.message}: rules worked alone{hint}")
            return
        from refiner.llm.dispatch import send

        forecast = self._forecast_of(unsent)
        progress.asking(forecast.now(next(iter(unsent.values())).task))
        started = time.monotonic()
        try:
            send([*unsent.values()], sender, self._run.ledger, limits, on_outcome)
        finally:
            report.seconds += time.monotonic() - started

    def _sender(self, limits: Limits) -> Callable[[], Sender]:
        if self._run.engine is not None:
            return self._run.engine.sender(self._run.model, limits)
        from refiner.llm.asking import Asker

        return partial(Asker, self._opened(), limits)

    def _forecast_of(self, unsent: Mapping[str, Request]) -> Forecast:
        """Of the whole run where it asks one after the other and is watched, else of its next part."""
        prefixes = None if self._endpoint is None else self._endpoint.prefixes
        if prefixes is None or self._ahead is None or not self._progress.is_watched:
            return Forecast(unsent.values(), is_timed=prefixes is not None)
        if self._forecast is None:
            self._forecast = Forecast(self._ahead(), prefixes.holds)
        return self._forecast

    def _opened(self) -> Endpoint:
        if self._endpoint is None:
            from refiner.llm.open import open_endpoint

            opened = open_endpoint(self._run.model, self._progress.tell)
            self._endpoint = self._stack.enter_context(opened)
        return self._endpoint


def check_price(run: Run) -> None:
    """Check that a limit of cost can be kept to.

    Raises:
        UsageError: The endpoint's model has no price.
    """
    settings = run.settings
    name = settings.model
    if settings.max_cost_usd is None or run.model.base_url is None or name in settings.prices:
        return
    raise UsageError(
        f"no price is known for `{name}`, so `--max-cost` can't be kept to; nothing was sent",
        hint=f"in `refiner.toml`, in USD per million tokens: "
        f'`prices = {{ "{name}" = {{ input = 0.1, output = 0.4 }} }}`',
    )


def _limits(run: Run, report: Report) -> Limits:
    """What of the run's limits is left."""
    from refiner.llm.budget import Limits  # with asyncio, which a run without requests needs not

    settings = run.settings
    spent = report.usage
    return Limits(
        concurrency=settings.concurrency,
        timeout_s=settings.timeout_s,
        retry_s=settings.retry_s,
        max_requests=_left(settings.max_requests, report.sent),
        max_minutes=_left(settings.max_minutes, report.seconds / 60),
        max_cost_usd=settings.max_cost_usd,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        cost=lambda usage: cost_usd(settings, settings.model, spent + usage),
    )


def _left(bound: float | None, used: float) -> float | None:
    return None if bound is None else max(bound - used, 0)
