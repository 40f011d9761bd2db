"""The wire between the bot and the homeserver: what happens to a request is drawn from the seed.

A request may be lost on its way there or back, be slow, arrive after its sender has given up or died, be refused for
being too many; the line may be cut for hours. The effect of a request belongs to the homeserver's time, not to the
bot's: a process that is killed does not take back what it had sent.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from bot.matrix.api import Homeserver, HomeserverError, Refused, Unavailable
from tests.simulation.homeserver import Login, World, news
from tests.simulation.loop import VirtualLoop

T = TypeVar("T")


@dataclass(frozen=True)
class Faults:
    """How often (0 to 1) a request meets what."""

    lost_there: float = 0.0
    lost_back: float = 0.0
    throttled: float = 0.0
    slow: float = 0.0
    late: float = 0.0  # arrives after its sender has given up
    repeated: float = 0.0  # a sync that says again what it said before


class Carrier(Protocol):
    """Brings requests to the homeserver and answers back."""

    async def carry(
        self, what: str, handle: Callable[[], T], *, timeout: float, hold: Callable[[T], float] | None = None
    ) -> T:
        """The answer to a request. `hold`: for how many seconds the homeserver keeps an answer back for news."""

    def since(self, token: str | None) -> str | None:
        """The token that a sync is really answered from."""


class Direct:
    """A wire that never fails."""

    async def carry(
        self, what: str, handle: Callable[[], T], *, timeout: float, hold: Callable[[T], float] | None = None
    ) -> T:
        """At once."""
        return handle()

    def since(self, token: str | None) -> str | None:
        """As asked."""
        return token


class Wire:
    """The bot's line on a virtual loop. `tally` counts what went wrong on it."""

    def __init__(self, loop: VirtualLoop, rng: random.Random, world: World, faults: Faults) -> None:
        self.loop = loop
        self.random = rng
        self.faults = faults
        self.tally: Counter[str] = Counter()
        self._cut_until = 0.0
        self._held: dict[asyncio.Future[Any], Callable[[], None]] = {}
        self._tokens: list[str] = []
        self.acknowledged: list[tuple[float, int]] = []  # when the bot had taken in what up to which place
        world.watchers.append(lambda _: self._woken())
        world.keys.watchers.append(self._woken)

    def cut(self, seconds: float) -> None:
        """Nothing gets through from now on, for so long."""
        self.tally["outage"] += 1
        self._cut_until = max(self._cut_until, self.loop.time() + seconds)
        for poll in self._held:
            self._later(self.random.uniform(0, 30), poll, Unavailable("ServerDisconnectedError"))
        self._held.clear()

    def heal(self) -> None:
        """From now on nothing goes wrong."""
        self._cut_until = 0.0
        self.faults = Faults()

    @property
    def _is_cut(self) -> bool:
        return self.loop.time() < self._cut_until

    def _happens(self, what: str) -> bool:
        if self.random.random() >= getattr(self.faults, what):
            return False
        self.tally[what] += 1
        return True

    def since(self, token: str | None) -> str | None:
        """Now and then an older token: what was said since comes once more."""
        if token is not None:
            self._tokens = [*self._tokens[-5:], token]
            self.acknowledged.append((self.loop.time(), int(token.removeprefix("s"))))
            if self._happens("repeated"):
                return self.random.choice(self._tokens)
        return token

    async def carry(
        self, what: str, handle: Callable[[], T], *, timeout: float, hold: Callable[[T], float] | None = None
    ) -> T:
        """A request's way there and back."""
        done: asyncio.Future[T] = self.loop.create_future()
        giving_up = self._later(timeout, done, Unavailable("TimeoutError"))
        self._set_off(what, handle, done, timeout, hold)
        try:
            return await done
        finally:
            giving_up.cancel()

    def _set_off(
        self,
        what: str,
        handle: Callable[[], T],
        done: asyncio.Future[T],
        timeout: float,
        hold: Callable[[T], float] | None,
    ) -> None:
        there = self.random.uniform(0.001, 0.05)
        if self._is_cut:
            self._later(there, done, Unavailable("ClientConnectorError"))
            return
        if self._happens("lost_there"):
            self._break(done)
            return
        if self._happens("throttled"):
            after = self.random.choice((0.0, 0.2, 5.0, 60.0))
            self._later(there, done, Unavailable("M_LIMIT_EXCEEDED", after or 1.0))
            return
        if self._happens("slow"):
            there += self.random.uniform(0, min(timeout, 40))
        elif what != "sync" and self._happens("late"):
            there += timeout + self.random.uniform(0, 90)
        self.loop.call_later(there, self._arrived, handle, done, hold)

    def _arrived(
        self, handle: Callable[[], T], done: asyncio.Future[T], hold: Callable[[T], float] | None
    ) -> None:
        if self._is_cut:
            self._break(done)
            return
        try:
            answer = handle()
        except HomeserverError as fault:
            self._later(self.random.uniform(0.001, 0.05), done, fault)
            return
        if hold is not None and (wait := hold(answer)) > 0:
            self._held[done] = partial(self._arrived, handle, done, hold)
            self.loop.call_later(wait, self._wake, done)
            return
        if self._happens("lost_back"):
            self._break(done)
            return
        self.loop.call_later(self.random.uniform(0.001, 0.05), _deliver, done, answer)

    def _break(self, done: asyncio.Future[Any]) -> None:
        """The sender hears of it at once, or only by the silence: a sync's as well, whose timeout is long here."""
        if self.random.random() < 0.7:
            self._later(self.random.uniform(0.001, 1), done, Unavailable("ServerDisconnectedError"))
        else:
            self._later(self.random.uniform(20, 60), done, Unavailable("TimeoutError"))

    def _woken(self) -> None:
        """There is news: the homeserver looks at the syncs it keeps waiting."""
        for poll in list(self._held):
            self.loop.call_later(self.random.uniform(0, 0.01), self._wake, poll)

    def _wake(self, poll: asyncio.Future[Any]) -> None:
        again = self._held.pop(poll, None)
        if again is not None and not poll.done():
            again()

    def _later(self, seconds: float, done: asyncio.Future[Any], fault: Exception) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, _fail, done, fault)


