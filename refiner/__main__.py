"""`python -m refiner`, and the command `refiner`."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the tool; Ctrl-C is met also while it is still being loaded."""
    try:
        from refiner.cli.app import main as run
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
