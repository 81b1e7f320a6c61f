"""Images of a question that is only a figure, for a model that the person allowed to see them.

Nothing is read or sent unless the setting `images` says so: `own` for files in the graph's `assets`
folder, as data URLs; `remote` also for links to pages elsewhere, which the endpoint then fetches.
"""

from __future__ import annotations

import base64
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refiner.pipeline.options import Frame

FOLDER = "assets"
SIZE_BYTES_AT_MOST = 4_000_000
IMAGES_AT_MOST = 2
TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


def images_of(frame: Frame, page: str, targets: Iterable[str]) -> tuple[str, ...]:
    """What is sent of a figure's images, as URLs; nothing unless the person allowed it.

    Args:
        frame: The run's options, model and graph. Only the endpoint that the person named sees an image.
        page: The page's path in the graph.
        targets: What the images link to, as written on the page.
    """
    if frame.options.images == "none" or frame.model.base_url is None:
        return ()
    found = list(_urls(frame, page, targets))
    return tuple(found[:IMAGES_AT_MOST])


def _urls(frame: Frame, page: str, targets: Iterable[str]) -> Iterator[str]:
    for target in targets:
        if target.startswith(("http://", "https://")):
            if frame.options.images == "remote":
                yield target
            continue
        data = _own(frame.root, page, target)
        if data is not None:
            yield data


def _own(root: Path, page: str, target: str) -> str | None:
    """A file of the graph's assets as a data URL, or None where it is none of them, or too large."""
    written = unquote(target).removeprefix("file://")
    kind = TYPES.get(PurePosixPath(written).suffix.lower())
    if kind is None or written.startswith("/") or "\\" in written:
        return None
    path = (root / page).parent / written
    try:
        real = path.resolve(strict=True)
        is_inside = real.is_relative_to((root / FOLDER).resolve(strict=True))
        if not is_inside or not real.is_file() or real.stat().st_size > SIZE_BYTES_AT_MOST:
            return None
        content = real.read_bytes()
    except OSError:
        return None
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
