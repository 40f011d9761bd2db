"""What a test asks of a room after a fault, as the participants' own clients see it: once each, and in order."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.demo.account import Event
from bot.demo.participant import Participant, relation
from bot.demo.stage import Stage
from tests import warm


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
    """Wait until the last command is answered; then see that each is, once, in the commands' order.

    `commands` are event ids in the order of the timeline, and all that were said in the room. Returns the answers.
    """
    who = stage.people[person]
    await who.wait_for(lambda event: answers(event) == commands[-1], room, timeout=timeout)
    await who.caught_up(room)
    heard = said_by_bot(who, room, stage.bot)
    assert not (twice := doubled(heard)), f"the same message twice in {room}: {twice}"
    given = [event for event in heard if answers(event)]
    assert [answers(event) for event in given] == list(commands), f"one answer each, in order, in {room}"
    return given


async def all_read(stage: Stage) -> None:
    """See that everybody could read every word of the bot's in every room they are in."""
    for key, person in stage.people.items():
        for room in person.rooms:
            await person.caught_up(room)
            locked = [event["event_id"] for event in person.timeline(room) if _is_locked(event, stage.bot)]
            assert not locked, f"{key} cannot read {locked} in {room}"


def _is_locked(event: Event, bot: str) -> bool:
    return bool(event["sender"] == bot and event["type"] == "m.room.encrypted" and event["content"])


async def alone_with_bot(stage: Stage, person: str) -> list[Event]:
    """What the bot said to one person alone, in the one room where it does; fails for two rooms."""
    who = stage.people[person]
    rooms = [room for room in who.rooms if room not in stage.rooms.values()] + list(who.invites)
    assert len(rooms) == 1, f"{person} is in {len(rooms)} rooms with the bot"
    await who.caught_up(rooms[0])
    heard = said_by_bot(who, rooms[0], stage.bot)
    assert not (twice := doubled(heard)), f"the same message twice to {person}: {twice}"
    return heard


def exported(stage: Stage) -> list[dict[str, Any]]:
    """Every action, as `hotspotbot export actions` gives them to other systems."""
    done = warm.hotspotbot("export", "actions", "--config", stage.config, env=os.environ)
    done.check_returncode()
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows
