"""hotspotbot after days of downtime, against paging bare `/messages`; and on a homeserver with its default limits.

The backlog is ordinary talk with one command at the end of each room. The clock runs from the start of the process
to the last of those answers; what a start with nothing but the commands takes is measured alike and taken off.
Synapse is restarted before each reading, so that nobody finds its caches warm.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Sequence

from benchmarks.contestants import Contestant
from benchmarks.results import Result, result, tell
from bot.demo.account import quoted
from bot.demo.participant import Participant
from bot.demo.stage import Stage

PAGE = 500  # events asked for at a time, as hotspotbot does
PATIENCE = 120.0  # seconds without an answer: some were lost

# Synapse's own, for messages of one person (its configuration manual, rc_message).
PER_SECOND, BURST = 0.2, 10


async def read(
    stage: Stage,
    bot: Contestant,
    senders: Sequence[Participant],
    listener: Participant,
    total: int,
    *,
    times: int,
) -> list[Result]:
    """Events per second of a backlog of `total` events, the bot's own against bare paging.

    Bare paging and starts without a backlog are measured so many `times`; the backlog can be read only once.
    """
    tell("starts without a backlog")
    empty = [await _start(stage, bot, await _commands(bot, senders)) for _ in range(times)]
    since: str = (await listener.call("GET", "/_matrix/client/v3/sync", query={"timeout": "0"}))["next_batch"]
    each = total // len(bot.rooms)
    tell(f"{total:,} events of backlog are being written")
    await asyncio.gather(
        *(
            sender.say_many(room, [f"snak nummer {n} om vejret" for n in range(each)], at_once=5)
            for sender, room in zip(senders, bot.rooms, strict=True)
        )
    )
    keys = await _commands(bot, senders)
    paged = [await _page(stage, bot.rooms, listener, since) for _ in range(times)]
    took = await _start(stage, bot, keys)
    start = statistics.median(empty)
    tell(f"  start alone {start:.1f} s, with backlog {took:.1f} s")
    events = each * len(bot.rooms)
    bare = ("bare /messages", paged)
    return [
        result(f"{events:,} events through bare /messages", paged, "/s"),
        result(
            f"{events:,} events of backlog read",
            [events / max(took - start, 0.001) if max(took, start) < math.inf else 0.0],
            "/s",
            against=bare,
            ratio_at_least=0.5,
        ),
        *(
            result(f"start to answer, {what}", seconds, "s")
            for what, seconds in (("no backlog", empty), ("backlog read", [took]))
            if max(seconds) < math.inf  # JSON knows no such number; the aims above are missed then
        ),
    ]


async def limited(stage: Stage, bot: Contestant, senders: list[Participant], count: int) -> list[Result]:
    """`count` commands at once on a homeserver that lets nobody write faster than it does by default."""
    tell(f"{count} at once with Synapse's default limits")
    least = max(count - BURST, 0) / PER_SECOND
    stage.synapse.rate_limits = "default"
    await stage.synapse.restart()
    await bot.start()
    try:
        begun = time.time()
        keys = await bot.ask_all(senders, count)
        answered = await bot.settle(keys, patience=max(60.0, least))
    finally:
        await bot.child.stop()
    took = [bot.last_at - begun]
    return [
        result(f"default rc_*: answers to {count} at once", [float(answered)], "", least=count),
        result("default rc_*: all answered in", took, "s", against=("what they allow", [max(least, 1.0)])),
    ]


async def _commands(bot: Contestant, senders: Sequence[Participant]) -> list[str]:
    """One command in each room, while the bot is down."""
    return [await bot.ask(sender, room) for sender, room in zip(senders, bot.rooms, strict=True)]


async def _start(stage: Stage, bot: Contestant, keys: list[str]) -> float:
    """Seconds from the start of the process until these are answered; infinite when some never are."""
    await stage.synapse.restart()
    begun = time.time()
    bot.child.start()
    try:
        answered = await bot.settle(keys, patience=PATIENCE)
        return bot.last_at - begun if answered == len(keys) else math.inf
    finally:
        await bot.child.stop()


async def _page(stage: Stage, rooms: Sequence[str], person: Participant, since: str) -> float:
    """Events per second of paging the rooms forward from a token to their ends."""
    await stage.synapse.restart()
    begun, events = time.perf_counter(), 0
    for room in rooms:
        position: str | None = since
        while position is not None:
            page = await person.call(
                "GET",
                f"/_matrix/client/v3/rooms/{quoted(room)}/messages",
                query={"dir": "f", "limit": str(PAGE), "from": position},
            )
            events += len(page["chunk"])
            position = page.get("end") if page["chunk"] else None
    return events / (time.perf_counter() - begun)
