"""Commands as processes forked from one that has loaded the tool: killed for real, started fast."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FORKING = """
import json, os, pty, signal, sys, threading, time
import instructor, openai, refiner.llm.dispatch, refiner.pipeline.refine, refiner.pipeline.apply
import refiner.pipeline.undo, refiner.review.terminal
from refiner.cli.app import main

def at_a_terminal(keys):
    master, slave = pty.openpty()
    def press():
        for key in keys:
            time.sleep(0.02)
            os.write(master, key.encode())
    def look():
        while os.read(master, 4096):
            pass
    for work in (press, look):
        threading.Thread(target=work, daemon=True).start()
    return slave

print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        argv, told, keys = json.loads(line)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        console = at_a_terminal(keys) if keys else os.open(os.devnull, os.O_RDWR)
        log = os.open(told or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(console, 0)
        os.dup2(console, 1)
        os.dup2(log, 2)
        sys.argv = ["refiner", *argv]
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:
            import traceback
            traceback.print_exc()
            code = 70
        sys.stderr.flush()
        os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Forks:
    """Runs of commands, each a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-c", FORKING],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()

    def start(self, *words: str | Path, told: Path | None = None, keys: str = "") -> int:
        """Begin a run; its process id.

        Args:
            words: Of the command.
            told: Gets what it says on stderr.
            keys: Pressed one after the other at a terminal of its own.
        """
        assert self._parent.stdin is not None
        argv = [str(word) for word in words]
        line = json.dumps([argv, None if told is None else str(told), keys])
        self._parent.stdin.write(line + "\n")
        return int(self._line())

    def wait(self) -> int:
        """The exit code of the run that was begun; negative for the signal that ended it."""
        return int(self._line())

    def close(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait()
        self._parent.stdout.close()


def is_running(pid: int) -> bool:
    """Whether a process has not ended yet."""
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
