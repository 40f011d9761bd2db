"""Looking for what may be in a room already: a message in doubt, and what a restored homeserver has forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.matrix.api import Homeserver, Refused
from bot.matrix.crypto.mark import mark_of
from bot.storage.sealing import Vault

SKEW = timedelta(hours=1)  # so far a homeserver's clock may be behind ours


async def find_said(
    homeserver: Homeserver,
    clock: Clock,
    vault: Vault,
    room_id: str,
    outbox_id: str,
    *,
    since: datetime,
    user_id: str,
) -> str | None:
    """The event id of the bot's own message with this outbox id in a room, sent at `since` or later; None if none.

    Raises Unavailable when nobody can say, Refused when the room cannot be read.
    """
    start: str | None = None
    while True:
        page = await homeserver.messages(room_id, start, None, back=True, sender=user_id)
        chunk = page.get("chunk")
        events = [event for event in chunk if isinstance(event, Mapping)] if isinstance(chunk, list) else []
        for event in events:
            event_id = event.get("event_id")
            content = event.get("content")
            mark = mark_of(vault, room_id, content) if isinstance(content, Mapping) else {}
            if mark.get("id") == outbox_id and isinstance(event_id, str):
                return event_id
            sent = event.get("origin_server_ts")
            if isinstance(sent, int) and clock.at_event(sent) < since - SKEW:
                return None
        following = page.get("end")
        if not events or not isinstance(following, str) or following == start:
            return None
        start = following


async def is_redacted(homeserver: Homeserver, room_id: str, event_id: str) -> bool:
    """Whether an event is redacted already, or not there to be. Raises Unavailable when nobody can say."""
    event = await homeserver.event(room_id, event_id)
    if event is None:
        return True
    unsigned = event.get("unsigned")
    return isinstance(unsigned, Mapping) and "redacted_because" in unsigned


async def is_there(homeserver: Homeserver, room_id: str, event_id: str) -> bool:
    """Whether the homeserver has an event; a room that may not be read counts as having it."""
    try:
        return await homeserver.event(room_id, event_id) is not None
    except Refused:
        return True
