"""A person in Matrix rooms, for the demo and the end-to-end tests: an account that listens.

It hears what a person would: every event of every room it is in, in order, gaps filled, and edits and
deletions applied when asked for what stands there now. Where a room is encrypted, so is what it says, and what it
hears is what was said: the event with the type and content inside, and `"encrypted": True`.
"""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.demo.account import Event, MatrixError, quoted
from bot.demo.device import Device
from bot.demo.encryption import RoomKey

Predicate = Callable[[Event], bool]
Watcher = Callable[[str, Event], None]

_PAGE = 100
_KEY_PATIENCE = 5.0  # seconds until watchers are shown what cannot be read
_FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "timeline": {"limit": _PAGE},
            "state": {"lazy_load_members": True},
            "ephemeral": {"types": []},
            "account_data": {"types": []},
        },
    }
)

# Seconds until what should come is missed: only a failure takes so long, on a busy machine nothing else.
PATIENCE = 30.0


class NeverCameError(AssertionError):
    """What somebody waited for did not come; the message shows what came instead."""


class UnexpectedError(AssertionError):
    """Something came where there should have been silence."""


class Participant(Device):
    """A person who listens: its own task on /sync, begun by `listen` or by the first call that needs to hear.

    With `auto_join` it accepts every invitation, as a person clicking "accept" does. `watchers` are called
    with the room and each event as it is heard; with one that cannot be read as soon as it can, or after a wait.
    """

    def __init__(
        self, homeserver: str, user_id: str, displayname: str, password: str, *, auto_join: bool = True
    ) -> None:
        super().__init__(homeserver, user_id, displayname, password)
        self.auto_join = auto_join
        self.invites: dict[str, list[Event]] = {}
        self.watchers: list[Watcher] = []
        self._task: asyncio.Task[None] | None = None
        self._since: str | None = None
        self._timelines: dict[str, list[Event]] = {}
        self._known: dict[str, dict[str, Event]] = {}
        self._edits: dict[str, list[Event]] = {}
        self._redacted: dict[str, Event] = {}
        self._news = asyncio.Condition()
        self._unread: dict[RoomKey, list[Event]] = {}
        self._untold: dict[str, asyncio.TimerHandle] = {}

    def listen(self) -> None:
        """Begin to follow all rooms; harmless when it does already."""
        if self._task is None:
            self._task = asyncio.create_task(self._follow(), name=f"sync of {self.user_id}")

    @property
    def rooms(self) -> list[str]:
        """The ids of the rooms heard of so far."""
        return list(self._timelines)

    def timeline(self, room: str) -> list[Event]:
        """Every event heard so far in the room, oldest first, as it was sent."""
        return list(self._timelines.get(room, ()))

    def bot_messages(self, room: str, kind: str | None = None) -> list[Event]:
        """What the bot sent to the room, oldest first, edits among them; of one kind if given."""
        return [event for event in self.timeline(room) if _from_bot(event, kind)]

    def heard(self, event_id: str) -> Event:
        """The event as it was sent. Raises KeyError for one that was not heard."""
        for known in self._known.values():
            if event_id in known:
                return known[event_id]
        raise KeyError(event_id)

    def latest(self, event_id: str) -> Event:
        """The event as it stands now: its last valid edit applied (11.7), without content when deleted.

        Raises KeyError for an event that was not heard.
        """
        event = self.heard(event_id)
        if event_id in self._redacted:
            return {**event, "content": {}, "unsigned": {"redacted_because": self._redacted[event_id]}}
        for edit in reversed(self._edits.get(event_id, [])):
            valid = edit["sender"] == event["sender"] and edit["type"] == event["type"]
            # What was said encrypted is not changed by a word in the clear ("Editing encrypted events").
            valid = valid and (edit.get("encrypted", False) or not event.get("encrypted", False))
            if valid and "m.new_content" in edit["content"] and edit["event_id"] not in self._redacted:
                return {**event, "content": edit["content"]["m.new_content"]}
        return event

    def shown(self, room: str) -> list[Event]:
        """The room's messages as a client shows them now: edited in place, deleted ones gone."""
        messages = [event for event in self.timeline(room) if event["type"] == "m.room.message"]
        current = [self.latest(event["event_id"]) for event in messages if relation(event) != "m.replace"]
        return [event for event in current if event["content"]]

    def reactions(self, room: str, event_id: str) -> list[tuple[str, str]]:
        """Who reacted to an event and with what (user id, key), reactions taken back left out."""
        return [
            (event["sender"], event["content"]["m.relates_to"]["key"])
            for event in self.timeline(room)
            if event["type"] == "m.reaction"
            and event["event_id"] not in self._redacted
            and event["content"].get("m.relates_to", {}).get("event_id") == event_id
        ]

    async def wait_for(
        self,
        predicate: Predicate,
        room: str | None = None,
        *,
        after: str | None = None,
        timeout: float = PATIENCE,
    ) -> Event:
        """The first event for which `predicate` holds, among those already heard and those to come.

        `room` limits it to one room, `after` to what stands after that event in its room's timeline.
        Raises NeverCameError after `timeout` seconds.
        """
        self.listen()

        def find() -> Event | None:
            for where, events in self._timelines.items():
                if room is None or where == room:
                    for event in _after(events, after):
                        if predicate(event):
                            return event
            return None

        async with self._news:
            try:
                async with asyncio.timeout(timeout):
                    while (found := find()) is None:
                        await self._news.wait()
            except TimeoutError:
                if self._task is not None and self._task.done():
                    self._task.result()  # what ended it says more than a silence
                raise NeverCameError(
                    f"{self.user_id} waited {timeout:g} s for nothing; heard:\n{self._heard(room)}"
                ) from None
        return found

    async def wait_for_bot(
        self, room: str, kind: str | None = None, *, after: str | None = None, timeout: float = PATIENCE
    ) -> Event:
        """The bot's first message (not an edit) in the room, of a `kind` and after an event if given."""

        def fits(event: Event) -> bool:
            return _from_bot(event, kind) and relation(event) != "m.replace"

        return await self.wait_for(fits, room, after=after, timeout=timeout)

    async def invited(self, room: str | None = None, *, timeout: float = PATIENCE) -> str:
        """Wait for an invitation (only without `auto_join`); returns the room's id."""
        self.listen()
        async with self._news, asyncio.timeout(timeout):
            while not (waiting := [one for one in self.invites if room in (None, one)]):
                await self._news.wait()
        return waiting[0]

    async def reaches(self, other: Device, *, timeout: float = PATIENCE) -> None:
        """Wait until what this person says in an encrypted room with the other is meant for their device too."""
        self.listen()
        encryption = await self.set_up_keys()
        async with self._news, asyncio.timeout(timeout):
            while not encryption.reaches(other.user_id, other.device_id):
                await self._news.wait()

    async def caught_up(self, room: str, timeout: float = PATIENCE) -> None:
        """Wait until everything the homeserver holds in the room now has been heard."""
        path = f"/_matrix/client/v3/rooms/{quoted(room)}/messages"
        newest = await self.call("GET", path, query={"dir": "b", "limit": "1"})
        if ids := {event["event_id"] for event in newest["chunk"]}:
            await self.wait_for(lambda heard: heard["event_id"] in ids, room, timeout=timeout)

    async def quiet(self, room: str, seconds: float) -> None:
        """Stay for `seconds` and raise UnexpectedError if anything new comes into the room meanwhile."""
        await self.caught_up(room)
        before = len(self._timelines.get(room, ()))
        await asyncio.sleep(seconds)
        await self.caught_up(room)
        if new := self.timeline(room)[before:]:
            raise UnexpectedError("not quiet:\n" + "\n".join(map(_line, new)))

    async def stop_listening(self) -> None:
        """Be away: hear nothing until `listen` or a call that needs to hear; then everything missed comes."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            self._members.clear()  # who comes and goes meanwhile is not heard

    async def close(self) -> None:
        """Stop listening and close the connections; the person stays logged in on the server."""
        await self.stop_listening()
        for timer in self._untold.values():
            timer.cancel()
        self._untold.clear()
        await super().close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # -- the sync loop

    def _hears_of(self, room: str) -> bool:
        return self._task is not None and room in self._timelines

    async def _follow(self) -> None:
        while True:
            query = {"filter": _FILTER, "timeout": "20000" if self._since else "0"}
            if self._since:
                query["since"] = self._since
            try:
                encryption = await self.set_up_keys()
                answer = await self.call("GET", "/_matrix/client/v3/sync", query=query, wait=40.0)
                for key in encryption.take_in(answer):
                    self._read_again(key)
                await self._take_in(answer)
                await encryption.refill(answer)
            except (aiohttp.ClientError, TimeoutError, ValueError):
                await asyncio.sleep(0.1)  # the server is being restarted
                continue
            except MatrixError as refused:
                if refused.status < 500:
                    raise
                await asyncio.sleep(0.1)
                continue

    async def _take_in(self, answer: dict[str, Any]) -> None:
        rooms = answer.get("rooms", {})
        for room, part in rooms.get("invite", {}).items():
            self.invites[room] = part["invite_state"]["events"]
            for event in self.invites[room]:
                self._learn(room, event)
            if self.auto_join:
                with suppress(MatrixError):  # taken back in the meantime
                    await self.join(room)
        arrived: list[tuple[str, list[Event]]] = []
        for room in itertools.chain(rooms.get("join", {}), rooms.get("leave", {})):
            self.invites.pop(room, None)
        for room, part in itertools.chain(rooms.get("join", {}).items(), rooms.get("leave", {}).items()):
            for event in part.get("state", {}).get("events", ()):
                self._learn(room, event)
            timeline = part["timeline"]
            events: list[Event] = timeline["events"]
            if timeline.get("limited"):
                events = await self._gap(room, timeline["prev_batch"]) + events
            arrived.append((room, events))
        # Only with every gap filled does anything count as heard: a failure above repeats the whole sync.
        self._since = answer["next_batch"]
        async with self._news:
            for room, events in arrived:
                self._hear(room, events)
            self._news.notify_all()

    async def _gap(self, room: str, before: str) -> list[Event]:
        """What a limited sync left out, oldest first: back from `before` to the known or the beginning."""
        known = self._known.get(room, {})
        missing: list[Event] = []
        position: str | None = before
        while position is not None:
            query = {"dir": "b", "limit": str(_PAGE), "from": position}
            if known and self._since:
                query["to"] = self._since
            page = await self.call("GET", f"/_matrix/client/v3/rooms/{quoted(room)}/messages", query=query)
            missing += [event for event in page["chunk"] if event["event_id"] not in known]
            position = page.get("end") if page["chunk"] else None
        return missing[::-1]

    def _hear(self, room: str, events: Iterable[Event]) -> None:
        timeline, known = self._timelines.setdefault(room, []), self._known.setdefault(room, {})
        for event in events:
            if event["event_id"] in known:
                continue
            event["room_id"] = room  # /sync leaves it out
            timeline.append(event)
            known[event["event_id"]] = event
            self._learn(room, event)
            content = event["content"]
            if event["type"] == "m.room.redaction":
                # Room versions before 11 keep the target beside the content.
                self._redacted[content.get("redacts") or event.get("redacts", "")] = event
            elif relation(event) == "m.replace":
                self._edits.setdefault(content["m.relates_to"].get("event_id", ""), []).append(event)
            # Without keys nothing will come, and without content it was deleted.
            locked = event["type"] == "m.room.encrypted" and content and self.encryption is not None
            if locked and not self._open(event):
                self._unread.setdefault((room, str(content.get("session_id"))), []).append(event)
                timer = asyncio.get_running_loop().call_later(_KEY_PATIENCE, self._tell, event)
                self._untold[event["event_id"]] = timer
            else:
                self._tell(event)

    def _open(self, event: Event) -> bool:
        """Put what was said in the place of what was sent; false as long as that cannot be."""
        inside = self.encryption and self.encryption.decrypt(event["room_id"], event)
        if not inside:
            return False
        event["type"], event["content"] = inside
        event["encrypted"] = True
        return True

    def _read_again(self, key: RoomKey) -> None:
        """Try what has been waiting for this key."""
        waiting = self._unread.pop(key, [])
        if still := [event for event in waiting if not self._open(event)]:
            self._unread[key] = still
        for event in waiting:
            if event not in still and event["event_id"] in self._untold:
                self._untold[event["event_id"]].cancel()
                self._tell(event)

    def _tell(self, event: Event) -> None:
        self._untold.pop(event["event_id"], None)
        for watcher in self.watchers:
            watcher(event["room_id"], event)

    def _heard(self, room: str | None) -> str:
        rooms = self._timelines if room is None else {room: self._timelines.get(room, [])}
        lines = [f"{where}\n" + "\n".join(map(_line, events[-15:])) for where, events in rooms.items()]
        return "\n".join(lines) or "nothing at all"


def relation(event: Event) -> str | None:
    """How an event relates to another: m.replace, m.thread, m.annotation or None."""
    relates = event["content"].get("m.relates_to")
    return relates.get("rel_type") if isinstance(relates, dict) else None


def _from_bot(event: Event, kind: str | None) -> bool:
    mark = event["content"].get("dk.hotspotbot")
    return isinstance(mark, dict) and (kind is None or mark.get("kind") == kind)


def _after(events: list[Event], event_id: str | None) -> list[Event]:
    if event_id is None:
        return events
    places = [place for place, event in enumerate(events) if event["event_id"] == event_id]
    return events[places[0] + 1 :] if places else []


def _line(event: Event) -> str:
    what = event["content"].get("body") or json.dumps(event["content"], ensure_ascii=False)
    return f"  {event['sender']} {event['type']} {what[:300]}"
