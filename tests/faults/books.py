"""The books after the deaths: what people said, what came of it, and what is lost, doubled or out of order.

Judged by what the people's own clients have heard, and by the records that the bot exports.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.demo.account import Event
from bot.demo.participant import relation
from bot.demo.stage import Stage
from tests.faults.judge import answers, doubled

_WAITS = re.compile(r'"event_id": "([^"]+)", "why": "device", "event": "event.waits"')
Heard = dict[str, list[Event]]  # what the bot said in each room; for direct messages "person room"


@dataclass
class Promise:
    """A promise as the people know it: who wrote what, for whom, and what became of it."""

    event: str
    room: str
    writer: str
    owner: str
    words: str
    number: int | None = None
    taken: bool = False  # somebody finishes or edits it: nobody else does
    finished: bool = False


@dataclass
class Tally:
    """The books: `sent` messages and reactions of people, of which `handled` had their effect and `answered` their
    answer; `owed` is what the bot had to say unasked. Lost, doubled and disordered are lines for a person to read.
    """

    kills: int = 0
    sent: int = 0
    handled: int = 0
    answered: int = 0
    owed: int = 0
    broken: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether nothing was lost, doubled or out of order."""
        return not (self.lost or self.doubled or self.disordered)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.broken} broken calls: sent {self.sent}, handled {self.handled}, "
            f"answered {self.answered}, said unasked {self.owed}, lost {len(self.lost)}, "
            f"doubled {len(self.doubled)}, out of order {len(self.disordered)}"
        )

    def details(self) -> str:
        """The tally with every line that is wrong."""
        wrong = [*self.lost, *self.doubled, *self.disordered]
        return "\n".join([str(self), *wrong[:40]])


@dataclass
class Said:
    """What people have said so far: all of it wants an effect, and an answer."""

    rooms: dict[str, list[str]]  # event ids by room, in their order
    alone: dict[str, list[str]]  # the same in direct messages, by person
    promises: list[Promise] = field(default_factory=list)
    edited: list[Promise] = field(default_factory=list)
    reacted: list[Promise] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        asked = sum(map(len, [*self.rooms.values(), *self.alone.values()]))
        return asked + len(self.edited) + len(self.reacted)


async def make_up(
    stage: Stage, said: Said, records: list[dict[str, Any]] | None, now: datetime, start: datetime
) -> Tally:
    """Count. Without the exported `records` effects are left out; `start` and `now` are on the bot's clock."""
    tally = Tally(sent=len(said))
    heard = await _heard(stage)
    _count_answers(tally, stage, said, heard)
    if records is not None:
        _count_effects(tally, stage, said, records, heard)
    _count_unasked(tally, said, heard, list(_mondays(start, now)))
    return tally


async def _heard(stage: Stage) -> Heard:
    """Everything from the bot, by room; direct-message rooms under "person room"."""
    found: Heard = {}
    for key, person in stage.people.items():
        for room in person.rooms:
            await person.caught_up(room, timeout=60)
            events = [
                event
                for event in person.timeline(room)
                if event["sender"] == stage.bot and event["type"] == "m.room.message"
            ]
            if room not in stage.rooms.values():
                found[f"{key} {room}"] = events
            else:
                found[room] = events
    return found


def _count_answers(tally: Tally, stage: Stage, said: Said, heard: Heard) -> None:
    waited = {event for log in stage.directory.glob("*.log") for event in _WAITS.findall(log.read_text())}
    for place, events in heard.items():
        tally.doubled += [f"{place}: the id {one} on two messages" for one in doubled(events)]
        person = place.partition(" ")[0]
        asked = said.rooms[place] if place in said.rooms else said.alone[person]
        given = [answers(event) for event in events if relation(event) != "m.replace"]
        times = Counter(given)
        for event in asked:
            if not times[event]:
                tally.lost.append(f"{place}: no answer to {event}")
            elif times[event] > 1:
                tally.doubled.append(f"{place}: {times[event]} answers to {event}")
            else:
                tally.answered += 1
        order = _as_it_stands(stage, place)
        # Nobody waits for what cannot be read yet: whose device the bot has to ask about first comes later.
        places = [
            order[event] for event in given if event in order and event in asked and event not in waited
        ]
        if places != sorted(places):
            tally.disordered.append(f"{place}: answers in another order than the questions")
    rooms = Counter(place.partition(" ")[0] for place in heard if " " in place)
    tally.doubled += [f"{key} has {n} rooms with the bot" for key, n in rooms.items() if n > 1]


