"""Replace a page's file: wholly the old bytes or wholly the new ones, whatever happens."""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from refiner.errors import ConflictError, PageError
from refiner.graph.scan import Fingerprint

if TYPE_CHECKING:
    from pathlib import Path

LOG = logging.getLogger("refiner")
TEMPORARY = ".refiner-{}.tmp"
CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def read_file(path: Path) -> bytes:
    """A page's bytes.

    Raises:
        PageError: It has vanished, or can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PageError(str(path), "has vanished; nothing was written to it") from None
    except OSError as error:
        raise PageError(str(path), f"can't be read: {error.strerror}") from error


def check_writable(path: Path) -> None:
    """Check that a page can be replaced, before anything is written.

    Raises:
        PageError: The file or its folder is read-only.
    """
    for place, what in ((path, "the file"), (path.parent, "its folder")):
        if place.exists() and not os.access(place, os.W_OK):
            raise PageError(
                str(path),
                f"can't be written: {what} is read-only; nothing was written",
                hint=f"`chmod u+w '{place}'`, then `refiner apply` again",
            )


def replace_file(
    path: Path, old: bytes | None, new: bytes, *, root: Path, is_durable: bool = True
) -> Fingerprint:
    """Put new bytes in the place of old ones, keeping mode and owner.

    A temporary file in the same folder is written, synced and moved over the page. A link stays a
    link: what it leads to is replaced, unless it leads out of the graph.

    Args:
        path: The page.
        old: What it must hold right before; None for whatever it holds, or nothing.
        new: What it holds afterwards.
        root: The graph's root: nothing outside it is ever written.
        is_durable: Whether to wait until the disk holds it; what can be made anew need not wait.

    Returns:
        The fingerprint of what was written, whoever may write to the page right afterwards.

    Raises:
        ConflictError: It holds something else by now; it is left as it is.
        PageError: It can't be written; it is left as it is.
    """
    target = inside(path, root)
    temporary = temporary_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # A link or a leftover at the temporary's name is removed, never written through.
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, CREATE, 0o666), "wb") as file:
            file.write(new)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
            _copy_owner(target, temporary)
            _copy_attributes(target, temporary)
        if old is not None and read_file(target) != old:
            raise ConflictError(
                f"`{path}` changed while it was being written; it was left as it is",
                hint="run the command again",
            )
        if inside(path, root) != target:
            raise ConflictError(f"`{path}` became a link meanwhile; it was left as it is")
        fingerprint = Fingerprint.of(temporary)
        temporary.replace(target)
        if is_durable:
            _sync_folder(target.parent)
    except OSError as error:
        raise PageError(
            str(path),
            f"can't be written: {error.strerror}; it was left as it is",
            hint="is there room on the disk, and may you write to the folder?",
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return fingerprint


def inside(path: Path, root: Path) -> Path:
    """Where a page really lies.

    Raises:
        PageError: Outside the graph, through a link or a folder that is one.
    """
    target = path.resolve()
    if not target.is_relative_to(root.resolve()):
        raise PageError(
            str(path),
            f"is a link that leads out of the graph, to `{target}`; nothing was written",
            hint="replace the link by the page itself, or name the other graph",
        )
    return target


def temporary_of(target: Path) -> Path:
    """The temporary file beside a page; its name is bounded in bytes, as file systems bound it."""
    name = target.name.encode(errors="surrogateescape")[:80].decode(errors="ignore")
    return target.parent / TEMPORARY.format(name)


def remove_leftover(path: Path, root: Path) -> None:
    """Remove the temporary file that a killed write of this page left behind.

    Raises:
        PageError: The page lies outside the graph.
    """
    with suppress(OSError):
        temporary_of(inside(path, root)).unlink(missing_ok=True)


def _copy_owner(source: Path, target: Path) -> None:
    stat = source.stat()
    if hasattr(os, "chown") and (stat.st_uid, stat.st_gid) != (os.getuid(), os.getgid()):
        with suppress(PermissionError):
            os.chown(target, stat.st_uid, stat.st_gid)


def _copy_attributes(source: Path, target: Path) -> None:
    """Keep extended attributes; say so where other hard links keep the old text."""
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(source):
                os.setxattr(target, name, os.getxattr(source, name))
    others = source.stat().st_nlink - 1
    if others > 0:
        LOG.warning(
            "`%s` is hard-linked elsewhere too; %d more links keep the old text",
            source.name,
            others,
        )


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
