"""What came to a person's Element, and waiting for what is to come.

The same questions that `bot.demo.participant.Participant` answers, put to Element: an event changes after it came (it
is decrypted, its key arrives, it is edited), and every change counts as news.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.demo.account import Account, Event
from bot.demo.participant import NeverCameError, Predicate, relation

Found = TypeVar("Found")


class Hearing(Account):
    """An account with the events that its Element told of, oldest first, each as it was sent.

    `event["element"]` says how Element shows it: `encrypted`, `failure` (why it cannot be read, or None), `shield`
    (colour and reason, None where Element has no mark to give), `now` (the content as shown), `edited`, `deleted`.
    """

    def __init__(self, homeserver: str, user_id: str, displayname: str, password: str) -> None:
        super().__init__(homeserver, user_id, displayname, password)
        self._timelines: dict[str, dict[str, Event]] = {}
        self._news = asyncio.Condition()

    def see(self, event: Event) -> None:
        """Take in an event, or how it reads now; call it with the news held, and tell of them."""
        known = self._timelines.setdefault(event["room_id"], {})
        if event["element"]["deleted"] and (before := known.get(event["event_id"])):
            event["content"] = before["content"]  # as it was sent; `latest` tells what is left
        known[event["event_id"]] = event

    @property
    def rooms(self) -> list[str]:
        """The ids of the rooms heard of so far."""
        return list(self._timelines)

    def timeline(self, room: str) -> list[Event]:
        """Every event heard so far in the room, oldest first; its type is m.room.encrypted while it is unread."""
        return list(self._timelines.get(room, {}).values())

    def latest(self, event_id: str) -> Event:
        """The event as Element shows it now: edited, or emptied when deleted or unread. Raises KeyError."""
        event = next(known[event_id] for known in self._timelines.values() if event_id in known)
        return {**event, "content": event["element"]["now"]}

    def shown(self, room: str) -> list[Event]:
        """The room's messages as Element shows them now: edited in place, deleted and unread ones left out."""
        messages = [event for event in self.timeline(room) if event["type"] == "m.room.message"]
        current = [self.latest(event["event_id"]) for event in messages if relation(event) != "m.replace"]
        return [event for event in current if event["content"]]

    def bot_messages(self, room: str, kind: str | None = None) -> list[Event]:
        """What the bot sent to the room, oldest first, edits among them; of one kind if given."""
        return [event for event in self.timeline(room) if from_bot(event, kind)]

    def reactions(self, room: str, event_id: str) -> list[tuple[str, str]]:
        """Who reacted to an event and with what (user id, key), reactions taken back left out."""
        return [
            (event["sender"], event["content"]["m.relates_to"]["key"])
            for event in self.timeline(room)
            if event["type"] == "m.reaction"
            and not event["element"]["deleted"]
            and event["content"]["m.relates_to"]["event_id"] == event_id
        ]

    def doubts(self, room: str, sender: str | None = None) -> list[str]:
        """Everything in the room (by `sender`) that Element cannot read or puts a shield beside, a line each."""
        return [
            f"{event['sender']} {event['type']} {event['event_id']}: {doubt}"
            for event in self.timeline(room)
            if sender in (None, event["sender"]) and (doubt := _doubt(event))
        ]

    async def until(self, found: Callable[[], Found | None], what: str, timeout: float) -> Found:
        """What `found` returns, as soon as it is not None. Raises NeverCameError after `timeout` seconds."""
        async with self._news:
            try:
                async with asyncio.timeout(timeout):
                    while (result := found()) is None:
                        await self._news.wait()
            except TimeoutError:
                raise NeverCameError(
                    f"{self.user_id} waited {timeout:g} s for {what}; heard:\n{self._heard()}"
                ) from None
        return result

    async def wait_for(
        self,
        predicate: Predicate,
        room: str | None = None,
        *,
        after: str | None = None,
        timeout: float = 20.0,
    ) -> Event:
        """The first event for which `predicate` holds, among those already heard and those to come.

        `room` limits it to one room, `after` to what stands after that event in its room's timeline.
        Raises NeverCameError after `timeout` seconds.
        """

        def find() -> Event | None:
            for where in self.rooms if room is None else [room]:
                events = self.timeline(where)
                if after is not None:
                    ids = [event["event_id"] for event in events]
                    events = events[ids.index(after) + 1 :] if after in ids else []
                if (first := next(filter(predicate, events), None)) is not None:
                    return first
            return None

        return await self.until(find, "an event", timeout)

    async def wait_for_bot(
        self, room: str, kind: str | None = None, *, after: str | None = None, timeout: float = 20.0
    ) -> Event:
        """The bot's first readable message (not an edit) in the room, of a `kind` and after an event if given."""

        def fits(event: Event) -> bool:
            return from_bot(event, kind) and relation(event) != "m.replace"

        return await self.wait_for(fits, room, after=after, timeout=timeout)

    async def reads(self, room: str, event_id: str, *, timeout: float = 20.0) -> Event:
        """The event with that id, as soon as the person can read it."""

        def readable(event: Event) -> bool:
            return bool(event["event_id"] == event_id and event["type"] != "m.room.encrypted")

        return await self.wait_for(readable, room, timeout=timeout)

    async def cannot_read(self, room: str, *, after: str | None = None, timeout: float = 20.0) -> Event:
        """The first message that Element has given up reading; `["element"]["failure"]` says why."""
        return await self.wait_for(
            lambda event: event["element"]["failure"] is not None, room, after=after, timeout=timeout
        )

    def _heard(self) -> str:
        rooms = self._timelines.items()
        return "\n".join(
            "\n  ".join([room, *map(_line, list(known.values())[-15:])]) for room, known in rooms
        )


def from_bot(event: Event, kind: str | None = None) -> bool:
    """Whether a readable message is the bot's (of that kind), by its mark."""
    mark = event["content"].get("dk.hotspotbot")
    return isinstance(mark, dict) and (kind is None or mark.get("kind") == kind)


def _doubt(event: Event) -> str | None:
    shown = event["element"]
    if shown["deleted"]:
        return None
    if shown["failure"] is not None:
        return f"cannot be read: {shown['failure']}"
    if event["type"] == "m.room.encrypted":
        return "not read yet"
    if shown["shield"] is not None and shown["shield"]["colour"] != "none":
        return f"{shown['shield']['colour']} shield: {shown['shield']['reason']}"
    return None


def _line(event: Event) -> str:
    what = event["content"].get("body") or event["element"]["failure"] or event["content"]
    return f"{event['sender']} {event['type']} {str(what)[:300]}"