def _as_it_stands(stage: Stage, place: str) -> dict[str, int]:
    """Where each event stands in the room's timeline."""
    key, _, alone = place.partition(" ")
    timeline = stage.people[key].timeline(alone) if alone else stage.people["karla"].timeline(key)
    return {event["event_id"]: number for number, event in enumerate(timeline)}


def _count_effects(
    tally: Tally, stage: Stage, said: Said, records: Iterable[dict[str, Any]], heard: Heard
) -> None:
    by_event: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        by_event.setdefault(record["source_event"], []).append(record)
    finished = Counter(
        number
        for events in heard.values()
        for event in events
        if event["content"].get("dk.hotspotbot", {}).get("kind") == "action.done"
        and relation(event) != "m.replace"
        for number in event["content"]["dk.hotspotbot"]["numbers"]
    )
    for one in said.promises:
        rows = by_event.pop(one.event, [])
        if not rows:
            tally.lost.append(f"{one.event} was never recorded")
            continue
        if len(rows) > 1:
            tally.doubled.append(f"{one.event} was recorded {len(rows)} times")
        tally.handled += 1
        row = rows[0]
        if one.finished:
            if row["state"] != "done" or not finished[one.number or 0]:
                tally.lost.append(f"{one.number} is {row['state']}, and its owner said it is done")
            else:
                tally.handled += 1
                tally.answered += one in said.reacted
            if finished[one.number or 0] > 1:
                tally.doubled.append(f"{one.number} was reported done {finished[one.number or 0]} times")
        if one in said.edited:
            shown = _shown(stage, one)
            if one.words not in str(row["text"]):
                tally.lost.append(f"the edit of {one.number} had no effect")
            elif one.words not in shown:
                tally.lost.append(f"the answer to the edit of {one.number} still says {shown!r}")
            else:
                tally.handled += 1
                tally.answered += 1
    given = {answers(event) for events in heard.values() for event in events}
    tally.handled += sum(event in given for event in said.lists)
    tally.doubled += [f"{event} was recorded, and nobody asked for it" for event in by_event]


def _shown(stage: Stage, one: Promise) -> str:
    """What the answer to a promise says now, as a client shows it."""
    karla = stage.people["karla"]
    for event in karla.bot_messages(one.room):
        if answers(event) == one.event and relation(event) != "m.replace":
            return str(karla.latest(event["event_id"])["content"].get("body", ""))
    return ""


def _count_unasked(tally: Tally, said: Said, heard: Heard, mondays: list[datetime]) -> None:
    """Each open promise stood in one morning message; no Monday had two digests."""
    told: Counter[int] = Counter()
    for place, events in heard.items():
        kinds = Counter(event["content"].get("dk.hotspotbot", {}).get("kind") for event in events)
        for event in events:
            if re.match("reminder", event["content"].get("dk.hotspotbot", {}).get("kind", "")):
                told.update(event["content"]["dk.hotspotbot"]["numbers"])
        if " " not in place:
            tally.owed += kinds["digest"]
            if kinds["digest"] > len(mondays):
                tally.doubled.append(f"{place}: {kinds['digest']} digests on {len(mondays)} Mondays")
            # A bot that is dead when two fall due owes the later one only.
            if not kinds["digest"] and len(mondays) > 1:
                tally.lost.append(f"{place}: no digest on {len(mondays)} Mondays")
    tally.owed += sum(told.values())
    for one in said.promises:
        if one.number is None:
            continue
        if not told[one.number] and not one.finished:
            tally.lost.append(f"{one.owner} was never told of {one.number}")
        if told[one.number] > 1:
            tally.doubled.append(f"{one.owner} was told {told[one.number]} times of {one.number}")


def _mondays(start: datetime, now: datetime) -> Iterable[datetime]:
    """The Mondays on which a digest can have fallen due: half past eight in summer is half past six in UTC."""
    day = start.replace(hour=6, minute=30)
    while (day := day + timedelta(days=1)) <= now:
        if day.weekday() == 0:
            yield day
