"""One SQLite file per graph. Each method that changes something is one transaction."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from refiner.ledger.answers import Answers
from refiner.ledger.decisions import Decisions
from refiner.ledger.pages import Pages
from refiner.ledger.record import Record
from refiner.ledger.reviews import Reviews
from refiner.ledger.runs import Runs
from refiner.ledger.writes import Writes


def ledger_path(root: Path, setting: Path | None) -> Path:
    """Where a graph's ledger lies: the setting, or the user's state folder."""
    if setting is not None:
        return setting.expanduser()
    from platformdirs import user_state_path

    base = Path(os.environ.get("XDG_STATE_HOME") or user_state_path()) / "refiner"
    return base / f"{root.name}-{hashlib.sha256(str(root).encode()).hexdigest()[:12]}.db"


class Ledger(Runs, Answers, Pages, Decisions, Record, Writes, Reviews):
    """What was asked, answered, proposed, decided and written."""