def _deliver(done: asyncio.Future[T], answer: T) -> None:
    if not done.done():
        done.set_result(answer)


def _fail(done: asyncio.Future[Any], fault: Exception) -> None:
    if not done.done():
        done.set_exception(fault)


class ModelHomeserver(Homeserver):
    """The bot's connection, on the model instead of HTTP."""

    def __init__(self, world: World, carrier: Carrier) -> None:
        super().__init__("http://127.0.0.1:8008")
        self.world = world
        self.carrier = carrier

    async def __aenter__(self) -> ModelHomeserver:
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    async def _do(self, what: str, handle: Callable[[Login], T]) -> T:
        token = self.token
        return await self.carrier.carry(what, lambda: handle(self.world.login(token)), timeout=self.timeout)

    async def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        mime: str = "application/json",
        seconds: float | None = None,
        token: bool = True,
    ) -> dict[str, Any]:
        """A request as it stands in the specification: whatever concerns keys."""
        body = json.loads(json.dumps(body))

        def handle(login: Login) -> dict[str, Any]:
            said = self.world.keys.handle(login.user, login.device, method, path, body)
            if said is None:
                raise AssertionError(f"the model does not know {method} {path}")
            return said

        return await self._do(path.split("/")[4], handle)

    async def login(
        self, user_id: str, password: str, device_name: str, device_id: str | None = None
    ) -> tuple[str, str]:
        """Log in with a password."""
        return await self.carrier.carry(
            "login", lambda: self.world.log_in(user_id, password, device_id), timeout=self.timeout
        )

    async def whoami(self) -> dict[str, Any]:
        """Whose token this is, and which device's."""
        login = await self._do("whoami", lambda login: login)
        return {"user_id": login.user, "device_id": login.device}

    async def sync(self, since: str | None, *, timeout: float, full_state: bool = False) -> dict[str, Any]:
        """One /sync; waits up to `timeout` seconds for news."""
        token, after = self.token, self.carrier.since(since)
        until = self.world.now() + timeout

        def handle() -> dict[str, Any]:
            return self.world.sync(self.world.login(token), after, full_state=full_state)

        def hold(said: dict[str, Any]) -> float:
            return 0.0 if news(said) else until - self.world.now()

        return await self.carrier.carry("sync", handle, timeout=timeout + self.timeout, hold=hold)

    async def messages(
        self,
        room_id: str,
        start: str | None,
        end: str | None,
        *,
        back: bool = False,
        sender: str | None = None,
        limit: int = 500,
    ) -> dict[str, Any]:
        """A page of a room's events."""
        return await self._do(
            "messages",
            lambda login: self.world.messages(
                login.user, room_id, start, end, back=back, sender=sender, limit=limit
            ),
        )

    async def event(self, room_id: str, event_id: str) -> dict[str, Any] | None:
        """One event; None when the homeserver does not have it."""
        try:
            return await self._do("event", lambda login: self.world.event(login.user, room_id, event_id))
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise

    async def state(self, room_id: str, kind: str, key: str = "") -> dict[str, Any]:
        """The content of one state event."""
        return await self._do("state", lambda login: self.world.state(login.user, room_id, kind, key))

    async def put_state(self, room_id: str, kind: str, content: Mapping[str, Any], key: str = "") -> str:
        """PUT a state event."""
        return await self._do("state", lambda login: self.world.put_state(login, room_id, kind, key, content))

    async def members(self, room_id: str) -> list[dict[str, Any]]:
        """The member events of a room."""
        return await self._do("members", lambda login: self.world.members(login.user, room_id))

    async def send(self, room_id: str, kind: str, txn_id: str, content: Mapping[str, Any]) -> str:
        """PUT an event under a transaction id."""
        return await self._do("send", lambda login: self.world.send(login, room_id, kind, txn_id, content))

    async def redact(self, room_id: str, event_id: str, txn_id: str) -> str:
        """Redact an event under a transaction id."""
        return await self._do("redact", lambda login: self.world.redact(login, room_id, event_id, txn_id))

    async def upload(self, data: bytes, mime: str, name: str) -> str:
        """Upload a file."""
        return await self._do("upload", lambda _: self.world.upload(data))

    async def reserve_upload(self) -> str | None:
        """An address for a file."""
        return await self._do("upload", lambda _: self.world.reserve_upload())

    async def put_upload(self, uri: str, data: bytes, mime: str, name: str) -> None:
        """Put a file there."""
        await self._do("upload", lambda _: self.world.put_upload(uri, data))

    async def delete_upload(self, uri: str) -> None:
        """Delete a file: the bot is the homeserver's admin here, so that a deleted one is seen to be gone."""
        await self._do("upload", lambda _: self.world.delete_upload(uri))

    async def join(self, room_id: str) -> str:
        """Join a room."""
        return await self._do("join", lambda login: self.world.join(login.user, room_id))

    async def resolve_alias(self, alias: str) -> str | None:
        """The room an alias points to."""
        return await self._do("alias", lambda login: self.world.aliases.get(alias))

    async def create_room(self, body: Mapping[str, Any]) -> str:
        """Create a room."""
        return await self._do("create", lambda login: self.world.create_room(login.user, body))

    async def invite(self, room_id: str, user_id: str) -> None:
        """Invite somebody."""
        await self._do("invite", lambda login: self.world.invite(login.user, room_id, user_id))
