"""SIGKILL at random moments while people talk with the bot in rooms and alone; afterwards the books are made up.

Everything random comes from one seed, the people's words as well as the moments of death. What a process does in
the time it is given is its own affair, so a seed gives the same plan and not the same run.

The rules that make each debt countable: a promise's deadline lies months ahead, so its owner hears of it in exactly
one morning message; and each promise is finished or edited by one person, once.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import ascii_lowercase

from bot.demo.account import Event
from bot.demo.participant import relation
from bot.demo.process import BotProcess
from bot.demo.stage import Programme, Stage
from tests.faults.judge import answers, doubled, exported
from tests.faults.programmes import behind
from tests.faults.proxy import QUICK, Proxy

START = "2027-01-12T06:00"  # a Tuesday, far from any holiday
PATIENT = 30  # so many questions without an answer, and people ask no more for the moment
ROOMS = {"nord": ("lene", "ali"), "syd": ("lene", "bo"), "vest": ("ali", "bo")}
EVERY_DAY = {"workdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
GIVE_UP = 40.0  # seconds in which nothing more comes, after which what is missing is lost


def programme(proxy: Proxy, database: str | None = None) -> Programme:
    """Three rooms that share their people, who work every day, so that each hears something each morning."""
    return behind(
        proxy, rooms=ROOMS, database=database, more={"digest": "mon 08:30"}, each=EVERY_DAY, patience=5.0
    )


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


class Killer:
    """Traffic and murder on a stage that stands. `run` once."""

    def __init__(self, stage: Stage, bot: BotProcess, proxy: Proxy, seed: int) -> None:
        self.stage = stage
        self.bot = bot
        self.proxy = proxy
        self.seed = seed
        self.kills = 0
        self.promises: list[Promise] = []
        self.said: dict[str, list[str]] = {room: [] for room in stage.rooms.values()}  # wants an answer there
        self.alone: dict[str, list[str]] = {key: [] for key in stage.people}  # the same, in direct messages
        self.edited: list[Promise] = []
        self.reacted: list[Promise] = []
        self.lists: list[str] = []
        self._words = 0
        self._quiet = False
        self._by_event: dict[str, Promise] = {}
        self._unanswered: set[str] = set()
        stage.people["karla"].watchers.append(self._read)  # she is in every room

    async def run(
        self, kills: int, *, noise: float = 0.0, progress: Callable[[str], None] | None = None
    ) -> Tally:
        """Kill the bot so often under traffic, let it come to rest, and make up the books.

        `noise` is the share of the bot's calls that break on their way besides.
        """
        chance = random.Random(self.seed)
        self.proxy.breaks_at_random(self.seed, noise, QUICK)
        people = [
            asyncio.create_task(self._live(key, random.Random(f"{self.seed} {key}")))
            for key in self.stage.people
        ]
        try:
            for _ in range(kills):
                if chance.random() < 0.15:  # while it starts
                    self.bot.start()
                    await asyncio.sleep(chance.uniform(0.0, 2.0))
                else:
                    await self.bot.begin(timeout=90)
                    await asyncio.sleep(chance.uniform(0.0, 1.5))
                await self.bot.kill()
                self.kills += 1
                for person in people:
                    if person.done():
                        person.result()
                if progress:
                    progress(f"{self.kills}/{kills} kills, {self._sent()} sent")
        finally:
            self._quiet = True
            await asyncio.gather(*people)
        self.proxy.heal()
        await self.bot.begin(timeout=90)
        return await self._settled(progress)

    # -- the people

    async def _live(self, key: str, chance: random.Random) -> None:
        while not self._quiet:
            await asyncio.sleep(chance.uniform(0.1, 0.8))
            if len(self._unanswered) > PATIENT:
                continue
            deed = chance.choices(
                (self._promise, self._finish, self._finish_alone, self._edit), (5, 2, 4, 1)
            )[0]
            await deed(key, chance)

    async def _promise(self, key: str, chance: random.Random) -> None:
        """Somebody asks something of somebody in a room."""
        name = chance.choice([name for name, owners in ROOMS.items() if key == "karla" or key in owners])
        owner, room = chance.choice(ROOMS[name]), self.stage.rooms[name]
        words = self._new("skole")
        who = self.stage.people[key]
        event = await who.say(room, f"!aftale {self.stage.user_id(owner)} ringe til {words} inden 1/12 2027")
        one = self._by_event[event] = Promise(event, room, key, owner, words)
        self.promises.append(one)
        self._asked(room, event)

    async def _finish(self, key: str, chance: random.Random) -> None:
        """Karla, or an owner, says in the room that it is done."""
        mine = [one for one in self._free() if key in ("karla", one.owner)]
        if mine:
            done = self._take(chance.choice(mine))
            event = await self.stage.people[key].say(done.room, f"!færdig {done.number}")
            self._asked(done.room, event)

    async def _finish_alone(self, key: str, chance: random.Random) -> None:
        """An owner answers the morning message: by a reaction or a word where it speaks of one, else by number."""
        who = self.stage.people[key]
        room = self.stage.known_direct_room(key)
        free = {one.number: one for one in self._free() if one.owner == key}
        if room is None:
            return
        for heard in reversed(who.bot_messages(room, "reminder")):
            numbers = heard["content"]["dk.hotspotbot"]["numbers"]
            mine = [number for number in numbers if number in free]
            if not mine:
                continue
            done = self._take(free[chance.choice(mine)])
            if len(numbers) > 1:
                self.alone[key].append(await who.say(room, f"!færdig {done.number}"))
            elif chance.random() < 0.5:
                self.alone[key].append(await who.say(room, "færdig", reply_to=heard["event_id"]))
            else:
                await who.react(room, heard["event_id"], "✅")
                self.reacted.append(done)
            return

    async def _edit(self, key: str, chance: random.Random) -> None:
        """The writer puts other words into a promise, recorded or not."""
        who = self.stage.people[key]
        mine = [one for one in self.promises[-60:] if one.writer == key and not one.taken]
        if mine:
            other = chance.choice(mine)
            other.taken, other.words = True, self._new("klub")
            text = f"!aftale {self.stage.user_id(other.owner)} ringe til {other.words} inden 1/12 2027"
            await who.say(other.room, text, replace=other.event)
            self.edited.append(other)

    def _new(self, head: str) -> str:
        """A word that was never said."""
        self._words += 1
        places = (self._words // 26**2 % 26, self._words // 26 % 26, self._words % 26)
        return head + "".join(ascii_lowercase[place] for place in places)

    def _take(self, one: Promise) -> Promise:
        one.taken = one.finished = True
        return one

    def _free(self) -> list[Promise]:
        return [one for one in self.promises if one.number is not None and not one.taken]

    def _asked(self, room: str, event: str) -> None:
        """Something was said that wants an answer in the room."""
        self.said[room].append(event)
        self._unanswered.add(event)
        for heard in self.stage.people["karla"].bot_messages(room)[-20:]:  # the answer may have been quicker
            self._read(room, heard)

    def _read(self, room: str, event: Event) -> None:
        """Karla reads an answer, and with it the number that the bot has given."""
        if (asked := answers(event)) and event["sender"] == self.stage.bot:
            self._unanswered.discard(asked)
            numbers = event["content"].get("dk.hotspotbot", {}).get("numbers")
            if asked in self._by_event and numbers:
                self._by_event[asked].number = numbers[0]

    # -- the books

    def _sent(self) -> int:
        alone = sum(map(len, self.alone.values()))
        return sum(map(len, self.said.values())) + alone + len(self.edited) + len(self.reacted)

    async def _settled(self, progress: Callable[[str], None] | None) -> Tally:
        """Wait until nothing is missing, or until nothing more comes; then count once more."""
        loop = asyncio.get_running_loop()
        tally = await self._count()
        last, since = (-1, -1), loop.time()
        while tally.lost and loop.time() - since < GIVE_UP:
            await asyncio.sleep(1.0)
            tally = await self._count()
            if (now := (tally.handled, len(tally.lost))) != last:
                last, since = now, loop.time()
            if progress:
                progress(f"at rest, {len(tally.lost)} still to come")
        for room in self.stage.rooms.values():  # what is sent once too often would come before these
            self.lists.append(await self.stage.people["karla"].say(room, "!aftaler"))
            self.said[room].append(self.lists[-1])
        for room, said in self.said.items():
            await self.stage.people["karla"].wait_for(
                lambda event, last=said[-1]: answers(event) == last,  # type: ignore[misc]
                room,
                timeout=60,
            )
        return await self._count()

    async def _count(self) -> Tally:
        tally = Tally(kills=self.kills, sent=self._sent(), broken=sum(self.proxy.broken.values()))
        records = await asyncio.to_thread(exported, self.stage)
        heard = await self._heard()
        self._count_answers(tally, heard)
        self._count_effects(tally, records, heard)
        self._count_unasked(tally, heard)
        return tally

    async def _heard(self) -> dict[str, list[Event]]:
        """Everything from the bot, by room; direct-message rooms under "person room"."""
        found: dict[str, list[Event]] = {}
        for key, person in self.stage.people.items():
            for room in person.rooms:
                await person.caught_up(room, timeout=60)
                events = [
                    event
                    for event in person.timeline(room)
                    if event["sender"] == self.stage.bot and event["type"] == "m.room.message"
                ]
                if room not in self.stage.rooms.values():
                    found[f"{key} {room}"] = events
                else:
                    found[room] = events
        return found

    def _count_answers(self, tally: Tally, heard: dict[str, list[Event]]) -> None:
        for place, events in heard.items():
            tally.doubled += [f"{place}: the id {one} on two messages" for one in doubled(events)]
            person = place.partition(" ")[0]
            said = self.said.get(place) if place in self.said else self.alone.get(person)
            given = [answers(event) for event in events if relation(event) != "m.replace"]
            times = Counter(given)
            for event in said or ():
                if not times[event]:
                    tally.lost.append(f"{place}: no answer to {event}")
                elif times[event] > 1:
                    tally.doubled.append(f"{place}: {times[event]} answers to {event}")
                else:
                    tally.answered += 1
            order = self._as_it_stands(place)
            places = [order[event] for event in given if event in order and event in (said or ())]
            if places != sorted(places):
                tally.disordered.append(f"{place}: answers in another order than the questions")
        rooms = Counter(place.partition(" ")[0] for place in heard if " " in place)
        tally.doubled += [f"{key} has {n} rooms with the bot" for key, n in rooms.items() if n > 1]

    def _as_it_stands(self, place: str) -> dict[str, int]:
        """Where each event stands in the room's timeline."""
        key, _, alone = place.partition(" ")
        timeline = (
            self.stage.people[key].timeline(alone) if alone else self.stage.people["karla"].timeline(key)
        )
        return {event["event_id"]: number for number, event in enumerate(timeline)}

    def _count_effects(
        self, tally: Tally, records: list[dict[str, object]], heard: dict[str, list[Event]]
    ) -> None:
        by_event: dict[object, list[dict[str, object]]] = {}
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
        for one in self.promises:
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
                    tally.answered += one in self.reacted
                if finished[one.number or 0] > 1:
                    tally.doubled.append(f"{one.number} was reported done {finished[one.number or 0]} times")
            if one in self.edited:
                shown = self._shown(one)
                if one.words not in str(row["text"]):
                    tally.lost.append(f"the edit of {one.number} had no effect")
                elif one.words not in shown:
                    tally.lost.append(f"the answer to the edit of {one.number} still says {shown!r}")
                else:
                    tally.handled += 1
                    tally.answered += 1
        given = {answers(event) for events in heard.values() for event in events}
        tally.handled += sum(event in given for event in self.lists)
        tally.doubled += [f"{event} was recorded, and nobody asked for it" for event in by_event]

    def _shown(self, one: Promise) -> str:
        """What the answer to a promise says now, as a client shows it."""
        karla = self.stage.people["karla"]
        for event in karla.bot_messages(one.room):
            if answers(event) == one.event and relation(event) != "m.replace":
                return str(karla.latest(event["event_id"])["content"].get("body", ""))
        return ""

    def _count_unasked(self, tally: Tally, heard: dict[str, list[Event]]) -> None:
        """Each open promise stood in one morning message; no Monday had two digests."""
        told: Counter[int] = Counter()
        now = self._bot_time()
        start = datetime.fromisoformat(str(self.bot.ready["start"]))
        mondays = [
            day
            for number in range(1, (now - start).days + 2)
            if (day := (start + timedelta(days=number)).replace(hour=7, minute=30)).weekday() == 0
            and day <= now
        ]
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
        for one in self.promises:
            if one.number is None:
                continue
            if not told[one.number] and not one.finished:
                tally.lost.append(f"{one.owner} was never told of {one.number}")
            if told[one.number] > 1:
                tally.doubled.append(f"{one.owner} was told {told[one.number]} times of {one.number}")

    def _bot_time(self) -> datetime:
        ready = self.bot.ready
        anchor, start = (datetime.fromisoformat(str(ready[key])) for key in ("anchor", "start"))
        return start + (datetime.now(anchor.tzinfo) - anchor) * float(ready["rate"])
