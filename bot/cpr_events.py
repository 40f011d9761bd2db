"""CPR numbers in events: in everything of one that people read, and parted over two messages of one person.

What is between machines is not read: ids, keys, addresses of media. All else is, whatever an event's type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot import cpr

# Events between machines: nothing in them is shown as words.
_MACHINES: Final = (
    "m.room.encrypted",
    "m.room.encryption",
    "m.room.create",
    "m.room.power_levels",
    "m.room.server_acl",
    "m.room.pinned_events",
    "m.key.verification.",
    "m.call.",
    "m.secret",
)
_IDS: Final = re.compile(r"[$@!#+][^\s:]{1,255}(?::\S{1,255})?|mxc:\S{1,500}")
_RANDOM: Final = re.compile(r"[\w+/=\-]{16,}")
# Keys under which machines put ids and addresses, and random signs. "key" is a reaction's sign in a relation.
_OF_IDS: Final = frozenset(
    "event_id room_id user_id user_ids sender url avatar_url thumbnail_url id via redacts predecessor "
    "replacement_room join_authorised_via_users_server".split()
)
_OF_RANDOM: Final = frozenset(
    "id iv k kid sha256 ciphertext session_id sender_key device_id token signature public_key transaction_id".split()
)
_BLURHASHES: Final = frozenset({"blurhash", "xyz.amorgan.blurhash"})
_MOST: Final = 20_000  # leaves of a content; a homeserver takes 65,536 bytes


def in_event(event: Mapping[str, Any]) -> bool:
    """Whether anything that people can read of an event holds a CPR number: any text and any name of a field, however
    deep, and its state key; never ids, keys and addresses of media.

    The event as it was before it was encrypted. Of any shape.
    """
    kind = str(event.get("type"))
    if kind.startswith(_MACHINES):
        return False
    state_key = event.get("state_key")
    if isinstance(state_key, str) and kind != "m.room.member" and cpr.contains(state_key):
        return True
    return any(map(cpr.contains, _words(event.get("content"))))


def _words(content: object) -> Iterable[str]:
    """Everything in a content that somebody may have written."""
    waiting: list[tuple[str, object]] = [("", content)]
    for _ in range(_MOST):
        if not waiting:
            return
        key, value = waiting.pop()
        if isinstance(value, str):
            if not _of_machine(key, value):
                yield value
        elif isinstance(value, Mapping):
            yield from (name for name in value if isinstance(name, str))
            waiting.extend((str(name), inner) for name, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((key, inner) for inner in value)


def _of_machine(key: str, value: str) -> bool:
    """Whether a text is an id, an address or random signs where such stand."""
    return (
        (key in _OF_IDS and _IDS.fullmatch(value) is not None)
        or (key in _OF_RANDOM and _RANDOM.fullmatch(value) is not None)
        or key in _BLURHASHES
    )


# --- over two messages

WITHIN: Final = timedelta(minutes=5)
"""How long after a date the last four digits are still taken to belong to it."""
_HELD: Final = 2_000  # people's latest dates that are remembered


@dataclass
class _Half:
    """A message that ended in a date: its id, when it was said, what stands for the date, and what came next."""

    event_id: str
    at: datetime
    made_up: str
    following: str = ""


class Halves:
    """Remembers, for a few minutes, whose last message ended in a date; the date itself it does not keep.

    In memory alone: what was said before a restart is forgotten.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], _Half] = {}

    def first_of(self, room_id: str, event_id: str, event: Mapping[str, Any], at: datetime) -> str | None:
        """The id of the message in which a person gave the date whose last four digits this one gives; else None.

        Digits alone count in the very next message of theirs in the room, "de sidste fire er ..." a few later too. The
        same event may come again after a fault, with the same answer.
        """
        words = _said(event)
        if words is None:
            return None
        who = (room_id, str(event.get("sender")))
        half = self._said.get(who)
        if half is not None and half.event_id != event_id and timedelta(0) <= at - half.at <= WITHIN:
            half.following = half.following or event_id
            if (half.following == event_id or words[:1].isalpha()) and cpr.goes_on(half.made_up, words):
                return half.event_id
        made_up = cpr.ends_in_date(words)
        if made_up is not None:
            if len(self._said) >= _HELD:
                self._said = {key: one for key, one in self._said.items() if at - one.at <= WITHIN}
                if len(self._said) >= _HELD:
                    self._said.clear()
            self._said[who] = _Half(event_id, at, made_up)
        return None


def _said(event: Mapping[str, Any]) -> str | None:
    """The words of a message without the quote of what it answers; of an edit the new ones."""
    content = event.get("content")
    if event.get("type") != "m.room.message" or not isinstance(content, Mapping):
        return None
    new = content.get("m.new_content")
    body = (new if isinstance(new, Mapping) else content).get("body")
    if not isinstance(body, str):
        return None
    lines = body.lstrip().split("\n")
    while len(lines) > 1 and lines[0].startswith(">"):
        del lines[0]
    return "\n".join(lines).strip()
