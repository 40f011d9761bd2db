"""The bots that `benchmarks.peers` compares: how each is started, what is said to it, which message answers what.

An answer is judged by what people see, a message in a participant's own timeline: hotspotbot replies to the
command, the echo bots say its words, the reminder bot names its minute.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import reminder_bot
from benchmarks.results import tell
from bot.demo.account import Event
from bot.demo.homeserver import PASSWORD
from bot.demo.participant import Participant, relation
from bot.demo.process import BotProcess, Child, StartFailedError
from bot.demo.stage import PersonSpec, Programme, RoomSpec, Stage

ROOMS = 10  # of each bot, each with a sender of its own
OURS, BARE, FILLING, REMINDER = (
    "hotspotbot",
    "nio echo bot",
    "nio echo bot, filling gaps",
    "matrix-reminder-bot",
)
LOCALPARTS = {OURS: "hotspotbot", BARE: "ekko", FILLING: "genlyd", REMINDER: "husker"}
SENDERS = [f"person{number}" for number in range(ROOMS)]
LISTENER = "signe"


@dataclass
class Contestant:
    """One bot, its rooms, and what was said to it and heard from it.

    `question(number, words)` is what to say; `key(said, event_id)` names a question, and `answers(event)` names
    the question that a message of the bot's answers: "" when it answers none as it should, None when it is no
    answer at all. `last` is when the last answer was heard (perf_counter), `last_at` when the homeserver took it.
    """

    name: str
    user_id: str
    rooms: list[str]
    child: Child
    ready: str
    question: Callable[[int, str], str]
    key: Callable[[str, str], str]
    answers: Callable[[Event], str | None]
    foreign: bool = False
    asked: list[str] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    last: float = 0.0
    last_at: float = 0.0
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # --- the process

    async def start(self, within: float = 60.0) -> float:
        """Start it and wait until it syncs; returns the seconds. Raises StartFailedError."""
        log = self.child.log
        seen = log.stat().st_size if log.exists() else 0
        begun = time.perf_counter()
        self.child.start()
        while not re.search(self.ready, _since(log, seen)):
            if not self.child.running:
                raise StartFailedError(
                    f"{self.name} ended with status {self.child.returncode}\n{self.child.tail(10)}"
                )
            if time.perf_counter() - begun > within:
                await self.child.kill()
                raise StartFailedError(f"{self.name} was not ready after {within:g} s")
            await asyncio.sleep(0.02)
        return time.perf_counter() - begun

    # --- what is said to it

    async def ask(self, sender: Participant, room: str) -> str:
        """Let somebody say the next question; returns its key."""
        number = next(self._numbers)
        said = self.question(number, f"svare på brev {_letters(number)}")
        found = self.key(said, await sender.say(room, said))
        self.asked.append(found)
        return found

    async def ask_all(self, senders: list[Participant], count: int, *, at_once: int = 10) -> list[str]:
        """`count` questions over all rooms as fast as the homeserver takes them, `at_once` to a room."""

        async def one(place: int, gate: asyncio.Semaphore) -> str:
            async with gate:
                return await self.ask(senders[place], self.rooms[place])

        gates = [asyncio.Semaphore(at_once) for _ in self.rooms]
        places = itertools.islice(itertools.cycle(range(len(self.rooms))), count)
        return list(await asyncio.gather(*(one(place, gates[place]) for place in places)))

    # --- what is heard from it

    def hear(self, room: str, event: Event) -> None:
        """A participant's watcher."""
        if event["sender"] != self.user_id or event["type"] != "m.room.message" or room not in self.rooms:
            return
        key = None if relation(event) == "m.replace" else self.answers(event)
        if key is not None:
            self.heard[key] += 1
            self.last = time.perf_counter()
            self.last_at = max(self.last_at, event["origin_server_ts"] / 1000)
            self._news.set()

    def answered(self, keys: Iterable[str]) -> int:
        """How many of these questions were answered."""
        return sum(1 for key in keys if self.heard[key])

    def surplus(self) -> int:
        """How many answers came beyond the first to each question ever asked."""
        return self.heard.total() - self.answered(self.asked)

    async def settle(self, keys: list[str], *, patience: float) -> int:
        """Wait until all of these are answered or nothing came for `patience` s; returns how many are."""
        begun = shown = time.perf_counter()
        while (found := self.answered(keys)) < len(keys):
            self._news.clear()
            now = time.perf_counter()
            if now - max(self.last, begun) > patience:
                break
            if now - shown > 10:
                tell(f"  {self.name}: {found:,} of {len(keys):,} answered")
                shown = now
            try:
                async with asyncio.timeout(1.0):
                    await self._news.wait()
            except TimeoutError:
                continue
        return found


