"""What can stop a command, by who must act.

    RefinerError                exit code 1
    ├── UserError               the person can mend it: a path, a flag, a setting, a decision
    │   ├── UsageError          exit code 2
    │   ├── PageError           one page or review page can't be read, understood or written
    │   └── ConflictError       the page no longer holds what was read or written
    ├── ModelError              the weights, the endpoint or its answers
    │   ├── NotInstalledError   a part of the tool that is not installed
    │   └── EndpointError       an endpoint refuses: wrong key, unknown model, unreachable
    └── LedgerError             the ledger is too new or damaged, or can't be written
        └── BusyError           another refiner is at work on the graph

Everything else is a bug and keeps its traceback. Trouble inside the data is no error: a
page that is skipped, a finding, a violation are values.
"""

from __future__ import annotations


class RefinerError(Exception):
    """Stops a command with a message for a person and without a traceback.

    Args:
        message: Place first (`path:line`), what was found and expected, what happened to the
            files. Lower case, no full stop after one sentence.
        hint: One command or step that helps, or None.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UserError(RefinerError):
    """The person who ran the command can mend it."""


class UsageError(UserError):
    """The command line or the settings say something that can't be."""

    exit_code = 2


class PageError(UserError):
    """A page, or a review page, can't be read, understood or written.

    Args:
        path: The page as the person would name it.
        problem: What was found and what was expected.
        line: 1-based line, or None for the whole page.
        hint: One command or step that helps, or None.
    """

    def __init__(
        self, path: str, problem: str, *, line: int | None = None, hint: str | None = None
    ) -> None:
        place = f"`{path}`" if line is None else f"`{path}:{line}`"
        super().__init__(f"{place} {problem}", hint=hint)
        self.path = path
        self.problem = problem
        self.line = line


class ConflictError(UserError):
    """A page no longer holds what was read from it or written to it."""


class ModelError(RefinerError):
    """The weights, the endpoint or what it answers."""


class NotInstalledError(ModelError):
    """A part of the tool is not installed."""


class EndpointError(ModelError):
    """An endpoint refuses every request: wrong key, unknown model, unreachable."""


class LedgerError(RefinerError):
    """The ledger is too new or damaged, or can't be written."""


class BusyError(LedgerError):
    """Another refiner holds the graph's lock.

    Args:
        holder: Which process, for a person.
    """

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"another refiner ({holder}) is at work on this graph; nothing was done",
            hint="wait for it, or stop it, then run the command again",
        )
