"""What the embedded model has read of its prompts, kept on disk.

A prompt's stable part, its system text and examples, stands before the item in every request of a
task and language. Reading it takes as long as a dozen items; llama.cpp writes down what it has read
and takes it back in milliseconds, in a later run too. Nothing of the graph is kept: the stable part
is read alone before it is saved.

Source: llama.cpp, tools/server/README.md, `POST /slots/{id_slot}?action=save`.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from refiner.llm.model import Request

KEPT_AT_MOST = 12  # about 20 MB each
READ_S = 900


class Prefixes:
    """The stable parts that a model has read.

    Args:
        folder: Where they are kept; made if it is not there.
        url: llama.cpp's server, without `/v1`.
        key: Its key.
        identity: All that decides what reading gives: weights, runtime, instructions of the CPU.
    """

    def __init__(self, folder: Path, url: str, key: str, identity: str) -> None:
        self.folder = folder
        self._url = url
        self._key = key
        self._identity = identity
        self._entered = ""

    def holds(self, request: Request) -> bool:
        """Whether a request's stable part need not be read anew."""
        name = self._name(request)
        return name == self._entered or (self.folder / name).is_file()

    async def enter(self, request: Request) -> None:
        """Let the model stand behind a request's stable part, before it is asked.

        Where that can't be done the request itself brings it there, only later.
        """
        name = self._name(request)
        if name == self._entered or len(request.messages) == 1:
            return
        path = self.folder / name
        if not (path.is_file() and await self._restored(path)):
            await self._read(request, path)
        self._entered = name

    def _name(self, request: Request) -> str:
        parts = [self._identity, *(asdict(message) for message in request.messages[:-1])]
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return f"{digest[:32]}.kv"

    async def _restored(self, path: Path) -> bool:
        if not await self._post("/slots/0?action=restore", {"filename": path.name}):
            return False
        os.utime(path)
        return True

    async def _read(self, request: Request, path: Path) -> None:
        messages = [asdict(message) for message in request.messages[:-1]]
        body = {"model": request.model, "messages": messages, "max_tokens": 0}
        if not await self._post("/v1/chat/completions", body):
            return
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if await self._post("/slots/0?action=save", {"filename": part.name}):
                part.replace(path)
            part.unlink(missing_ok=True)
            self._drop_oldest()
        except OSError:
            return

    async def _post(self, path: str, body: dict[str, Any]) -> bool:
        """Send a request; whether it went well."""
        import httpx2

        headers = {"Authorization": f"Bearer {self._key}"}
        async with httpx2.AsyncClient(timeout=READ_S, headers=headers) as client:
            try:
                response = await client.post(f"{self._url}{path}", json=body)
            except httpx2.HTTPError:
                return False
        return response.is_success

    def _drop_oldest(self) -> None:
        kept = sorted(self.folder.glob("*.kv"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-KEPT_AT_MOST]:
            path.unlink(missing_ok=True)
