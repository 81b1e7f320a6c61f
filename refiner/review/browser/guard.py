"""Who may talk to the server: one browser, on this machine, from our own pages."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD"})
OWN_SITES = frozenset({"same-origin", "none"})
LARGEST_BODY_BYTES = 1_000_000
HEADERS = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
            b" form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer a form's Origin would be `null`
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """ASGI middleware that lets through only what our own pages send.

    A request must name one of our hosts exactly, and carry the cookie that the one-time token was
    exchanged for. A write must also come from our own origin.

    Args:
        app: What it guards.
        hosts: `host:port` as browsers write it.
        port: Part of the cookie's name, since cookies do not tell ports apart.

    Attributes:
        token: What the first address carries; it is good once.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], port: int) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._cookie = f"refiner_{port}"
        self._secret = secrets.token_urlsafe(32)
        self.token: str | None = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in HEADERS}
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in names]
                message["headers"] = [*kept, *HEADERS]
            await send(message)

        refused = self._refused(scope)
        if refused is None:
            await self._app(scope, receive, send_guarded)
        else:
            await refused(scope, receive, send_guarded)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request that goes no further, or None."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        host = headers.get("host", [])
        if len(host) != 1 or host[0].lower() not in self._hosts:
            return PlainTextResponse("this server does not answer to that host", 421)
        site = headers.get("sec-fetch-site", ["none"])
        offered = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and offered and scope["method"] == "GET":
            return self._exchanged(offered)
        if not self._has_cookie(headers.get("cookie", [])):
            return PlainTextResponse("open the address that `refiner serve` printed", 403)
        if len(site) != 1 or site[0] not in OWN_SITES:
            return PlainTextResponse("requests from other sites are refused", 403)
        if scope["method"] in SAFE_METHODS:
            return None
        if scope["method"] != "POST":
            return PlainTextResponse("this server knows GET and POST", 405)
        if headers.get("origin") != [f"http://{host[0].lower()}"]:
            return PlainTextResponse("writes from other origins are refused", 403)
        size = headers.get("content-length", ["x"])
        if len(size) != 1 or not size[0].isdigit() or int(size[0]) > LARGEST_BODY_BYTES:
            return PlainTextResponse("the request is too large", 413)
        return None

    def _exchanged(self, offered: str) -> Response:
        """The cookie for the token, which is used up."""
        if self.token is None or not hmac.compare_digest(offered.encode(), self.token.encode()):
            text = "that address was used before, or is not ours; run `refiner serve` again"
            return PlainTextResponse(text, 403)
        self.token = None
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._cookie, self._secret, httponly=True, samesite="strict", path="/")
        return answer

    def _has_cookie(self, headers: list[str]) -> bool:
        for header in headers:
            for part in header.split(";"):
                name, _, value = part.strip().partition("=")
                if name == self._cookie and hmac.compare_digest(
                    value.encode(), self._secret.encode()
                ):
                    return True
        return False
