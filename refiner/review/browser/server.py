"""The server itself: a socket on loopback, a guard in front, one thread."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING

import uvicorn

from refiner.errors import UserError
from refiner.review.browser.app import make_app
from refiner.review.browser.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from refiner.review.browser.desk import Desk

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def serve(desk: Desk, host: str, port: int, opened: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        desk: What the pages work with.
        host: An address of this machine.
        port: 0 for a free one.
        opened: Hears the address with its one-time token once the socket listens.

    Raises:
        UserError: The address can't be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(64)  # whoever hears the address may come before the first handler
    except OSError as error:
        listening.close()
        raise UserError(f"`{host}:{port}` can't be listened on: {error.strerror}") from error
    number = listening.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    names = {name, *LOOPBACK} if is_loopback(host) else {name}
    guard = Guard(make_app(desk), {f"{each}:{number}" for each in names}, number)
    opened(f"http://{name}:{number}/?token={guard.token}")
    config = uvicorn.Config(
        guard, log_level="warning", access_log=False, server_header=False, lifespan="off"
    )
    uvicorn.Server(config).run(sockets=[listening])


def is_any(host: str) -> bool:
    """Whether an address stands for all of a machine's own."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
