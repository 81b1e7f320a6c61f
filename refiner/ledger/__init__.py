"""The ledger: what was asked, answered, proposed, decided and written, in one SQLite file."""

from refiner.ledger.decisions import Prior
from refiner.ledger.ledger import Ledger, ledger_path
from refiner.ledger.pages import PageState, SyncedPage
from refiner.ledger.writes import Write, WritePage

__all__ = ["Ledger", "PageState", "Prior", "SyncedPage", "Write", "WritePage", "ledger_path"]
