"""Maps over a real Ray, in a process of its own; prints what came of it."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from refiner.cluster.engine import Gone, RayEngine
from refiner.pipeline.refine import refine
from refiner.pipeline.session import open_session
from refiner.proposals import proposal_json

DEADLY, STAYS, ODD = 40, 5, 99


def look(number: int) -> int:
    """Twice a number, and the process's own id behind it; one number kills its process."""
    if number == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == ODD:
        raise ValueError("odd")
    return os.getpid() if number == STAYS else 2 * number


def main() -> None:
    """Map numbers, and refine the graph that the first word names."""
    root, place = Path(sys.argv[1]), Path(sys.argv[2])
    flags = {"model": "none", "ledger": place.with_suffix(".db")}
    with RayEngine() as engine, open_session([root], None, flags, is_writing=True) as session:
        found = list(engine.mapped(look, iter(range(80)), lambda job: job == STAYS))
        told = [str(result) if isinstance(result, Gone) else result for _, result in found]
        try:
            list(engine.mapped(look, [ODD]))
        except ValueError as error:
            odd = str(error)
        refine(session.target, session.settings, session.ledger, engine=engine)
        proposals = [proposal_json(proposal) for proposal in session.pending()]
    report = {"jobs": [job for job, _ in found], "results": told, "own": os.getpid(), "odd": odd}
    place.write_text(json.dumps({**report, "proposals": proposals}))
