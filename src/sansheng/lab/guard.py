"""Who may talk to the lab: browsers on this machine that came with its key, and pages of its own.

Every request, and every WebSocket before it is accepted, must name the lab's own address as its host; one that says
where it comes from must come from the lab itself; and it must bring the cookie that the key was exchanged for. So no
other page in the same browser can speak to the lab, whatever name it resolves to this machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs

from sansheng.lab.limits import MOST_BYTES

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Role = Literal["host", "guest"]

ENTRANCE = "/enter"
GUEST_PAGES = ("/zh/class", "/en/class")
"""What guests may open beside what all pages consist of."""
_PARTS = ("/_nicegui", "/lab/", "/favicon.ico")

_HEADERS = (
    (b"content-security-policy", (
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; "
        b"base-uri 'none'; form-action 'self'; object-src 'none'"
    )),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)  # fmt: skip
"""Vue makes templates into functions in the browser, which is what the evaluation is allowed for."""


@dataclass(frozen=True)
class Keys:
    """What opens the lab: one key for whoever started it, one for a class."""

    host: str
    guest: str

    @classmethod
    def fresh(cls) -> Keys:
        """Return keys that nobody can guess."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(9))

    def role(self, key: str) -> Role | None:
        """Return whom a key lets in; in time that tells nothing of how much of it was right."""
        said = key.encode("utf-8", "surrogatepass")
        if secrets.compare_digest(said, self.host.encode()):
            return "host"
        if secrets.compare_digest(said, self.guest.encode()):
            return "guest"
        return None


@dataclass(frozen=True)
class Visitor:
    """A browser that came in: as whom, and a number that it alone knows."""

    role: Role
    session: str


class Guard:
    """The lab's door, around the whole application.

    Parameters
    ----------
    app
        What is behind it.
    keys
        What opens it.
    port
        Where the lab listens, on loopback.
    origins
        Addresses under which something in front of the lab (a tunnel, a proxy) offers it, such as
        ``https://class.example.edu``.
    """

    def __init__(
        self, app: ASGIApp, *, keys: Keys, port: int, origins: tuple[str, ...] = ()
    ) -> None:
        own = tuple(f"http://{name}:{port}" for name in ("127.0.0.1", "localhost"))
        self._app, self._keys = app, keys
        self._origins = frozenset((*own, *origins))
        self._hosts = frozenset(origin.partition("://")[2] for origin in self._origins)
        self._cookie = f"sansheng-lab-{port}"  # cookies do not tell ports apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what may pass."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if headers.get(b"host") not in self._hosts:
            await _refuse(scope, receive, send, 421, "this address does not lead to the lab")
        elif not self._same_origin(scope["type"], headers):
            await _refuse(scope, receive, send, 403, "not from this page")
        elif scope["type"] == "http" and scope["path"] == ENTRANCE:
            await self._let_in(scope, receive, send)
        elif (visitor := self.visitor(headers)) is None:
            await _refuse(scope, receive, send, 401, _NO_KEY)
        elif not _may(visitor, scope["path"]):
            await _refuse(
                scope, receive, send, 403, "this page is the teacher's · 此页仅供教师使用"
            )
        else:
            scope["sansheng.visitor"] = visitor
            await self._pass(scope, receive, send, headers)

    def visitor(self, headers: Mapping[bytes, str]) -> Visitor | None:
        """Return who a cookie says is there; None without a right one."""
        try:
            found = SimpleCookie(headers.get(b"cookie", "")).get(self._cookie)
        except CookieError:
            return None
        key, _, session = (found.value if found else "").rpartition(".")
        role = self._keys.role(key)
        if role is None or not 16 <= len(session) <= 64:
            return None
        return Visitor(role, session)

    def _same_origin(self, kind: str, headers: Mapping[bytes, str]) -> bool:
        """Whether a request comes from the lab's own pages, or from nowhere: an address that was typed or clicked."""
        origin = headers.get(b"origin")
        if origin is not None:
            return origin in self._origins
        if kind == "websocket":  # every browser says where a socket comes from
            return False
        # A link in a message leads here from elsewhere; nothing but the page itself is to be had that way.
        asked = headers.get(b"sec-fetch-site", "none") in {"none", "same-origin"}
        return asked or headers.get(b"sec-fetch-mode") == "navigate"

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Exchange the key of an address for a cookie, and lead on to a page whose address does not tell it."""
        words = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        key = words.get("key", [""])[0]
        lang = "en" if words.get("lang") == ["en"] else "zh"
        role = self._keys.role(key)
        if role is None:
            await _refuse(scope, receive, send, 401, _NO_KEY)
            return
        cookie = f"{self._cookie}={key}.{secrets.token_urlsafe(18)}; Path=/; HttpOnly; SameSite=Lax"
        target = f"/{lang}/class" if role == "guest" else f"/{lang}"
        headers = [(b"location", target.encode()), (b"set-cookie", cookie.encode()), *_HEADERS]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _pass(
        self, scope: Scope, receive: Receive, send: Send, headers: Mapping[bytes, str]
    ) -> None:
        length = headers.get(b"content-length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES:
            await _refuse(scope, receive, send, 413, f"more than {MOST_BYTES} bytes")
            return
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > MOST_BYTES:  # it said nothing of its length, or not the truth
                    return {"type": "http.disconnect"}
            return message

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        await self._app(scope, bounded, headed)


_NO_KEY = (
    "open the lab with the address that it printed, which holds its key · "
    "请用实验室启动时显示的完整网址（含密钥）打开"
)


def _may(visitor: Visitor, path: str) -> bool:
    return visitor.role == "host" or path in GUEST_PAGES or path.startswith(_PARTS)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{status} {why}\n".encode()})
