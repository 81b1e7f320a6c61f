"""Which settings a graph's own file may decide, and the person's word that it may decide the rest.

A graph comes by sync, by clone or from somebody else, and `refiner.toml` comes with it. What
reaches outside the graph, sends text or keys away, or decides for the person counts only from
the person's own file, the environment or a flag; from the graph's file only once the person has
seen exactly this file and approved it: its SHA-256 is kept in the person's state folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refiner.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Settings that a graph's file may not decide by itself; `model` only where it names a file.
REACHING = ("base_url", "api_key_env", "insecure", "ledger", "model", "auto_accept", "images")


def reaching(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The settings of a graph's file that reach outside the graph or decide for the person."""
    return tuple(
        key for key in REACHING if key in values and (key != "model" or _is_path(values[key]))
    )


def _is_path(model: object) -> bool:
    name = str(model)
    return name.endswith(".gguf") or name[:1] in {"/", "~", "."} or "\\" in name


def digest_of(content: bytes) -> str:
    """What the person's approval is kept by: the file's SHA-256, hex."""
    return hashlib.sha256(content).hexdigest()


def is_trusted(file: Path, content: bytes) -> bool:
    """Whether the person has approved this file with this very content."""
    return _approved().get(str(file.resolve())) == digest_of(content)


def approve(file: Path, content: bytes) -> None:
    """Keep that the person approved this content of this file.

    Raises:
        UserError: The state folder can't be written.
    """
    _keep({**_approved(), str(file.resolve()): digest_of(content)})


def revoke(file: Path) -> bool:
    """Take an approval back; whether there was one.

    Raises:
        UserError: The state folder can't be written.
    """
    approved = _approved()
    if approved.pop(str(file.resolve()), None) is None:
        return False
    _keep(approved)
    return True


def _store() -> Path:
    from platformdirs import user_state_path

    base = Path(os.environ.get("XDG_STATE_HOME") or user_state_path())
    return base / "refiner" / "trusted.json"


def _approved() -> dict[str, str]:
    """Approved digests by file; a file that can't be read approves nothing."""
    try:
        found = json.loads(_store().read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(approved: dict[str, str]) -> None:
    store = _store()
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        temporary = store.with_suffix(".tmp")
        temporary.write_text(json.dumps(approved, indent=1, sort_keys=True), encoding="utf-8")
        temporary.replace(store)
    except OSError as error:
        raise UserError(
            f"`{store}` can't be written: {error.strerror}; nothing was approved"
        ) from error
