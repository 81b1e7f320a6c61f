"""Tables that take long to make, made once and kept as files in the user's cache folder.

A file is mapped, not read: it is there in a millisecond, and processes that work side by side
share its memory. Where it can't be kept, the table is made each time, in memory.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAGIC = b"refiner table 1\n"
END = b"\nend of table 1\n"


def kept_table(name: str, source: Path, make: Callable[[], bytes], options: str = "") -> memoryview:
    """A table's bytes; one of the same name from another source replaces it.

    Args:
        name: Begins the file's name.
        source: The file that it is made from.
        make: Makes it, n bytes.
        options: What else decides what it holds.
    """
    stat = source.stat()
    key = f"{source} {stat.st_size} {stat.st_mtime_ns} {options}"
    path = cache_folder() / f"{name}-{sha256(key.encode()).hexdigest()[:16]}.bin"
    table = _mapped(path)
    if table is None:
        content = make()
        with suppress(OSError):
            _keep(path, name, content)
        table = _mapped(path) or memoryview(content)
    return table


def cache_folder() -> Path:
    """Where what can be made anew is kept."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("XDG_CACHE_HOME") or user_cache_path()) / "refiner"


def package_folder(name: str) -> Path:
    """Where an installed package lies; it is not imported.

    Raises:
        ModuleNotFoundError: It is not installed.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name=name)
    return Path(spec.origin).parent


def _mapped(path: Path) -> memoryview | None:
    """A file's table, or None where it is not there, not whole, or not ours."""
    try:
        with path.open("rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return None
    is_whole = view[: len(MAGIC)] == MAGIC and view[-len(END) :] == END
    return view[len(MAGIC) : -len(END)] if is_whole else None


def _keep(path: Path, name: str, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC)
            file.write(content)
            file.write(END)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    for other in path.parent.glob(f"{name}-*.bin"):
        if other != path:
            with suppress(OSError):
                other.unlink()
