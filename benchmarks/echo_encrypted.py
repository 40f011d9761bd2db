"""The yardstick in encrypted rooms: the least bot that nio can be there, with nio's own store and sending.

`python -m benchmarks.echo_encrypted HOMESERVER USER_ID DEVICE_ID FOLDER`, the access token in ECHO_TOKEN. It answers
every message that begins with "!" with its words, one `room_send` each. Prints "ready" once it syncs.
"""

from __future__ import annotations

import asyncio
import os
import sys

import nio


async def main(homeserver: str, user_id: str, device_id: str, folder: str) -> None:
    """Answer for ever."""
    config = nio.AsyncClientConfig(encryption_enabled=True)
    client = nio.AsyncClient(homeserver, user_id, device_id, store_path=folder, config=config)
    client.restore_login(user_id, device_id, os.environ["ECHO_TOKEN"])
    await client.keys_upload()
    first = await client.sync(timeout=0, full_state=True)
    for room_id in first.rooms.invite:
        await client.join(room_id)

    async def answer(room: nio.MatrixRoom, event: nio.RoomMessageText) -> None:
        if event.sender != user_id and event.body.startswith("!"):
            content = {"msgtype": "m.notice", "body": event.body}
            await client.room_send(room.room_id, "m.room.message", content, ignore_unverified_devices=True)

    client.add_event_callback(answer, nio.RoomMessageText)
    print("ready", flush=True)
    await client.sync_forever(timeout=30_000)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
