"""How long trouble is waited out, by what it is and whether anybody has ever answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refiner.llm.openai_api.faults import NoAnswerError, is_server_fault, is_unreached

if TYPE_CHECKING:
    from tenacity import RetryCallState

DEAD_S = 5.0
FAILING_S = 20.0


def patience_s(state: RetryCallState, retry_s: float, *, has_answered: bool) -> float:
    """How long a request may be tried, in seconds, after this try.

    Args:
        state: tenacity's, after a try that failed.
        retry_s: The settings' bound.
        has_answered: Whether the endpoint has ever answered well; one that never did is given up soon.
    """
    error = state.outcome.exception() if state.outcome is not None else None
    if has_answered:
        return retry_s
    if is_unreached(error) or isinstance(error, NoAnswerError):
        return min(retry_s, DEAD_S)
    return min(retry_s, FAILING_S) if is_server_fault(error) else retry_s
