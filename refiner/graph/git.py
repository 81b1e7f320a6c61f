"""Git: one commit of the pages that were written."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from refiner.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def commit(root: Path, pages: Sequence[str], message: str) -> str:
    """Make one git commit of the pages that were written; its short name.

    Raises:
        UserError: The graph is no git repository, or git refuses.
    """
    command = ["git", "-C", str(root), "commit", "--quiet", "--only", "-m", message, "--", *pages]
    try:
        subprocess.run(
            ["git", "-C", str(root), "add", "--", *pages], check=True, capture_output=True
        )
        subprocess.run(command, check=True, capture_output=True)
        shown = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--short", "HEAD"],
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise UserError("`--commit` needs git, which is not there; the pages are written") from None
    except subprocess.CalledProcessError as error:
        refusal = (
            error.stderr.decode(errors="replace")
            if isinstance(error.stderr, bytes)
            else error.stderr
        )
        raise UserError(
            f"git refused the commit: {refusal.strip()}; the pages are written"
        ) from error
    return shown.stdout.strip()
