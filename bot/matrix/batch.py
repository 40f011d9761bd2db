"""One sync as data: what the link hands to the inbox. Raw events, whatever their shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_EVENT_ID = re.compile(r"\$[!-~]{1,254}")
_TOKEN = re.compile(r"[!-~]{1,4096}")
_USER_ID = re.compile(r"@[!-9;-~]{0,253}:[!-~]{1,253}")
LONGEST = 255  # bytes of an id (client-server API, "Identifier Grammar")


def string(value: object) -> str:
    """The value if it is text that a database can hold, else an empty text: events come from strangers.

    PostgreSQL refuses NUL, and half a surrogate pair has no UTF-8 form; one such event must not stop the others.
    """
    if not isinstance(value, str) or "\x00" in value:
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:
        return ""
    return value


def event_id(value: object) -> str:
    """The value if it looks like an event id, else an empty text: ids are kept and logged, words are not.

    Client-server API, appendices, "Event IDs": a $ and printable ASCII, at most 255 bytes.
    """
    return value if isinstance(value, str) and _EVENT_ID.fullmatch(value) else ""


def user_id(value: object) -> str:
    """The same of a user id. Historical ones may hold other characters; nobody in a config may."""
    return value if isinstance(value, str) and _USER_ID.fullmatch(value) else ""


def token(value: object) -> str | None:
    """The value if it can be handed back as a pagination token, else None: a bad one is refused for ever."""
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else None


def short(value: object) -> str:
    """As `string`, but empty for more than the 255 bytes that ids may have: an index of PostgreSQL takes no more."""
    found = string(value)
    return found if len(found.encode()) <= LONGEST else ""


@dataclass(frozen=True)
class Arrival:
    """A raw timeline event, the room it came in, and when it was sent on the bot's clock."""

    room_id: str
    event: Mapping[str, Any]
    at: datetime
    encrypted: bool = False  # it came encrypted, and `event` is what it said

    @property
    def event_id(self) -> str:
        """The event's id; empty if it has none."""
        return event_id(self.event.get("event_id"))

    @property
    def sender(self) -> str:
        """Who sent it; empty if nobody is named."""
        return user_id(self.event.get("sender"))

    @property
    def content(self) -> Mapping[str, Any]:
        """The content, whatever its shape was."""
        found = self.event.get("content")
        return found if isinstance(found, Mapping) else {}


@dataclass(frozen=True)
class Joined:
    """What a sync says of one joined room: state at the start of the timeline, then the timeline."""

    room_id: str
    state: tuple[Arrival, ...]
    timeline: tuple[Arrival, ...]

    @property
    def events(self) -> tuple[Mapping[str, Any], ...]:
        """All raw events, state first."""
        return tuple(arrival.event for arrival in (*self.state, *self.timeline))


@dataclass(frozen=True)
class Keys:
    """What a sync says about keys: events to this device, whose devices changed, what is left of our own keys."""

    to_device: tuple[Mapping[str, Any], ...] = ()
    changed: tuple[str, ...] = ()
    one_time_keys: object = None
    unused_fallback: object = None


@dataclass(frozen=True)
class Batch:
    """One sync as data: gaps filled, everything that one token covers."""

    token: str
    now: datetime
    invites: Mapping[str, tuple[Mapping[str, Any], ...]]
    joins: tuple[Joined, ...]
    leaves: tuple[str, ...]
    partings: tuple[Joined, ...] = ()  # what was said in rooms before the bot was removed from them
    keys: Keys = Keys()
    afresh: bool = (
        False  # the homeserver was restored from a backup: what it says of the rooms stands above ours
    )