def _since(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")


def _letters(number: int) -> str:
    """A word for a number, so that nobody reads it as a date."""
    return "".join("bdfgklmnps"[int(digit)] + "aeiou"[int(digit) % 5] for digit in f"{number:05}")


# --- the programme


def programme(names: Iterable[str]) -> Programme:
    """People and rooms for these bots: the senders and one who listens; hotspotbot's rooms are in its config."""
    people = [PersonSpec(LISTENER, "Signe Bak", "SOF", roles=("coordinator",))]
    people += [PersonSpec(key, f"Person {key[6:]}", "SOF") for key in SENDERS]
    rooms = [
        RoomSpec(
            f"{LOCALPARTS[name]}{place}",
            "byudvikling",
            people=(sender, LISTENER),
            more={"digest": "mon 08:30", "meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"},
            configured=name == OURS,
            invite_bot=name == OURS,
        )
        for name in names
        for place, sender in enumerate(SENDERS)
    ]
    agencies = {"SOF": {"name": "Socialforvaltningen"}}
    return Programme(people, rooms, agencies, encrypted=False)  # as the bare bots speak


def ours(stage: Stage) -> Contestant:
    """hotspotbot as people run it; the answer to a command is a reply that says what became of an action."""
    return Contestant(
        OURS,
        stage.bot,
        _rooms(stage, OURS),
        BotProcess(stage.config, stage.directory / "bot.log"),
        r'"event": ?"ready"',
        lambda _, words: f"!action mig {words} senest 1. juni 2031",
        lambda _, event_id: event_id,
        replied,
    )


def replied(event: Event) -> str | None:
    """Which command a message of hotspotbot's answers: "" if nothing was recorded, None for no reply."""
    content = event["content"]
    replied = content.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id")
    if replied is None:
        return None
    return str(replied) if content.get("dk.hotspotbot", {}).get("kind") == "action.recorded" else ""


async def echo(stage: Stage, folder: Path, name: str) -> Contestant:
    """A nio echo bot, the bare one or the one that fills gaps."""
    user_id, token, device = await _invited(stage, name)
    arguments = [stage.synapse.url, user_id, device]
    if name == FILLING:
        arguments.append(str(folder / "filling.token"))
    module = "benchmarks.echo_filling" if name == FILLING else "benchmarks.echo"
    child = Child(
        name,
        [sys.executable, "-m", module, *arguments],
        folder / f"{LOCALPARTS[name]}.log",
        {"ECHO_TOKEN": token},
    )
    return Contestant(
        name,
        user_id,
        _rooms(stage, name),
        child,
        "ready",
        lambda _, words: words,
        lambda said, _: said,
        lambda event: str(event["content"].get("body")),
    )


async def reminder(stage: Stage, folder: Path) -> Contestant:
    """matrix-reminder-bot. Raises reminder_bot.NotInstalledError."""
    program = await asyncio.to_thread(reminder_bot.installed)
    user_id, _, _ = await _invited(stage, REMINDER)
    config = reminder_bot.configured(folder / "reminder", stage.synapse.url, user_id, PASSWORD)
    return Contestant(
        reminder_bot.REQUIREMENT.replace("==", " "),
        user_id,
        _rooms(stage, REMINDER),
        Child(REMINDER, [str(program), str(config)], folder / "reminder.log"),
        reminder_bot.READY,
        reminder_bot.question,
        reminder_bot.key,
        reminder_bot.answers,
        foreign=True,
    )


def _rooms(stage: Stage, name: str) -> list[str]:
    return [stage.rooms[f"{LOCALPARTS[name]}{place}"] for place in range(ROOMS)]


async def _invited(stage: Stage, name: str) -> tuple[str, str, str]:
    """Make a bot's account and invite it to its rooms; returns user id, access token and device."""
    account = await stage.synapse.register(LOCALPARTS[name], PASSWORD)
    await account.close()
    for sender, room in zip(SENDERS, _rooms(stage, name), strict=True):
        await stage.people[sender].invite(room, account.user_id)
    return account.user_id, account.access_token, account.device_id
