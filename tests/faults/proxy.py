"""The network between bot and homeserver, as bad as a test wants it: an HTTP proxy on loopback that breaks by plan.

What it does not break it passes on as it is. It knows nothing of the bot: only the client-server API's paths.
"""

import asyncio
import json
import random
import re
import socket
import struct
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from yarl import URL

from bot.demo.homeserver import Synapse

_PAGE = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"
_DROP = {"transfer-encoding", "content-encoding", "content-length", "connection", "server", "date"}


class Way(Enum):
    """What happens to a request. The value says whether the homeserver hears of it."""

    RESET_BEFORE = ("reset before it arrived", False)
    RESET_AFTER = ("done, and the answer lost in a reset", True)
    LATE = ("done, and the answer later than anybody waits", True)
    SILENT = ("a half-open socket: accepted, never answered", False)
    LIMITED = ("429 with retry_after_ms", False)
    LIMITED_BY_HEADER = ("429 with Retry-After", False)
    LIMITED_BARE = ("429 with neither", False)
    ERROR = ("500", False)
    GATEWAY = ("done, and 502 with a page", True)
    PAGE = ("a proxy's page with status 200", False)
    TRICKLE = ("done, and an answer that comes byte by byte", True)
    TRUNCATED = ("done, and JSON that ends early", True)
    CUT = ("done, and a body shorter than announced", True)

    @property
    def arrives(self) -> bool:
        """Whether the homeserver hears of the request and does it."""
        return self.value[1]

    @property
    def slow(self) -> bool:
        """Whether the bot notices only when its patience ends."""
        return self in (Way.LATE, Way.SILENT, Way.TRICKLE)


QUICK = tuple(way for way in Way if not way.slow)

_ENDPOINTS = {
    "sync": r"/sync$",
    "send": r"/rooms/[^/]+/send/",
    "redact": r"/rooms/[^/]+/redact/",
    "messages": r"/rooms/[^/]+/messages$",
    "createRoom": r"/createRoom$",
    "join": r"/join/|/rooms/[^/]+/join$",
    "upload": r"/media/v3/upload(/|$)",
    "login": r"/login$",
    "keys/upload": r"/keys/upload$",
    "keys/query": r"/keys/query$",
    "keys/claim": r"/keys/claim$",
    "sendToDevice": r"/sendToDevice/",
    "room_keys": r"/room_keys/keys$",
    "delete media": r"/_synapse/admin/v1/media/",
}


