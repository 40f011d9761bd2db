"""What a test asks of a room after a fault, as the participants' own clients see it: once each, and in order."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from bot.demo.account import Event
from bot.demo.participant import Participant, relation
from bot.demo.stage import Stage


def answers(event: Event) -> str:
    """The id of the message that a message of the bot answers; empty for none."""
    found: str = event["content"].get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id", "")
    return found


def said_by_bot(person: Participant, room: str, bot: str) -> list[Event]:
    """Every message of the bot's account in the room, marked or not, edits left out."""
    return [
        event
        for event in person.timeline(room)
        if event["sender"] == bot and event["type"] == "m.room.message" and relation(event) != "m.replace"
    ]


def doubled(events: Sequence[Event]) -> list[str]:
    """The outbox ids that stand on more than one message; a message without one counts as well."""
    seen = Counter(event["content"].get("dk.hotspotbot", {}).get("id", "without an id") for event in events)
    return [outbox for outbox, times in seen.items() if times > 1 or outbox == "without an id"]


async def answered(
    stage: Stage, person: str, room: str, commands: Sequence[str], *, timeout: float = 30.0
) -> list[Event]:
    """Wait until each command has its answer in the room; then see that each has one, in the commands' order.

    `commands` are event ids in the order of the timeline. Returns the answers.
    """
    who, wanted = stage.people[person], set(commands)
    who.listen()
    missing = set(wanted)
    for command in commands:
        await who.wait_for(lambda event, one=command: answers(event) == one, room, timeout=timeout)  # type: ignore[misc]
        missing.discard(command)
    await who.caught_up(room)
    await asyncio.sleep(0)
    heard = said_by_bot(who, room, stage.bot)
    assert not (twice := doubled(heard)), f"the same message twice in {room}: {twice}"
    given = [event for event in heard if answers(event) in wanted]
    assert [answers(event) for event in given] == list(commands), f"one answer each, in order, in {room}"
    return given
