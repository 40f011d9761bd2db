"""SIGKILL at random moments while people talk with the bot in rooms and alone; afterwards the books are made up.

Everything random comes from one seed, the people's words as well as the moments of death. What a process does in
the time it is given is its own affair, so a seed gives the same plan and not the same run.

The rules that make each debt countable: a promise's deadline lies months ahead, so its owner hears of it in exactly
one morning message; and each promise is finished or edited by one person, once.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from string import ascii_lowercase

from bot.demo.account import Event
from bot.demo.process import BotProcess
from bot.demo.stage import Programme, Stage
from tests.faults.books import Promise, Said, Tally, make_up
from tests.faults.judge import answers, exported
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


class Killer:
    """Traffic and murder on a stage with a bot that runs and has joined its rooms. `run` once."""

    def __init__(self, stage: Stage, bot: BotProcess, proxy: Proxy, seed: int) -> None:
        self.stage = stage
        self.bot = bot
        self.proxy = proxy
        self.seed = seed
        self.kills = 0
        self.said = Said({room: [] for room in stage.rooms.values()}, {key: [] for key in stage.people})
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
                if self.bot.running:  # the first of them
                    await asyncio.sleep(chance.uniform(0.5, 2.5))
                elif chance.random() < 0.15:  # while it starts
                    self.bot.start()
                    await asyncio.sleep(chance.uniform(0.0, 2.0))
                else:
                    await self.bot.begin(timeout=90)
                    await asyncio.sleep(chance.uniform(0.0, 2.5))
                await self.bot.kill()
                self.kills += 1
                for person in people:
                    if person.done():
                        person.result()
                if progress:
                    progress(f"{self.kills}/{kills} kills, {len(self.said)} sent")
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
        self.said.promises.append(one)
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
                self.said.alone[key].append(await who.say(room, f"!færdig {done.number}"))
            elif chance.random() < 0.5:
                self.said.alone[key].append(await who.say(room, "færdig", reply_to=heard["event_id"]))
            else:
                await who.react(room, heard["event_id"], "✅")
                self.said.reacted.append(done)
            return

    async def _edit(self, key: str, chance: random.Random) -> None:
        """The writer puts other words into a promise, recorded or not."""
        who = self.stage.people[key]
        mine = [one for one in self.said.promises[-60:] if one.writer == key and not one.taken]
        if mine:
            other = chance.choice(mine)
            other.taken, other.words = True, self._new("klub")
            text = f"!aftale {self.stage.user_id(other.owner)} ringe til {other.words} inden 1/12 2027"
            await who.say(other.room, text, replace=other.event)
            self.said.edited.append(other)

    def _new(self, head: str) -> str:
        """A word that was never said."""
        self._words += 1
        places = (self._words // 26**2 % 26, self._words // 26 % 26, self._words % 26)
        return head + "".join(ascii_lowercase[place] for place in places)

    def _take(self, one: Promise) -> Promise:
        one.taken = one.finished = True
        return one

    def _free(self) -> list[Promise]:
        return [one for one in self.said.promises if one.number is not None and not one.taken]

    def _asked(self, room: str, event: str) -> None:
        """Something was said that wants an answer in the room."""
        self.said.rooms[room].append(event)
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

    # -- afterwards

    async def _settled(self, progress: Callable[[str], None] | None) -> Tally:
        """Wait until nothing is missing, or until nothing more comes; then count once more."""
        await self._wait(progress, records=False)
        for room in self.stage.rooms.values():  # what is sent once too often would come before these
            self.said.lists.append(await self.stage.people["karla"].say(room, "!aftaler"))
            self.said.rooms[room].append(self.said.lists[-1])
        return await self._wait(progress, records=True)

    async def _wait(self, progress: Callable[[str], None] | None, *, records: bool) -> Tally:
        loop = asyncio.get_running_loop()
        last, since = (-1, -1), loop.time()
        while True:
            exports = await asyncio.to_thread(exported, self.stage) if records else None
            tally = await make_up(self.stage, self.said, exports, *self._bot_time())
            tally.kills, tally.broken = self.kills, sum(self.proxy.broken.values())
            if (now := (tally.answered, len(tally.lost))) != last:
                last, since = now, loop.time()
            if not tally.lost or loop.time() - since > GIVE_UP:
                return tally
            if progress:
                progress(f"at rest, {len(tally.lost)} still to come")
            await asyncio.sleep(1.0)

    def _bot_time(self) -> tuple[datetime, datetime]:
        """What the bot's clock shows, and what it began with."""
        anchor, start = (datetime.fromisoformat(str(self.bot.ready[key])) for key in ("anchor", "start"))
        return start + (datetime.now(anchor.tzinfo) - anchor) * float(self.bot.ready["rate"]), start
