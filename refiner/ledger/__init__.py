"""The ledger: what was asked, answered, proposed, decided and written, in one SQLite file."""

from refiner.ledger.decisions import Prior
from refiner.ledger.ledger import Ledger, ledger_path
from refiner.ledger.pages import PageState, SyncedPage
from refiner.ledger.record import Decided, Tally, WriteRow
from refiner.ledger.runs import LastRun
from refiner.ledger.writes import AppliedProposal, WritePage

__all__ = [
    "AppliedProposal",
    "Decided",
    "LastRun",
    "Ledger",
    "PageState",
    "Prior",
    "SyncedPage",
    "Tally",
    "WritePage",
    "WriteRow",
    "ledger_path",
]
