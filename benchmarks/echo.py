"""The yardstick: the least bot that nio can be. It answers every message with its words, one `room_send` each.

`python -m benchmarks.echo HOMESERVER USER_ID DEVICE_ID`, the access token in ECHO_TOKEN. Prints "ready" once it syncs.
"""

from __future__ import annotations

import asyncio
import os
import sys

import nio


async def main(homeserver: str, user_id: str, device_id: str) -> None:
    """Answer for ever."""
    client = nio.AsyncClient(homeserver, user_id, config=nio.AsyncClientConfig(encryption_enabled=False))
    client.restore_login(user_id, device_id, os.environ["ECHO_TOKEN"])
    first = await client.sync(timeout=0, full_state=True)
    for room_id in first.rooms.invite:
        await client.join(room_id)

    async def answer(room: nio.MatrixRoom, event: nio.RoomMessageText) -> None:
        if event.sender != user_id:
            await client.room_send(
                room.room_id, "m.room.message", {"msgtype": "m.notice", "body": event.body}
            )

    client.add_event_callback(answer, nio.RoomMessageText)
    print("ready", flush=True)
    await client.sync_forever(timeout=30_000)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
