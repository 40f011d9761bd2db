"""The same echo bot as a careful author writes it on nio: it keeps its sync token and fills the gaps of a sync.

A `limited` timeline is paged backward through `/messages` from `prev_batch` to our token; every event is answered
once, known by its id; rooms are answered side by side, a room's messages in order. The token is written down when
everything before it was answered, so a killed bot answers some messages again, and none too few.

`python -m benchmarks.echo_filling HOMESERVER USER_ID DEVICE_ID TOKEN_FILE`, the access token in ECHO_TOKEN. Prints
"ready" once it syncs.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import nio

# As much of a timeline as hotspotbot asks for, and nothing that neither of them uses.
FILTER: dict[str, Any] = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "timeline": {"limit": 100},
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
    },
}
PAGE = 500
PAUSE = 1.0  # seconds before a failed call is made again


class Echo:
    """Answers every message with its words. `kept` is the file of the sync token."""

    def __init__(self, client: nio.AsyncClient, kept: Path) -> None:
        self.client = client
        self.kept = kept
        self.token = kept.read_text() if kept.exists() else ""
        self.answered: set[str] = set()
        self._asking: asyncio.Task[Any] | None = None
        self._stopped = False

    async def run(self) -> None:
        """Answer until `stop`."""
        first = True
        while not self._stopped:
            self._asking = asyncio.create_task(self._sync(first))
            await asyncio.wait({self._asking})
            if self._asking.cancelled():
                break
            said, self._asking = self._asking.result(), None
            if not isinstance(said, nio.SyncResponse):
                await asyncio.sleep(PAUSE)
                continue
            for room_id in said.rooms.invite:
                await self.client.join(room_id)
            if first:
                print("ready", flush=True)
            if self.token:  # without one this is the past of before our time
                joined = said.rooms.join.items()
                await asyncio.gather(*(self._room(room_id, room.timeline) for room_id, room in joined))
            self._keep(said.next_batch)
            first = False

    def stop(self) -> None:
        """End when what has come is answered and the token is written down."""
        self._stopped = True
        if self._asking is not None:
            self._asking.cancel()

    async def _sync(self, first: bool) -> Any:
        wait, since = 0 if first else 30_000, self.token or None
        return await self.client.sync(timeout=wait, sync_filter=FILTER, since=since, full_state=first)

    async def _room(self, room_id: str, timeline: nio.Timeline) -> None:
        events = list(timeline.events)
        if timeline.limited:
            events = await self._gap(room_id, timeline.prev_batch) + events
        for event in events:
            is_new = event.event_id not in self.answered
            if isinstance(event, nio.RoomMessageText) and event.sender != self.client.user_id and is_new:
                await self._answer(room_id, event.body)
                self.answered.add(event.event_id)

    async def _gap(self, room_id: str, before: str) -> list[Any]:
        """What a limited timeline left out, oldest first."""
        missing: list[Any] = []
        position: str | None = before
        while position:
            page = await self.client.room_messages(room_id, start=position, end=self.token, limit=PAGE)
            if not isinstance(page, nio.RoomMessagesResponse):
                await asyncio.sleep(PAUSE)
                continue
            missing += page.chunk
            position = page.end if page.chunk else None
        return missing[::-1]

    async def _answer(self, room_id: str, words: str) -> None:
        content, once = {"msgtype": "m.notice", "body": words}, uuid4().hex
        while True:
            said = await self.client.room_send(room_id, "m.room.message", content, tx_id=once)
            if isinstance(said, nio.RoomSendResponse):
                return
            await asyncio.sleep(PAUSE)

    def _keep(self, token: str) -> None:
        self.token = token
        beside = self.kept.with_suffix(".new")
        beside.write_text(token)
        beside.replace(self.kept)


async def main(homeserver: str, user_id: str, device_id: str, kept: str) -> None:
    """Log in with the token given, and run."""
    client = nio.AsyncClient(homeserver, user_id, config=nio.AsyncClientConfig(encryption_enabled=False))
    client.restore_login(user_id, device_id, os.environ["ECHO_TOKEN"])
    echo = Echo(client, Path(kept))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, echo.stop)
    await echo.run()
    await client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
