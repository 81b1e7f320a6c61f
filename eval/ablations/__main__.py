"""`python -m eval.ablations [LEDGER]`: prints Markdown tables for `eval/README.md`.

Answers are kept in the ledger, so that an interrupted run goes on; without one they are kept for
the run alone. Every second sample is taken, of both splits.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from eval.ablations.cloze import cloze
from eval.ablations.question import question
from eval.ablations.truncation import truncation
from eval.ablations.typo import typo
from refiner.ledger import Ledger


def main() -> None:
    """Ask everything, print every table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "ledger.db"
        own = path.with_name(path.stem + "-ablations.db")
        with Ledger(own) as ledger:
            for part in (question, cloze, truncation, typo):
                part(ledger, path)


if __name__ == "__main__":
    main()