@dataclass
class Rule:
    """What happens to the next requests to an endpoint that have `about` in their path or body; None: nothing.

    `endless` repeats the last for ever.
    """

    endpoint: str
    ways: list[Way | None]
    about: str = ""
    endless: bool = False
    met: int = 0
    _all_met: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def over(self) -> bool:
        """Whether everything planned has happened."""
        return not self.ways

    def fits(self, endpoint: str, said: str) -> bool:
        """Whether this request is the rule's next."""
        return bool(self.ways) and endpoint == self.endpoint and self.about in said

    def take(self) -> Way | None:
        """What happens to this request."""
        self.met += 1
        if self.endless and len(self.ways) == 1:
            return self.ways[0]
        if len(self.ways) == 1:
            self._all_met.set()
        return self.ways.pop(0)

    async def all_met(self, timeout: float = 30.0) -> None:
        """Wait until everything planned has happened. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._all_met.wait()


class Proxy:
    """`async with Proxy(synapse) as proxy`, and `proxy.url` as the bot's homeserver."""

    def __init__(self, synapse: Synapse) -> None:
        self.synapse = synapse
        self.port = 0
        self.page: int | None = None
        self.broken: Counter[tuple[str, Way]] = Counter()
        self.passed: Counter[str] = Counter()
        self._rules: list[Rule] = []
        self._chance: tuple[random.Random, float, Sequence[Way]] | None = None
        self._listener: asyncio.Server | None = None
        self._server: web.Server | None = None
        self._http: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        """The homeserver's address for the bot."""
        return f"http://127.0.0.1:{self.port}"

    def breaks(self, endpoint: str, *ways: Way | None, about: str = "", endless: bool = False) -> Rule:
        """Break the next requests to an endpoint, each as `ways` says. Earlier rules go first."""
        if endpoint not in _ENDPOINTS:
            raise ValueError(f"no such endpoint: {endpoint}")
        rule = Rule(endpoint, list(ways), about, endless)
        self._rules.append(rule)
        return rule

    def heal(self) -> None:
        """Break nothing any more."""
        self._rules.clear()
        self._chance = None

    def breaks_at_random(self, seed: int, share: float, ways: Sequence[Way] = QUICK) -> None:
        """Break that share of all requests, chosen by the seed and the order in which they come."""
        self._chance = (random.Random(seed), share, ways)

    async def down(self) -> None:
        """Refuse connections, and end those there are."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in list(self._server.connections if self._server else ()):
            if isinstance(connection.transport, asyncio.Transport):
                _reset(connection.transport)

    async def up(self) -> None:
        """Accept connections (again), at the address of before."""
        if self._listener is None and self._server is not None:
            loop = asyncio.get_running_loop()
            self._listener = await loop.create_server(self._server, "127.0.0.1", self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    async def __aenter__(self) -> Self:
        # The homeserver's answer goes on as it came, and an answer may wait for news for half a minute.
        self._http = aiohttp.ClientSession(
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=90),
            connector=aiohttp.TCPConnector(limit=0),
        )
        self._server = web.Server(self._handle, handler_cancellation=True, access_log=None)
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.down()
        if self._server is not None:
            await self._server.shutdown(1.0)
        if self._http is not None:
            await self._http.close()

    # -- one request

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        endpoint = _endpoint(request.path)
        way = self._way(endpoint, unquote(request.raw_path) + "\n" + body.decode(errors="replace"))
        if way is None:
            self.passed[endpoint] += 1
            try:
                return _whole(*await self._pass_on(request, body))
            except (aiohttp.ClientError, OSError):
                return await _gone(request)  # the homeserver itself is away
        self.broken[endpoint, way] += 1
        status, answer = 200, b""
        headers: dict[str, str] = {}
        if way.arrives:
            with suppress(aiohttp.ClientError, OSError):
                status, headers, answer = await self._pass_on(request, body)
        return await _break(way, request, status, headers, answer)

    def _way(self, endpoint: str, said: str) -> Way | None:
        for rule in self._rules:
            if rule.fits(endpoint, said):
                return rule.take()
        if self._chance is not None:
            numbers, share, ways = self._chance
            if numbers.random() < share:
                return numbers.choice(ways)
        return None

    async def _pass_on(self, request: web.BaseRequest, body: bytes) -> tuple[int, dict[str, str], bytes]:
        assert self._http is not None
        query = dict(request.query)
        if self.page is not None:  # a homeserver may give less than it is asked for
            if "limit" in query:
                query["limit"] = str(min(self.page, int(query["limit"])))
            if "filter" in query:
                wanted = json.loads(query["filter"])
                timeline = wanted.get("room", {}).get("timeline", {})
                if "limit" in timeline:
                    timeline["limit"] = min(self.page, timeline["limit"])
                query["filter"] = json.dumps(wanted)
        headers = {
            name: request.headers[name]
            for name in ("Authorization", "Content-Type")
            if name in request.headers
        }
        url = self.synapse.url + request.raw_path.partition("?")[0]
        async with self._http.request(
            request.method,
            URL(url, encoded=True),
            params=query,
            data=body or None,
            headers=headers,
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _DROP}
            return answer.status, kept, await answer.read()


def _endpoint(path: str) -> str:
    for name, pattern in _ENDPOINTS.items():
        if re.search(pattern, path):
            return name
    return "other"


def _whole(status: int, headers: dict[str, str], answer: bytes) -> web.Response:
    return web.Response(status=status, headers=headers, body=answer)


async def _break(
    way: Way, request: web.BaseRequest, status: int, headers: dict[str, str], answer: bytes
) -> web.StreamResponse:
    match way:
        case Way.RESET_BEFORE | Way.RESET_AFTER:
            return await _gone(request)
        case Way.LATE | Way.SILENT:
            await asyncio.sleep(600)  # the bot hangs up first, which ends this
            return await _gone(request)
        case Way.LIMITED:
            return _refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms=300)
        case Way.LIMITED_BY_HEADER:
            response = _refusal(429, "M_LIMIT_EXCEEDED")
            response.headers["Retry-After"] = "1"
            return response
        case Way.LIMITED_BARE:
            return _refusal(429, "M_LIMIT_EXCEEDED")
        case Way.ERROR:
            return _refusal(500, "M_UNKNOWN")
        case Way.GATEWAY:
            return web.Response(status=502, body=_PAGE, content_type="text/html")
        case Way.PAGE:
            return web.Response(status=200, body=_PAGE, content_type="text/html")
        case Way.TRUNCATED:
            return _whole(status, headers, answer[: len(answer) * 2 // 3])
        case Way.TRICKLE | Way.CUT:
            begun = web.StreamResponse(status=status, headers=headers)
            begun.content_length = len(answer) or 100
            await begun.prepare(request)
            if way is Way.TRICKLE:
                for place in range(len(answer)):
                    await begun.write(answer[place : place + 1])
                    await asyncio.sleep(0.3)
            else:
                await begun.write(answer[: len(answer) // 2])
            return await _gone(request)


def _refusal(status: int, errcode: str, **more: object) -> web.Response:
    return web.json_response({"errcode": errcode, "error": "by the test's plan", **more}, status=status)


async def _gone(request: web.BaseRequest) -> web.StreamResponse:
    """End the connection by a reset. What is returned goes nowhere."""
    if isinstance(request.transport, asyncio.Transport):
        _reset(request.transport)
    await asyncio.sleep(60)  # the end of the connection ends this
    return web.Response()


def _reset(transport: asyncio.Transport) -> None:
    """RST instead of FIN: the other side hears "connection reset by peer"."""
    with suppress(OSError):
        at_once = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    transport.abort()
